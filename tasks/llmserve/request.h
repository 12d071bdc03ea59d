/* request.h - a request, and a run: the requests that arrive at an engine under one load.
 */
#ifndef LLMSERVE_REQUEST_H
#define LLMSERVE_REQUEST_H

#include <stddef.h>
#include <stdint.h>

/* CHAT: first token within ttft_us and, after it, at most tpot_us a token in the mean.
 * CALL: the last token within timeout_us. All from the arrival. */
enum request_kind { REQUEST_CHAT, REQUEST_CALL, REQUEST_KINDS };

struct request {
    uint64_t arrival_us;
    uint64_t timeout_us; /* 0 for CHAT */
    uint32_t app;
    uint32_t kind;
    uint32_t prompt;  /* tokens, at least 1 */
    uint32_t output;  /* tokens, at least 1: what no entry is told */
    uint32_t ttft_us; /* both 0 for CALL */
    uint32_t tpot_us;
};

/* Sorted by arrival; the place in the list is the request's id. */
struct run {
    double load;
    struct request *requests; /* owned */
    size_t count;
};

enum { RUNS = 5, RUN_REQUESTS = 1500 }; /* of a case, of a run that is drawn */

#endif
