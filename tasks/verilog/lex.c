#include "lex.h"

#include <string.h>

static const char *const allowed_words[] = {
#define ALLOWED(word) #word,
#define REFUSED(word)
#include "keyword.def"
#undef ALLOWED
#undef REFUSED
};

static const char *const refused_words[] = {
#define ALLOWED(word)
#define REFUSED(word) #word,
#include "keyword.def"
#undef ALLOWED
#undef REFUSED
};

static const char *const system_functions[] = {"$signed", "$unsigned", "$clog2", "$bits"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Longer ones are no honest ones, and what the compiler never sees cannot hurt it. */
enum { TOKEN_BYTES_MAX = 1024, DEPTH_MAX = 200 };

static bool is_one_of(const char *text, size_t length, const char *const *words,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What continues a word or a number, whichever it is: a number must not run into a word,
 * because where the one ends is not the same in all readers. */
static bool continues(char c)
{
    return is_letter(c) || is_digit(c) || c == '$';
}

bool vlog_is_name(const char *text)
{
    size_t length = strlen(text);
    if (!is_letter(text[0]) ||
        is_one_of(text, length, allowed_words, COUNT(allowed_words)) ||
        is_one_of(text, length, refused_words, COUNT(refused_words)))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]))
            return false;
    return true;
}

void vlog_lexer_init(struct vlog_lexer *lexer, const char *text, size_t length)
{
    *lexer = (struct vlog_lexer){text, text + length, 1};
}

bool vlog_token_is(const struct vlog_token *token, const char *text)
{
    return token->length == strlen(text) && memcmp(token->text, text, token->length) == 0;
}

static bool refuse(const struct vlog_lexer *lexer, struct task_error *err, const char *what)
{
    return task_fail(err, TASK_ENTRY, "line %zu: %s", lexer->line, what);
}

static bool starts(const struct vlog_lexer *lexer, const char *two)
{
    return lexer->end - lexer->at >= 2 && lexer->at[0] == two[0] && lexer->at[1] == two[1];
}

/* Of a comment any byte but NUL is dropped, so those of other alphabets may stand there. */
static bool skip_comment(struct vlog_lexer *lexer, struct task_error *err)
{
    bool is_block = starts(lexer, "/*");
    lexer->at += 2;
    for (; lexer->at < lexer->end; lexer->at++) {
        if (*lexer->at == '\0')
            return refuse(lexer, err, "a NUL byte");
        if (is_block && starts(lexer, "*/")) {
            lexer->at += 2;
            return true;
        }
        if (!is_block && *lexer->at == '\n')
            return true;
        lexer->line += *lexer->at == '\n';
    }
    return !is_block || refuse(lexer, err, "a comment that does not end");
}

static bool skip_space(struct vlog_lexer *lexer, struct task_error *err)
{
    while (lexer->at < lexer->end) {
        if (starts(lexer, "//") || starts(lexer, "/*")) {
            if (!skip_comment(lexer, err))
                return false;
        } else if (memchr(" \t\r\n\f", *lexer->at, 5)) {
            lexer->line += *lexer->at++ == '\n';
        } else {
            break;
        }
    }
    return true;
}

static const char *digits_of(char base)
{
    switch (base | 0x20) {
    case 'b':
        return "01xXzZ?_";
    case 'o':
        return "01234567xXzZ?_";
    case 'd':
        return "0123456789xXzZ?_";
    case 'h':
        return "0123456789abcdefABCDEFxXzZ?_";
    default:
        return NULL;
    }
}

/* At an apostrophe: 'b0101 and such, '0 '1 'x 'z, or the start of '{...} and '(...). */
static bool take_based(struct vlog_lexer *lexer, struct vlog_token *token,
                       struct task_error *err)
{
    const char *p = lexer->at + 1;
    if (p < lexer->end && (*p == 's' || *p == 'S'))
        p++;
    const char *digits = p < lexer->end ? digits_of(*p) : NULL;
    const char *first = p + (digits ? 1 : 0);
    bool is_fill = !digits && p < lexer->end && memchr("01xXzZ", *p, 6);
    for (p = first; p < lexer->end && (continues(*p) || (digits && *p == '?')); p++)
        if (!strchr(digits ? digits : "01xXzZ", *p))
            return refuse(lexer, err, "a number with a digit that its base does not have");
    if (is_fill && p - first != 1)
        return refuse(lexer, err, "a number that runs into a word");
    /* `'d xforce` is the number 'dx and the word force to the compiler. */
    if (digits && p == first)
        return refuse(lexer, err, "a base that no digit follows at once");
    token->kind = digits || is_fill ? VLOG_NUMBER : VLOG_SYMBOL;
    token->length = token->kind == VLOG_NUMBER ? (size_t)(p - lexer->at) : 1;
    return true;
}

static bool take_decimal(struct vlog_lexer *lexer, struct vlog_token *token,
                         struct task_error *err)
{
    const char *p = lexer->at;
    for (; p < lexer->end && continues(*p); p++)
        if (!is_digit(*p) && *p != '_')
            return refuse(lexer, err, "a number that runs into a word");
    token->kind = VLOG_NUMBER;
    token->length = (size_t)(p - lexer->at);
    return true;
}

static void take_word(struct vlog_lexer *lexer, struct vlog_token *token)
{
    const char *p = lexer->at + 1;
    while (p < lexer->end && continues(*p))
        p++;
    token->kind = *lexer->at == '$' ? VLOG_SYSTEM : VLOG_WORD;
    token->length = (size_t)(p - lexer->at);
}

static bool take_symbol(struct vlog_lexer *lexer, struct vlog_token *token,
                        struct task_error *err)
{
    token->kind = VLOG_SYMBOL;
    token->length = 1;
    if (*lexer->at != '\0' && strchr("()[]{},;:?@#=+-*/%&|^~!<>.", *lexer->at))
        return true;
    switch (*lexer->at) {
    case '`':
        return refuse(lexer, err, "compiler directives and macros are not allowed");
    case '\\':
        return refuse(lexer, err, "escaped names are not allowed");
    case '"':
        return refuse(lexer, err, "strings are not allowed");
    default:
        return task_fail(err, TASK_ENTRY, "line %zu: byte 0x%02x is not allowed",
                         lexer->line, (unsigned)(unsigned char)*lexer->at);
    }
}

bool vlog_lexer_next(struct vlog_lexer *lexer, struct vlog_token *token,
                     struct task_error *err)
{
    const char *before = lexer->at;
    if (!skip_space(lexer, err))
        return false;
    *token = (struct vlog_token){VLOG_END, lexer->at, 0, lexer->line,
                                 (size_t)(lexer->at - before)};
    if (lexer->at == lexer->end)
        return true;
    bool done = true;
    if (*lexer->at == '\'')
        done = take_based(lexer, token, err);
    else if (is_digit(*lexer->at))
        done = take_decimal(lexer, token, err);
    else if (is_letter(*lexer->at) || *lexer->at == '$')
        take_word(lexer, token);
    else
        done = take_symbol(lexer, token, err);
    if (done && token->length > TOKEN_BYTES_MAX)
        return refuse(lexer, err, "a word or number of more than 1024 bytes");
    lexer->at += token->length;
    return done;
}

/* What is known while a submission is checked. */
struct accepting {
    struct vlog_lexer lexer;
    struct vlog_token token, before;
    struct vlog_token modules[VLOG_MODULES];
    size_t module_count;
    bool is_inside; /* of a module */
    size_t depth;   /* of brackets */
};

static bool refuse_token(const struct accepting *a, struct task_error *err,
                         const char *what)
{
    int shown = a->token.length < 40 ? (int)a->token.length : 40;
    return task_fail(err, TASK_ENTRY, "line %zu: '%.*s': %s", a->token.line, shown,
                     a->token.text, what);
}

static bool add_module(struct accepting *a, struct task_error *err)
{
    for (size_t i = 0; i < a->module_count; i++)
        if (a->modules[i].length == a->token.length &&
            memcmp(a->modules[i].text, a->token.text, a->token.length) == 0)
            return refuse_token(a, err, "a module that is defined twice");
    if (a->module_count == VLOG_MODULES)
        return refuse_token(a, err, "more than 32 modules");
    a->modules[a->module_count++] = a->token;
    return true;
}

static bool check_word(struct accepting *a, struct task_error *err)
{
    const struct vlog_token *token = &a->token;
    if (is_one_of(token->text, token->length, refused_words, COUNT(refused_words)))
        return refuse_token(a, err, "this reserved word is not allowed");
    bool is_module = vlog_token_is(token, "module");
    if (is_module == a->is_inside && (is_module || !vlog_token_is(&a->before, "module")))
        return refuse_token(a, err,
                            is_module ? "a module inside of a module"
                                      : "only modules may stand outside of modules");
    if (vlog_token_is(&a->before, "module") && !add_module(a, err))
        return false;
    if (is_module)
        a->is_inside = true;
    if (vlog_token_is(token, "endmodule"))
        a->is_inside = false;
    return true;
}

/* `.port(...)` connects, `a.b` reaches into another module. `(*` starts an attribute unless
 * it is the `(*)` of an event control. `::` reaches into packages. */
static bool check_symbol(struct accepting *a, struct task_error *err)
{
    char symbol = *a->token.text;
    bool is_adjacent = a->token.spaces == 0;
    char before = a->before.kind == VLOG_SYMBOL ? *a->before.text : ' ';
    if (symbol == '.' && before != '(' && before != ',')
        return refuse_token(a, err, "hierarchical names and real numbers are not allowed");
    if (symbol == ':' && before == ':' && is_adjacent)
        return refuse_token(a, err, "package scopes are not allowed");
    if (symbol == '*' && before == '(' && is_adjacent) {
        struct vlog_lexer ahead = a->lexer;
        struct vlog_token next;
        if (!vlog_lexer_next(&ahead, &next, err))
            return false;
        if (!vlog_token_is(&next, ")"))
            return refuse_token(a, err, "attributes are not allowed");
    }
    a->depth += strchr("([{", symbol) ? 1 : 0;
    if (a->depth > DEPTH_MAX)
        return refuse_token(a, err, "brackets more than 200 deep");
    a->depth -= strchr(")]}", symbol) && a->depth > 0 ? 1 : 0;
    return true;
}

static bool check_token(struct accepting *a, struct task_error *err)
{
    bool is_label = vlog_token_is(&a->before, "endmodule") && vlog_token_is(&a->token, ":");
    if (a->token.kind == VLOG_WORD && vlog_token_is(&a->before, ":") && !a->is_inside &&
        !vlog_token_is(&a->token, "module"))
        return true; /* the name in `endmodule : name` */
    if (a->token.kind == VLOG_WORD)
        return check_word(a, err);
    if (vlog_token_is(&a->before, "module"))
        return refuse_token(a, err, "no name of a module");
    if (!a->is_inside && !is_label)
        return refuse_token(a, err, "only modules may stand outside of modules");
    if (a->token.kind == VLOG_SYSTEM &&
        !is_one_of(a->token.text, a->token.length, system_functions,
                   COUNT(system_functions)))
        return refuse_token(a, err,
                            "of system calls only $signed, $unsigned, $clog2 and "
                            "$bits are allowed");
    return a->token.kind != VLOG_SYMBOL || check_symbol(a, err);
}

/* Blank for what stood between two tokens, with its lines. */
static void put_space(const struct vlog_token *token, struct task_buf *out)
{
    const char *start = token->text - token->spaces;
    size_t lines = 0;
    for (const char *p = start; p < token->text; p++)
        if (*p == '\n') {
            task_buf_append(out, "\n", 1);
            lines++;
        }
    if (lines == 0 && token->spaces > 0)
        task_buf_append(out, " ", 1);
}

static bool check_end(const struct accepting *a, const char *module, struct task_error *err)
{
    if (a->is_inside)
        return task_fail(err, TASK_ENTRY, "line %zu: no endmodule", a->token.line);
    for (size_t i = 0; i < a->module_count; i++)
        if (vlog_token_is(&a->modules[i], module))
            return true;
    return task_fail(err, TASK_ENTRY, "no module '%s'", module);
}

bool vlog_accept(const char *text, size_t length, const char *module, struct task_buf *out,
                 struct task_error *err)
{
    struct accepting a = {.before = {VLOG_END, "", 0, 0, 0}};
    if (length > VLOG_SOURCE_MAX)
        return task_fail(err, TASK_ENTRY, "more than %d bytes", VLOG_SOURCE_MAX);
    vlog_lexer_init(&a.lexer, text, length);
    for (;;) {
        if (!vlog_lexer_next(&a.lexer, &a.token, err))
            return false;
        put_space(&a.token, out);
        if (a.token.kind == VLOG_END)
            break;
        if (!check_token(&a, err))
            return false;
        task_buf_append(out, a.token.text, a.token.length);
        a.before = a.token;
    }
    task_buf_append(out, "\n", 1);
    return check_end(&a, module, err);
}
