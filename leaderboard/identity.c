#include "identity.h"

#include "text.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_BYTES = 16, COLUMN_MAX = 36, MARK_BYTES = 4, MARK_CHARS = 1 + 2 * MARK_BYTES };

static char *hex(const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = board__alloc(2 * count + 1, 1);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return text;
}

/* Never fails; a plain hash needs no sodium_init. */
static void sha256(const char *text, size_t length,
                   uint8_t digest[crypto_hash_sha256_BYTES])
{
    (void)crypto_hash_sha256(digest, (const unsigned char *)text, length);
}

static void digest_team(const char *team, uint8_t digest[crypto_hash_sha256_BYTES])
{
    const char *name = team != NULL ? team : "";
    sha256(name, strlen(name), digest);
}

char *board__team_id(const char *team)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    digest_team(team, digest);
    return hex(digest, ID_BYTES);
}

uint64_t board__team_number(const char *team)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    uint64_t number = 0;
    digest_team(team, digest);
    for (size_t i = 0; i < sizeof number; i++)
        number = number << 8 | digest[i];
    return number >> 12;
}

static void digest_texts(const char *const *texts, size_t count,
                         uint8_t digest[crypto_hash_sha256_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += strlen(texts[i] != NULL ? texts[i] : "") + 1;
    board__auto_free char *all = board__alloc(length, 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = texts[i] != NULL ? texts[i] : "";
        memcpy(all + used, text, strlen(text));
        used += strlen(text) + 1;
    }
    sha256(all, length, digest);
}

char *board__event_id(const char *const *texts, size_t count)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    digest_texts(texts, count, digest);
    return hex(digest, ID_BYTES);
}

/* isalnum would ask the locale. */
static bool is_plain(char letter)
{
    return letter != '\0' &&
           strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
                  letter) != NULL;
}

/* Returns whether something had to change. */
static bool make_plain(char *text)
{
    bool is_changed = false;
    for (char *at = text; *at != '\0'; at++) {
        if (is_plain(*at) && !(at == text && *at == '-'))
            continue;
        *at = '_';
        is_changed = true;
    }
    return is_changed;
}

char *board__column_id(const char *task, const char *case_id)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    board__auto_free char *first = board__strf("%s", task);
    board__auto_free char *second = board__strf("%s", case_id);
    bool is_changed = make_plain(first);
    is_changed |= make_plain(second);
    board__auto_free char *plain = board__strf("%s.%s", first, second);
    if (!is_changed && strlen(plain) <= COLUMN_MAX)
        return board__strf("%s", plain);
    digest_texts((const char *const[]){task, case_id}, 2, digest);
    board__auto_free char *mark = hex(digest, MARK_BYTES);
    return board__strf("%.*s-%s", COLUMN_MAX - MARK_CHARS, plain, mark);
}
