/* lex.h - reads Verilog as tokens, and says whether a submission may be simulated.
 *
 * The design under test shares a simulator with the bench that drives it, so what it may
 * say is a list of what is allowed: the words of keyword.def, four system functions, names
 * and numbers. What is handed to the compiler is the text that was checked, with comments
 * blank and lines where they were: no two readings of a comment or a strange byte are
 * possible.
 */
#ifndef VLOG_LEX_H
#define VLOG_LEX_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { VLOG_SOURCE_MAX = 64 << 10, VLOG_MODULES = 32 };

enum vlog_kind { VLOG_END, VLOG_WORD, VLOG_SYSTEM, VLOG_NUMBER, VLOG_SYMBOL };

struct vlog_token {
    enum vlog_kind kind;
    const char *text; /* into the source; a symbol is one byte */
    size_t length;
    size_t line;   /* from 1 */
    size_t spaces; /* bytes between the token before and this one, comments included */
};

struct vlog_lexer {
    const char *at;
    const char *end;
    size_t line;
};

void vlog_lexer_init(struct vlog_lexer *lexer, const char *text, size_t length);

/* The next token; refuses bytes that no token of the subset has (TASK_ENTRY, with line). */
bool vlog_lexer_next(struct vlog_lexer *lexer, struct vlog_token *token,
                     struct task_error *err);

bool vlog_token_is(const struct vlog_token *token, const char *text);

/* A simple identifier that is no reserved word. */
bool vlog_is_name(const char *text);

/* Checks a whole submission, which must define `module`, and appends what the compiler gets
 * to out. Modules beside it are allowed, for parts. TASK_ENTRY, with line, otherwise. */
bool vlog_accept(const char *text, size_t length, const char *module, struct task_buf *out,
                 struct task_error *err);

#endif
