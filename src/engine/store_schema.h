/* store_schema.h - the tables of the store, version by version. Only for store.c.
 *
 * A store of any older podium is brought to the present version as one transaction: it is
 * the old one or the new one, whenever podium is killed.
 */
#ifndef ENGINE_STORE_SCHEMA_H
#define ENGINE_STORE_SCHEMA_H

#include "store_db.h"

/* path stands in messages. A store of a newer podium is refused. */
bool store__migrate(struct store *store, const char *path, struct pod_error *err);

#endif
