/* llmserve_kit.h - the engine's time as the sample entry's cost.h works it out. */
#ifndef LLMSERVE_KIT_H
#define LLMSERVE_KIT_H

/* hello: the record of HELLO; batch: tokens, sequences, pairs, context. */
double llmserve_kit_seconds(const void *hello, const double batch[4]);

#endif
