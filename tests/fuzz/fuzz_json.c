/* fuzz_json.c - any bytes as a JSON document and as a scorer's verdict.
 *
 * From the top of the source tree:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
 *     -D_GNU_SOURCE -Isrc tests/fuzz/fuzz_json.c src/base/?*.c src/model/?*.c \
 *     $(pkg-config --cflags --libs jansson libsodium) -o /tmp/fuzz_json
 *   mkdir -p /tmp/corpus && for f in tests/cases/json/?*; do
 *     cp "$f/input.json" "/tmp/corpus/$(basename "$f")"; done
 *   /tmp/fuzz_json -max_total_time=120 -max_len=4096 /tmp/corpus
 *
 * Held: nothing crashes or leaks; a failure has a fault and a message of one printable
 * line; what was parsed is printed and parsed again as the same value.
 */
#include "base/buf.h"
#include "base/json.h"
#include "model/verdict_object.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_error(const struct pod_error *err)
{
    require(err->fault == POD_TASK && err->message[0] != '\0');
    for (const char *at = err->message; *at; at++)
        require((unsigned char)*at >= 0x20 && *at != 0x7f);
}

static void check_round_trip(json_t *value)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *text = pod_json_print(value);
    pod_auto_json json_t *again = pod_json_parse(text, strlen(text), "x", POD_TASK, &err);
    require(again && json_equal(value, again));
}

static void check_verdict(const char *bytes, size_t size, bool is_rejected)
{
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    if (!verdict_object_parse(bytes, size, is_rejected, &object, &err))
        check_error(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_json json_t *value = pod_json_parse(bytes, size, "x", POD_TASK, &err);
    if (value)
        check_round_trip(value);
    else
        check_error(&err);
    check_verdict(bytes, size, false);
    check_verdict(bytes, size, true);
    return 0;
}
