/* liquid_parse.h - a page in Liquid, cut into text and tags.
 *
 * Calling sequence: board__page_parse, read the nodes in order, board__page_release. The
 * nodes point into the text, which is borrowed until then.
 *
 * Failure: a tag without its end, an end without its tag, or a tag that is not of the
 * subset that liquid.h names; the message has the line. Nothing is to be released then.
 */
#ifndef BOARD_LIQUID_PARSE_H
#define BOARD_LIQUID_PARSE_H

#include "board.h"

enum board__tag {
    TAG_TEXT,
    TAG_PRINT, /* {{ ... }} */
    TAG_ASSIGN,
    TAG_FOR,
    TAG_IF,
    TAG_UNLESS,
    TAG_ELSE,
    TAG_ENDFOR,
    TAG_ENDIF,
    TAG_ENDUNLESS,
};

struct board__node {
    enum board__tag tag;
    enum board__tag end; /* of what opens a block: the tag that closes it */
    const char *text;    /* without the tag's name and white space around */
    size_t length;
    int line;
    size_t partner; /* FOR, ELSE: index of the end. IF, UNLESS: of ELSE or the end */
};

struct board__page {
    struct board__node *nodes;
    size_t count;
};

bool board__page_parse(struct board__page *page, const char *text, struct board_error *err);
void board__page_release(struct board__page *page);

#endif
