#include "receipt.h"

#include "base/json.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

static const char SCHEMA[] = "podium.receipt/1";

char *receipt_print(const char *competition, const char *line,
                    const struct pod_secret_key *key)
{
    char signature[POD_SIGNATURE_HEX];
    struct pod_digest digest = event_digest(line);
    pod_auto_free char *signed_text = pod_strf("%s\n%s", competition, digest.hex);
    pod_sign(key, RECEIPT_PURPOSE, signed_text, signature);
    pod_auto_json json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "schema", SCHEMA, "competition",
                  competition, "event", line, "digest", digest.hex, "key", key->public_hex,
                  "signature", signature);
    if (object == NULL)
        pod_out_of_memory();
    return pod_json_print(object);
}

struct receipt_texts {
    char *competition, *event, *digest, *key, *signature;
};

#define FIELD(key, size)                                                                   \
    {                                                                                      \
#key, POD_FIELD_STRING, offsetof(struct receipt_texts, key), true, 1, size         \
    }

static const struct pod_field FIELDS[] = {
    FIELD(competition, 64), FIELD(event, 1 << 20), FIELD(digest, 64),
    FIELD(key, 64),         FIELD(signature, 128), {.key = NULL},
};

static bool check(const struct receipt_texts *texts, const char *name, struct receipt *out,
                  struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    out->line = pod_strdup(texts->event);
    out->public_key = pod_strdup(texts->key);
    out->digest = event_digest(texts->event);
    if (strcmp(out->digest.hex, texts->digest) != 0)
        return pod_fail(err, POD_ENTRY, "%s: .digest is not that of .event", name);
    pod_auto_free char *signed_text = pod_strf("%s\n%s", texts->competition, texts->digest);
    if (!pod_signature_holds(texts->key, RECEIPT_PURPOSE, signed_text, texts->signature))
        return pod_fail(err, POD_ENTRY, "%s: .signature does not hold", name);
    return event_parse(out->line, strlen(out->line), name, &out->event, &problem) ||
           pod_fail(err, POD_ENTRY, "%s", problem.message);
}

bool receipt_parse(const char *text, size_t length, const char *name, struct receipt *out,
                   struct pod_error *err)
{
    memset(out, 0, sizeof *out);
    pod_auto_json json_t *object = pod_json_parse(text, length, name, POD_ENTRY, err);
    struct receipt_texts texts = {0};
    const struct pod_json_place where = {name, "", POD_ENTRY};
    bool done = object != NULL && pod_json_schema(object, name, SCHEMA, POD_ENTRY, err) &&
                pod_json_fill(object, &where, FIELDS, &texts, err) &&
                check(&texts, name, out, err);
    free(texts.competition);
    free(texts.event);
    free(texts.digest);
    free(texts.key);
    free(texts.signature);
    return done;
}

void receipt_release(struct receipt *receipt)
{
    free(receipt->line);
    free(receipt->public_key);
    event_release(&receipt->event);
    memset(receipt, 0, sizeof *receipt);
}
