#include "header.h"

#include "lex.h"

#include <stdlib.h>
#include <string.h>

/* A header at work. */
struct reading {
    struct vlog_lexer lexer;
    struct vlog_token token;
    struct vlog_face *face;
    bool has_direction;
    bool is_output;
    unsigned width;
};

static bool next(struct reading *r, struct task_error *err)
{
    struct task_error problem = TASK_ERROR_INIT;
    if (!vlog_lexer_next(&r->lexer, &r->token, &problem))
        return task_fail(err, TASK_PACKAGE, "%s", problem.message);
    return r->token.kind != VLOG_END || task_fail(err, TASK_PACKAGE, "the text ends early");
}

static bool is_at(const struct reading *r, const char *text)
{
    return vlog_token_is(&r->token, text);
}

static bool refuse(const struct reading *r, struct task_error *err)
{
    return task_fail(err, TASK_PACKAGE, "line %zu: '%.*s' in a header of another form",
                     r->token.line, (int)(r->token.length < 40 ? r->token.length : 40),
                     r->token.text);
}

static bool take_symbol(struct reading *r, const char *symbol, struct task_error *err)
{
    return is_at(r, symbol) ? next(r, err) : refuse(r, err);
}

static bool take_number(struct reading *r, long *number, struct task_error *err)
{
    enum { DIGITS_MAX = 6 };
    char text[DIGITS_MAX + 1] = "", *end = NULL;
    if (r->token.kind != VLOG_NUMBER || r->token.length > DIGITS_MAX)
        return refuse(r, err);
    memcpy(text, r->token.text, r->token.length);
    *number = strtol(text, &end, 10);
    return *end == '\0' ? next(r, err) : refuse(r, err);
}

/* `[7:0]` or nothing. */
static bool take_range(struct reading *r, struct task_error *err)
{
    long high = 0, low = 0;
    r->width = 1;
    if (!is_at(r, "["))
        return true;
    if (!next(r, err) || !take_number(r, &high, err) || !take_symbol(r, ":", err) ||
        !take_number(r, &low, err) || !take_symbol(r, "]", err))
        return false;
    r->width = (unsigned)(high > low ? high - low : low - high) + 1;
    return true;
}

static bool is_type(const struct reading *r)
{
    static const char *const types[] = {"wire", "reg",    "logic",   "var",
                                        "tri",  "signed", "unsigned"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (is_at(r, types[i]))
            return true;
    return false;
}

/* `output reg [3:0]`, where there is one; a name alone is declared as the one before it. */
static bool take_declaration(struct reading *r, struct task_error *err)
{
    bool is_new = is_at(r, "input") || is_at(r, "output");
    if (!is_new)
        return r->has_direction || refuse(r, err);
    r->has_direction = true;
    r->is_output = is_at(r, "output");
    if (!next(r, err))
        return false;
    while (is_type(r))
        if (!next(r, err))
            return false;
    return take_range(r, err);
}

static bool take_port(struct reading *r, struct task_error *err)
{
    struct vlog_face *face = r->face;
    if (!take_declaration(r, err))
        return false;
    if (r->token.kind != VLOG_WORD || r->token.length >= VLOG_NAME ||
        face->port_count == VLOG_PORTS)
        return refuse(r, err);
    struct vlog_port *port = &face->ports[face->port_count];
    *port = (struct vlog_port){.is_output = r->is_output, .width = r->width};
    memcpy(port->name, r->token.text, r->token.length);
    if (!port->is_output && port->width == 1 && (is_at(r, "clk") || is_at(r, "clock")))
        face->clock = (int)face->port_count;
    face->port_count++;
    return next(r, err);
}

static bool find_module(struct reading *r, const char *module, struct task_error *err)
{
    bool is_named = false;
    while (next(r, err)) {
        if (is_named && is_at(r, module))
            return next(r, err);
        is_named = is_at(r, "module");
    }
    return false;
}

bool vlog_header_read(const char *text, size_t length, const char *module,
                      struct vlog_face *face, struct task_error *err)
{
    struct reading r = {.face = face};
    *face = (struct vlog_face){.clock = -1};
    if (strlen(module) >= VLOG_NAME)
        return task_fail(err, TASK_PACKAGE, "module '%s' has a long name", module);
    memcpy(face->module, module, strlen(module) + 1);
    vlog_lexer_init(&r.lexer, text, length);
    if (!find_module(&r, module, err) || !take_symbol(&r, "(", err))
        return false;
    while (take_port(&r, err) && is_at(&r, ","))
        if (!next(&r, err))
            return false;
    if (err->fault != TASK_OK)
        return false;
    return is_at(&r, ")") ? vlog_face_check(face, err) : refuse(&r, err);
}
