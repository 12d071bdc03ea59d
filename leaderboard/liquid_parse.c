#include "liquid_parse.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

struct scan {
    const char *start;
    const char *at;
    bool eats_space; /* the tag before ended with a dash */
    struct board__page *page;
    struct board_error *err;
};

struct span {
    const char *text;
    size_t length;
};

static const struct {
    const char *name;
    enum board__tag tag;
    enum board__tag end; /* TAG_TEXT: opens nothing */
} tags[] = {
    {"assign", TAG_ASSIGN, TAG_TEXT}, {"for", TAG_FOR, TAG_ENDFOR},
    {"if", TAG_IF, TAG_ENDIF},        {"unless", TAG_UNLESS, TAG_ENDUNLESS},
    {"else", TAG_ELSE, TAG_TEXT},     {"endfor", TAG_ENDFOR, TAG_TEXT},
    {"endif", TAG_ENDIF, TAG_TEXT},   {"endunless", TAG_ENDUNLESS, TAG_TEXT},
};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static int line_of(const struct scan *scan, const char *at)
{
    int line = 1;
    for (const char *c = scan->start; c < at; c++)
        line += *c == '\n';
    return line;
}

static bool fail(const struct scan *scan, const char *at, const char *what)
{
    (void)snprintf(scan->err->message, sizeof scan->err->message,
                   "cannot read the page: line %d: %s", line_of(scan, at), what);
    return false;
}

static struct span trimmed(struct span span)
{
    while (span.length > 0 && is_space(span.text[0])) {
        span.text++;
        span.length--;
    }
    while (span.length > 0 && is_space(span.text[span.length - 1]))
        span.length--;
    return span;
}

static struct board__node *add(struct scan *scan, enum board__tag tag, struct span span)
{
    struct board__node *node = &scan->page->nodes[scan->page->count++];
    *node = (struct board__node){.tag = tag,
                                 .text = span.text,
                                 .length = span.length,
                                 .line = line_of(scan, span.text)};
    return node;
}

/* Text up to `end`, less the white space that dashes in the tags on both sides eat. */
static void add_text(struct scan *scan, const char *end, bool eats_before_end)
{
    struct span span = {scan->at, (size_t)(end - scan->at)};
    while (scan->eats_space && span.length > 0 && is_space(span.text[0])) {
        span.text++;
        span.length--;
    }
    while (eats_before_end && span.length > 0 && is_space(span.text[span.length - 1]))
        span.length--;
    if (span.length > 0)
        (void)add(scan, TAG_TEXT, span);
}

/* First of "{{" and "{%", or the end of the text. */
static const char *next_tag(const char *at)
{
    for (; *at != '\0'; at++) {
        if (at[0] == '{' && (at[1] == '{' || at[1] == '%'))
            break;
    }
    return at;
}

/* What stands between the marks of the tag at `open`; moves on to what follows it. */
static bool take_inside(struct scan *scan, const char *open, struct span *inside)
{
    const char *close = strstr(open + 2, open[1] == '{' ? "}}" : "%}");
    if (close == NULL)
        return fail(scan, open, "a tag is not closed");
    const char *first = open + 2 + (open[2] == '-');
    scan->eats_space = close > first && close[-1] == '-';
    scan->at = close + 2;
    *inside =
        trimmed((struct span){first, (size_t)(close - first) - (scan->eats_space ? 1 : 0)});
    return true;
}

static bool is_word(struct span span, const char *word)
{
    return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

/* Text that is no Liquid, whatever it looks like. Liquid itself differs from version to
 * version on dashes here, so there are none. */
static bool add_raw(struct scan *scan, const char *open)
{
    if (open[2] == '-' || scan->eats_space)
        return fail(scan, open, "'raw' takes no dashes");
    for (const char *at = scan->at; *(at = next_tag(at)) != '\0'; at += 2) {
        struct scan inner = *scan;
        struct span inside = {0};
        if (at[1] != '%' || at[2] == '-' || !take_inside(&inner, at, &inside) ||
            inner.eats_space || !is_word(inside, "endraw"))
            continue;
        add_text(scan, at, false);
        scan->at = inner.at;
        return true;
    }
    return fail(scan, open, "'raw' has no 'endraw'");
}

static bool add_tag(struct scan *scan, const char *open, struct span inside)
{
    struct span name = {inside.text, 0};
    while (name.length < inside.length && !is_space(name.text[name.length]))
        name.length++;
    if (is_word(inside, "raw"))
        return add_raw(scan, open);
    struct span rest =
        trimmed((struct span){inside.text + name.length, inside.length - name.length});
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (!is_word(name, tags[i].name))
            continue;
        add(scan, tags[i].tag, rest)->end = tags[i].end;
        return true;
    }
    board__auto_free char *what =
        board__strf("'%.*s' is no tag that is known", (int)name.length, name.text);
    return fail(scan, open, what);
}

static bool cut(struct scan *scan)
{
    while (*scan->at != '\0') {
        const char *open = next_tag(scan->at);
        add_text(scan, open, *open != '\0' && open[2] == '-');
        struct span inside = {0};
        if (*open == '\0')
            return true;
        if (!take_inside(scan, open, &inside))
            return false;
        if (open[1] == '{')
            (void)add(scan, TAG_PRINT, inside);
        else if (!add_tag(scan, open, inside))
            return false;
    }
    return true;
}

/* Blocks that are open, innermost last: index of FOR, IF, UNLESS or ELSE. */
struct blocks {
    size_t open[DEPTH_MAX];
    size_t count;
};

static bool link_node(const struct scan *scan, struct blocks *blocks, size_t index)
{
    struct board__node *nodes = scan->page->nodes;
    struct board__node *node = &nodes[index];
    if (node->end != TAG_TEXT) {
        if (blocks->count == DEPTH_MAX)
            return fail(scan, node->text, "blocks are nested too deeply");
        blocks->open[blocks->count++] = index;
        return true;
    }
    if (node->tag < TAG_ELSE)
        return true;
    struct board__node *top =
        blocks->count > 0 ? &nodes[blocks->open[blocks->count - 1]] : NULL;
    bool is_else = node->tag == TAG_ELSE;
    if (top == NULL || (is_else && top->tag != TAG_IF && top->tag != TAG_UNLESS) ||
        (!is_else && top->end != node->tag))
        return fail(scan, node->text, "an end or 'else' belongs to nothing");
    top->partner = index;
    node->end = is_else ? top->end : TAG_TEXT;
    blocks->count--;
    if (is_else)
        blocks->open[blocks->count++] = index;
    return true;
}

static bool link_blocks(const struct scan *scan)
{
    struct blocks blocks = {.count = 0};
    for (size_t i = 0; i < scan->page->count; i++) {
        if (!link_node(scan, &blocks, i))
            return false;
    }
    if (blocks.count == 0)
        return true;
    return fail(scan, scan->page->nodes[blocks.open[blocks.count - 1]].text,
                "a block has no end");
}

/* A tag is a node, and so is the text before each and at the end. */
static size_t count_nodes(const char *text)
{
    size_t count = 1;
    for (const char *at = text; *(at = next_tag(at)) != '\0'; at += 2)
        count += 2;
    return count;
}

bool board__page_parse(struct board__page *page, const char *text, struct board_error *err)
{
    *page = (struct board__page){
        .nodes = board__alloc(count_nodes(text), sizeof(struct board__node))};
    struct scan scan = {.start = text, .at = text, .page = page, .err = err};
    if (cut(&scan) && link_blocks(&scan))
        return true;
    board__page_release(page);
    return false;
}

void board__page_release(struct board__page *page)
{
    free(page->nodes);
    *page = (struct board__page){0};
}
