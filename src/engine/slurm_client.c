#include "slurm_client.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* What the commands get, and so the jobs, to which sbatch hands it on. Options come from
 * the configuration alone: SBATCH_WAIT would make sbatch wait, SQUEUE_STATES hide tasks,
 * and a batch that runs inside a job has variables of that job. */
static bool is_passed(const char *variable)
{
    static const char *const KEPT[] = {
        "PATH=",       "HOME=",      "USER=", "LOGNAME=", "LD_LIBRARY_PATH=",
        "SLURM_CONF=", "SLURM_JWT=",
    };
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
        if (strncmp(variable, KEPT[i], strlen(KEPT[i])) == 0)
            return true;
    return false;
}

void slurm_client_init(struct slurm_client *client, const struct slurm_config *config,
                       int stop_fd)
{
    *client = (struct slurm_client){.config = config, .stop_fd = stop_fd};
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    client->env = pod_alloc(count + 1, sizeof *client->env);
    for (size_t i = 0, kept = 0; i < count; i++)
        if (is_passed(environ[i]))
            client->env[kept++] = environ[i];
}

void slurm_client_release(struct slurm_client *client)
{
    free(client->words);
    free(client->env);
    *client = (struct slurm_client){.stop_fd = -1};
}

static enum call_end run(struct slurm_client *client, const struct pod_names *command,
                         int stop_fd, struct pod_buf *out, struct pod_error *err)
{
    const char **argv = pod_alloc(command->count + 1, sizeof *argv);
    for (size_t i = 0; i < command->count; i++)
        argv[i] = command->items[i];
    const struct call call = {
        .argv = argv,
        .env = client->env,
        .timeout_ms = (unsigned)client->config->call_timeout_s * 1000,
        .stop_fd = stop_fd,
    };
    free(client->words);
    enum call_end end = call_run(&call, out, &client->words, err);
    if (end == CALL_IMPOSSIBLE)
        pod_wrap(err, "slurm");
    free(argv);
    return end;
}

static void add_words(struct pod_names *command, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pod_names_add(command, words[i]);
}

#define ADD_WORDS(command, ...)                                                            \
    add_words(command, (const char *const[]){__VA_ARGS__},                                 \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Submitting. */

static void add_options(struct pod_names *command, const struct slurm_config *config)
{
    if (config->partition != NULL)
        pod_names_add_take(command, pod_strf("--partition=%s", config->partition));
    if (config->time_limit_minutes > 0)
        pod_names_add_take(command,
                           pod_strf("--time=%lld", (long long)config->time_limit_minutes));
    pod_names_add_take(command, pod_strf("--cpus-per-task=%lld", (long long)config->cpus));
    if (config->memory_mib > 0)
        pod_names_add_take(command, pod_strf("--mem=%lldM", (long long)config->memory_mib));
    if (config->is_exclusive)
        pod_names_add(command, "--exclusive");
    for (size_t i = 0; i < config->extra.count; i++)
        pod_names_add(command, config->extra.items[i]);
}

enum call_end slurm_submit(struct slurm_client *client,
                           const struct slurm_submission *submission, struct pod_error *err)
{
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    /* Logs by names relative to the folder: in a path sbatch would expand %. The whole
     * environment, as it is ours: with NONE, and with a list, the node runs a login shell
     * for each job, and what that does or waits for (a minute was seen) is beyond us. */
    ADD_WORDS(&command, "sbatch", "--parsable", "--requeue", "--export=ALL",
              "--open-mode=append", "--output=%a.log", "--ntasks=1");
    pod_names_add_take(&command, pod_strf("--chdir=%s", submission->folder));
    pod_names_add_take(&command, pod_strf("--job-name=%s", submission->name));
    pod_auto_free char *limit =
        submission->at_once ? pod_strf("%%%zu", submission->at_once) : pod_strdup("");
    pod_names_add_take(&command, pod_strf("--array=0-%zu%s", submission->count - 1, limit));
    add_options(&command, client->config);
    ADD_WORDS(&command, submission->script, submission->podium, submission->folder);
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    /* Not to be stopped: it would leave us without knowing. */
    return run(client, &command, -1, &out, err);
}

/* Looking. */

/* The next part of a line up to a bar; NULL when there is none. */
static char *next_part(char **rest)
{
    if (*rest == NULL || strchr(*rest, '|') == NULL)
        return NULL;
    return strsep(rest, "|");
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text) &&
           strlen(text) <= 18;
}

/* Spelled "launch failed requeued held" or with underscores, by release; JobHeldUser and
 * JobHeldAdmin are the word of a person, which we do not undo. */
static void judge_hold(struct slurm_row *row, const char *state, const char *reason)
{
    bool is_pending = strcmp(state, "PENDING") == 0 || strstr(state, "HOLD") != NULL;
    bool is_held = strcasestr(reason, "held") != NULL || strcasestr(reason, "hold") != NULL;
    row->is_paused = is_pending && strncmp(reason, "JobHeld", 7) == 0;
    row->is_held = is_pending && is_held && !row->is_paused;
}

static bool parse_row(char *line, struct slurm_row *row)
{
    char *rest = line;
    const char *job = next_part(&rest);
    const char *index = next_part(&rest);
    const char *state = next_part(&rest);
    const char *name = next_part(&rest);
    if (name == NULL || !is_number(job) || !is_number(index) || *state == '\0')
        return false;
    *row = (struct slurm_row){.task = pod_strf("%s_%s", job, index),
                              .array = pod_strdup(name),
                              .index = strtoull(index, NULL, 10)};
    judge_hold(row, state, rest);
    return true;
}

bool slurm_rows_parse(const char *text, struct slurm_rows *rows, struct pod_error *err)
{
    memset(rows, 0, sizeof *rows);
    pod_auto_free char *copy = pod_strdup(text);
    for (char *rest = copy, *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (*line == '\0')
            continue;
        pod_auto_free char *shown = pod_str_shown(line, 80);
        rows->items = pod_grow(rows->items, rows->count + 1, sizeof *rows->items);
        if (!parse_row(line, &rows->items[rows->count]))
            return pod_fail(err, POD_HOST,
                            "squeue says \"%s\", which is not JOB|TASK|STATE|NAME|REASON",
                            shown);
        rows->count++;
    }
    return true;
}

void slurm_rows_release(struct slurm_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].task);
        free(rows->items[i].array);
    }
    free(rows->items);
    memset(rows, 0, sizeof *rows);
}

enum call_end slurm_list(struct slurm_client *client, const struct pod_names *names,
                         struct slurm_rows *rows, struct pod_error *err)
{
    memset(rows, 0, sizeof *rows);
    pod_auto_buf struct pod_buf list = POD_BUF_INIT;
    for (size_t i = 0; i < names->count; i++)
        pod_buf_printf(&list, "%s%s", i > 0 ? "," : "--name=", names->items[i]);
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    ADD_WORDS(&command, "squeue", "--noheader", "--array", "--format=%F|%K|%T|%j|%r");
    pod_names_add_take(&command, pod_buf_steal(&list));
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    enum call_end end = run(client, &command, client->stop_fd, &out, err);
    if (end == CALL_DONE && !slurm_rows_parse(out.data, rows, err))
        end = CALL_IMPOSSIBLE;
    return end;
}

static bool is_sick(const char *state)
{
    /* A star: it does not respond. "unknown" is said of all for a moment when a controller
     * starts. */
    static const char *const SIGNS[] = {"down", "drain", "fail", "*"};
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++)
        if (strcasestr(state, SIGNS[i]) != NULL)
            return true;
    return false;
}

void slurm_nodes_parse(const char *text, struct pod_names *lines)
{
    pod_auto_free char *copy = pod_strdup(text);
    for (char *rest = copy, *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *reason = line;
        const char *node = next_part(&reason);
        const char *state = next_part(&reason);
        if (state == NULL || !is_sick(state))
            continue;
        bool has_reason = *reason != '\0' && strcmp(reason, "none") != 0;
        pod_names_add_take(lines,
                           pod_strf("%s is %s%s%s", node, state, has_reason ? ": " : "",
                                    has_reason ? reason : ""));
    }
}

enum call_end slurm_sick_nodes(struct slurm_client *client, struct pod_names *lines,
                               struct pod_error *err)
{
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    ADD_WORDS(&command, "sinfo", "--noheader", "--Node", "--format=%N|%T|%E");
    if (client->config->partition != NULL)
        pod_names_add_take(&command, pod_strf("--partition=%s", client->config->partition));
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    enum call_end end = run(client, &command, client->stop_fd, &out, err);
    if (end == CALL_DONE)
        slurm_nodes_parse(out.data, lines);
    return end;
}

/* Steering. */

static enum call_end steer(struct slurm_client *client, const char *command,
                           const char *verb, const char *task, struct pod_error *err)
{
    pod_auto_names struct pod_names words = POD_NAMES_INIT;
    ADD_WORDS(&words, command, verb, task);
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    return run(client, &words, -1, &out, err);
}

enum call_end slurm_release(struct slurm_client *client, const char *task,
                            struct pod_error *err)
{
    return steer(client, "scontrol", "release", task, err);
}

enum call_end slurm_cancel_task(struct slurm_client *client, const char *task,
                                struct pod_error *err)
{
    return steer(client, "scancel", "--quiet", task, err);
}

enum call_end slurm_cancel(struct slurm_client *client, const char *name,
                           struct pod_error *err)
{
    pod_auto_free char *option = pod_strf("--name=%s", name);
    return steer(client, "scancel", "--quiet", option, err);
}
