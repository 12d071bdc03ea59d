/* store_schema.h - the tables of the store, version by version. Only for store.c and
 * store_schema.c.
 *
 * A store of any older podium is brought to the present version as one transaction: it is
 * the old one or the new one, whenever podium is killed.
 */
#ifndef ENGINE_STORE_SCHEMA_H
#define ENGINE_STORE_SCHEMA_H

#include "store_db.h"

/* What is shown of a result; row is "" or "NEW.". */
#define STORE__SHOWN(row)                                                                  \
    "SELECT " row "key, " row "verdict, json_extract(" row "json, '$.message'),"           \
    " json_extract(" row "json, '$.raw'), json_extract(" row "json, '$.score'),"           \
    " json_extract(" row "json, '$.wall_ns'), json_extract(" row "json, '$.cpu_ns'),"      \
    " json_extract(" row "json, '$.memory_bytes'), json_extract(" row "json, '$.timing')"

#define STORE__ALL_SHOWN STORE__SHOWN("") " FROM result"

/* path stands in messages. A store of a newer podium is refused. */
bool store__migrate(struct store *store, const char *path, struct pod_error *err);

#endif
