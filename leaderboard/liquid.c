#include "liquid.h"

#include "liquid_parse.h"
#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64 };

struct cursor {
    const char *at;
    const char *end;
};

struct engine {
    const struct board__page *page;
    const struct board__node *node; /* being run; says where an error is */
    json_t *root;                   /* variables; assign and for write here */
    FILE *out;
    struct board_error *err;
};

static bool fail(const struct engine *engine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(const struct engine *engine, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)snprintf(engine->err->message, sizeof engine->err->message,
                   "cannot render the page: line %d: %s", engine->node->line, what);
    return false;
}

/* json_* returns NULL only without memory here. */
static json_t *sure(json_t *value)
{
    if (value != NULL)
        return value;
    (void)fputs("cannot render a page: out of memory\n", stderr);
    abort();
}

static void skip_space(struct cursor *cursor)
{
    while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) != NULL)
        cursor->at++;
}

static bool take_mark(struct cursor *cursor, const char *mark)
{
    size_t length = strlen(mark);
    skip_space(cursor);
    if ((size_t)(cursor->end - cursor->at) < length ||
        memcmp(cursor->at, mark, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

static bool take_name(const struct engine *engine, struct cursor *cursor,
                      char name[NAME_MAX_BYTES])
{
    size_t length = 0;
    skip_space(cursor);
    while (cursor->at < cursor->end && is_name_byte(*cursor->at)) {
        if (length == NAME_MAX_BYTES - 1)
            return fail(engine, "a name is longer than %d bytes", NAME_MAX_BYTES - 1);
        name[length++] = *cursor->at++;
    }
    name[length] = '\0';
    return length > 0 || fail(engine, "a name is missing");
}

static bool expect_end(const struct engine *engine, struct cursor *cursor)
{
    skip_space(cursor);
    return cursor->at == cursor->end || fail(engine, "'%.*s' is not understood",
                                             (int)(cursor->end - cursor->at), cursor->at);
}

/* Borrowed: the item of value that key names, NULL where there is none. */
static json_t *item(json_t *value, const json_t *key)
{
    if (json_is_object(value) && json_is_string(key))
        return json_object_get(value, json_string_value(key));
    if (json_is_array(value) && json_is_integer(key) && json_integer_value(key) >= 0)
        return json_array_get(value, (size_t)json_integer_value(key));
    if (json_is_array(value) && json_is_string(key) &&
        strcmp(json_string_value(key), "first") == 0)
        return json_array_get(value, 0);
    return NULL;
}

static bool take_value(const struct engine *engine, struct cursor *cursor, json_t **out);

/* One `.name` or `[value]`; false in *is_taken where the path ends. */
static bool take_step(const struct engine *engine, struct cursor *cursor, json_t **value,
                      bool *is_taken)
{
    char name[NAME_MAX_BYTES];
    json_auto_t *key = NULL;
    *is_taken = true;
    if (take_mark(cursor, ".")) {
        if (!take_name(engine, cursor, name))
            return false;
        key = sure(json_string(name));
    } else if (take_mark(cursor, "[")) {
        if (!take_value(engine, cursor, &key))
            return false;
        if (!take_mark(cursor, "]"))
            return fail(engine, "a bracket is not closed");
    } else {
        *is_taken = false;
        return true;
    }
    *value = item(*value, key);
    return true;
}

static bool take_literal(const struct engine *engine, struct cursor *cursor, json_t **out)
{
    const char *close = memchr(cursor->at, '"', (size_t)(cursor->end - cursor->at));
    if (close == NULL)
        return fail(engine, "a quote is not closed");
    *out = sure(json_stringn(cursor->at, (size_t)(close - cursor->at)));
    cursor->at = close + 1;
    return true;
}

/* A new reference, NULL where there is nothing at that path. */
static bool take_value(const struct engine *engine, struct cursor *cursor, json_t **out)
{
    char name[NAME_MAX_BYTES];
    *out = NULL;
    if (take_mark(cursor, "\""))
        return take_literal(engine, cursor, out);
    if (!take_name(engine, cursor, name))
        return false;
    json_t *value = json_object_get(engine->root, name);
    for (bool is_taken = true; is_taken;) {
        if (!take_step(engine, cursor, &value, &is_taken))
            return false;
    }
    *out = json_is_null(value) ? NULL : json_incref(value);
    return true;
}

static char *dumped(const json_t *value)
{
    char *text =
        value == NULL
            ? board__strf("null")
            : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    if (text != NULL)
        return text;
    (void)fputs("cannot render a page: out of memory\n", stderr);
    abort();
}

/* What a value prints as; the caller frees. NULL: it is a list or an object. */
static char *printed(const json_t *value)
{
    if (value == NULL)
        return board__strf("%s", "");
    if (json_is_string(value))
        return board__strf("%s", json_string_value(value));
    return json_is_array(value) || json_is_object(value) ? NULL : dumped(value);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Every filter takes the text so far and returns another, the caller's. */
static char *escape(const char *text)
{
    enum { ENTITY_MAX = 6 };
    char *out = board__alloc(strlen(text) * ENTITY_MAX + 1, 1);
    size_t used = 0;
    for (; *text != '\0'; text++) {
        const char *name = entity(*text);
        size_t length = name != NULL ? strlen(name) : 1;
        memcpy(out + used, name != NULL ? name : text, length);
        used += length;
    }
    return out;
}

static char *replaced(const char *text, const char *from, const char *to)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    if (stream == NULL)
        abort();
    for (const char *hit; (hit = strstr(text, from)) != NULL; text = hit + strlen(from))
        (void)fprintf(stream, "%.*s%s", (int)(hit - text), text, to);
    (void)fputs(text, stream);
    if (fclose(stream) != 0)
        abort();
    return out;
}

static bool apply_replace(const struct engine *engine, struct cursor *cursor, char **text)
{
    json_auto_t *from = NULL, *to = NULL;
    if (!take_mark(cursor, ":") || !take_value(engine, cursor, &from) ||
        !take_mark(cursor, ",") || !take_value(engine, cursor, &to) ||
        json_string_length(from) == 0 || !json_is_string(to))
        return fail(engine, "'replace' needs two texts");
    char *next = replaced(*text, json_string_value(from), json_string_value(to));
    free(*text);
    *text = next;
    return true;
}

static bool apply_filter(const struct engine *engine, struct cursor *cursor, char **text)
{
    char name[NAME_MAX_BYTES];
    if (!take_name(engine, cursor, name))
        return false;
    if (strcmp(name, "replace") == 0)
        return apply_replace(engine, cursor, text);
    if (strcmp(name, "escape") != 0)
        return fail(engine, "'%s' is no filter that is known here", name);
    char *next = escape(*text);
    free(*text);
    *text = next;
    return true;
}

static bool print_value(const struct engine *engine, struct cursor *cursor)
{
    json_auto_t *value = NULL;
    if (!take_value(engine, cursor, &value))
        return false;
    struct cursor ahead = *cursor;
    char name[NAME_MAX_BYTES] = "";
    bool is_data = take_mark(&ahead, "|") && take_name(engine, &ahead, name) &&
                   strcmp(name, "jsonify") == 0;
    if (is_data)
        *cursor = ahead;
    board__auto_free char *text = is_data ? dumped(value) : printed(value);
    if (text == NULL)
        return fail(engine, "a list or an object cannot be printed");
    while (take_mark(cursor, "|")) {
        if (!apply_filter(engine, cursor, &text))
            return false;
    }
    (void)fputs(text, engine->out);
    return expect_end(engine, cursor);
}

static bool is_equal(const json_t *left, const json_t *right)
{
    return left == NULL || right == NULL ? left == right : json_equal(left, right);
}

static bool take_condition(const struct engine *engine, struct cursor *cursor, bool *is_met)
{
    json_auto_t *left = NULL, *right = NULL;
    if (!take_value(engine, cursor, &left))
        return false;
    bool wants_equal = take_mark(cursor, "==");
    bool is_compared = wants_equal || take_mark(cursor, "!=");
    if (is_compared && !take_value(engine, cursor, &right))
        return false;
    *is_met = is_compared ? is_equal(left, right) == wants_equal
                          : left != NULL && !json_is_false(left);
    return expect_end(engine, cursor);
}

static bool assign(const struct engine *engine, struct cursor *cursor)
{
    char name[NAME_MAX_BYTES];
    json_auto_t *value = NULL;
    if (!take_name(engine, cursor, name))
        return false;
    if (!take_mark(cursor, "="))
        return fail(engine, "'assign' needs '='");
    if (!take_value(engine, cursor, &value) || !expect_end(engine, cursor))
        return false;
    json_t *kept = value != NULL ? json_incref(value) : sure(json_null());
    return json_object_set_new(engine->root, name, kept) == 0 ||
           fail(engine, "'%s' cannot be kept", name);
}

static bool run(struct engine *engine, size_t from, size_t to);

/* The body once, with the item and what the page may know of the loop. */
static bool run_pass(struct engine *engine, const char *name, json_t *value, size_t index)
{
    const struct board__node *loop = engine->node;
    size_t at = (size_t)(loop - engine->page->nodes);
    json_t *state =
        sure(json_pack("{s:b, s:I}", "first", index == 0, "index0", (json_int_t)index));
    if (json_object_set(engine->root, name, value) != 0 ||
        json_object_set_new(engine->root, "forloop", state) != 0)
        return fail(engine, "'%s' cannot be kept", name);
    bool done = run(engine, at + 1, loop->partner);
    engine->node = loop;
    return done;
}

/* Puts back what a loop's names meant outside. */
static void restore(json_t *root, const char *name, json_t *outer)
{
    if (outer == NULL)
        (void)json_object_del(root, name);
    else if (json_object_set(root, name, outer) != 0)
        abort();
}

static bool run_for(struct engine *engine, struct cursor *cursor)
{
    char name[NAME_MAX_BYTES], in[NAME_MAX_BYTES];
    json_auto_t *list = NULL;
    if (!take_name(engine, cursor, name) || !take_name(engine, cursor, in))
        return false;
    if (strcmp(in, "in") != 0)
        return fail(engine, "'for' needs 'in'");
    if (!take_value(engine, cursor, &list) || !expect_end(engine, cursor))
        return false;
    if (list != NULL && !json_is_array(list))
        return fail(engine, "'for' needs a list");
    json_auto_t *outer = json_incref(json_object_get(engine->root, name));
    json_auto_t *outer_loop = json_incref(json_object_get(engine->root, "forloop"));
    bool done = true;
    for (size_t i = 0; done && i < json_array_size(list); i++)
        done = run_pass(engine, name, json_array_get(list, i), i);
    restore(engine->root, name, outer);
    restore(engine->root, "forloop", outer_loop);
    return done;
}

/* Runs the branch; *next is then the index of the end. */
static bool run_if(struct engine *engine, struct cursor *cursor, size_t *next)
{
    const struct board__node *nodes = engine->page->nodes;
    const struct board__node *node = engine->node;
    bool is_met = false;
    if (!take_condition(engine, cursor, &is_met))
        return false;
    size_t from = (size_t)(node - nodes) + 1, to = node->partner;
    bool has_else = nodes[to].tag == TAG_ELSE;
    *next = has_else ? nodes[to].partner : to;
    if (is_met == (node->tag == TAG_IF))
        return run(engine, from, to);
    return !has_else || run(engine, to + 1, *next);
}

static bool run_node(struct engine *engine, size_t *next)
{
    const struct board__node *node = engine->node;
    struct cursor cursor = {node->text, node->text + node->length};
    switch (node->tag) {
    case TAG_TEXT:
        (void)fwrite(node->text, 1, node->length, engine->out);
        return true;
    case TAG_PRINT:
        return print_value(engine, &cursor);
    case TAG_ASSIGN:
        return assign(engine, &cursor);
    case TAG_FOR:
        *next = node->partner;
        return run_for(engine, &cursor);
    case TAG_IF:
    case TAG_UNLESS:
        return run_if(engine, &cursor, next);
    default: /* an end: its block has gone past it */
        return true;
    }
}

static bool run(struct engine *engine, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        engine->node = &engine->page->nodes[i];
        if (!run_node(engine, &i))
            return false;
    }
    return true;
}

char *board__liquid(const char *page, json_t *root, struct board_error *err)
{
    struct board__page nodes;
    if (!board__page_parse(&nodes, page, err))
        return NULL;
    char *text = NULL;
    size_t size = 0;
    json_auto_t *variables = sure(json_copy(root)); /* the caller's stay as they are */
    struct engine engine = {&nodes, NULL, variables, open_memstream(&text, &size), err};
    if (engine.out == NULL)
        abort();
    bool done = run(&engine, 0, nodes.count);
    if (fclose(engine.out) != 0)
        abort();
    board__page_release(&nodes);
    if (done)
        return text;
    free(text);
    return NULL;
}
