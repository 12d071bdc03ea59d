#include "result.h"

#include <jansson.h>
#include <stdlib.h>

#include "io.h"

static const char *const end_names[] = {
    [SB_END_EXIT] = "exit",     [SB_END_SIGNAL] = "signal",
    [SB_END_CPU] = "cpu",       [SB_END_WALL] = "wall",
    [SB_END_MEMORY] = "memory", [SB_END_PROCESSES] = "processes",
    [SB_END_OUTPUT] = "output", [SB_END_FILE_SIZE] = "file_size",
    [SB_END_CALL] = "call",     [SB_END_STOPPED] = "stopped",
};

const char *sb_end_name(enum sb_end end)
{
    return (size_t)end < sizeof end_names / sizeof *end_names ? end_names[end] : "unknown";
}

void sb_result_release(struct sb_result *result)
{
    for (size_t i = 0; i < result->kept_count; i++)
        sb__close(&result->kept_fds[i]);
    free(result->kept_fds);
    result->kept_fds = NULL;
    result->kept_count = 0;
}

static json_t *layers_json(unsigned layers)
{
    json_t *list = json_array();
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (layers & bit)
            (void)json_array_append_new(list, json_string(sb_layer_name(bit)));
    return list;
}

static json_t *hex_json(uint64_t value)
{
    return json_sprintf("0x%llx", (unsigned long long)value);
}

static json_t *module_json(const struct sb_refused *refused)
{
    return refused->module[0] ? json_string(refused->module) : json_null();
}

/* Arguments as hexadecimal text: JSON numbers lose bits beyond 2^53. */
static json_t *refused_json(const struct sb_refused *refused)
{
    json_t *args = json_array();
    if (refused->nr < 0) {
        json_decref(args);
        return json_null();
    }
    for (int i = 0; i < 6; i++)
        (void)json_array_append_new(args, hex_json(refused->args[i]));
    return json_pack("{s:i s:s s:o s:b s:o s:o s:o}", "nr", refused->nr, "name",
                     refused->name, "args", args, "loud", refused->is_loud, "pc",
                     hex_json(refused->pc), "module", module_json(refused), "module_offset",
                     hex_json(refused->module_offset));
}

static json_t *stream_json(const struct sb_result *result, int i)
{
    return json_pack("{s:I s:b}", "bytes", (json_int_t)result->stream_bytes[i], "cut",
                     result->is_stream_cut[i]);
}

static const char *const side_names[] = {[SB_ENTRY] = "entry", [SB_PEER] = "peer"};

static const char *const hung_names[] = {
    [SB_HUNG_NOBODY] = "nobody",
    [SB_HUNG_ENTRY] = "entry",
    [SB_HUNG_PEER] = "peer",
};

static json_t *side_json(const struct sb_talk_result *talk, enum sb_side side)
{
    return json_pack("{s:I s:b}", "unread_bytes", (json_int_t)talk->unread_bytes[side],
                     "waits", talk->waits[side]);
}

json_t *sb_talk_json(const struct sb_talk_result *talk, const struct sb_result *entry,
                     const struct sb_result *peer)
{
    json_t *at_limit = json_pack("{s:o s:o}", "entry", side_json(talk, SB_ENTRY), "peer",
                                 side_json(talk, SB_PEER));
    return json_pack("{s:s s:s s:I s:s s:o s:o s:o}", "schema", "podbox.talk/1", "first",
                     side_names[talk->first], "gap_ns", (json_int_t)talk->gap_ns, "hung",
                     hung_names[talk->hung], "at_limit", at_limit, "entry",
                     sb_result_json(entry), "peer", sb_result_json(peer));
}

json_t *sb_result_json(const struct sb_result *result)
{
    json_t *object = json_pack(
        "{s:s s:s s:i s:i s:b s:I s:I s:I s:I s:I s:I}", "schema", "podbox.result/1", "end",
        sb_end_name(result->end), "exit_code", result->exit_code, "signal", result->signal,
        "idle", result->is_idle, "wall_ns", (json_int_t)result->wall_ns, "cpu_ns",
        (json_int_t)result->cpu_ns, "cpu_user_ns", (json_int_t)result->cpu_user_ns,
        "cpu_system_ns", (json_int_t)result->cpu_system_ns, "peak_memory_bytes",
        (json_int_t)result->peak_memory_bytes, "oom_kills", (json_int_t)result->oom_kills);
    json_t *more = json_pack("{s:o s:o s:I s:o s:o s:s}", "stdout", stream_json(result, 1),
                             "stderr", stream_json(result, 2), "refused_count",
                             (json_int_t)result->refused_count, "refused",
                             refused_json(&result->refused), "layers",
                             layers_json(result->layers), "notes", result->notes);
    if (object && more)
        (void)json_object_update(object, more);
    json_decref(more);
    return object;
}
