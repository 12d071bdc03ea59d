/* ledger_check.h - does an event make sense after those before it? Only for ledger.c. */
#ifndef MODEL_LEDGER_CHECK_H
#define MODEL_LEDGER_CHECK_H

#include "model/ledger.h"

/* POD_HOST for the chain, POD_USAGE for the rest. Nothing is changed. */
bool ledger__check_chain(const struct ledger *ledger, const struct event *event,
                         struct pod_error *err);
bool ledger__check(const struct ledger *ledger, const struct event *event,
                   struct pod_error *err);

#endif
