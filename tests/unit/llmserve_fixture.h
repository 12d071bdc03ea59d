/* llmserve_fixture.h - an engine to reckon with by hand, and a folder of a test's own. */
#ifndef LLMSERVE_FIXTURE_H
#define LLMSERVE_FIXTURE_H

#include "llmserve/engine.h"
#include "llmserve/request.h"

/* No layers leave the 2 ms of a step, and 1e-9 s of logits; a memory of 12 tokens. */
extern const struct engine_spec toy;

/* A first token within 10 ms, and 2 ms for each after it. */
struct request chat(uint64_t arrival_us, uint32_t prompt, uint32_t output);

/* An empty folder. */
char *scratch(void);

/* Removes it with all that is in it, and frees the name. */
void remove_tree(char *folder);

/* Writes a file; its path is the caller's. */
char *put(const char *folder, const char *name, const char *text);

#endif
