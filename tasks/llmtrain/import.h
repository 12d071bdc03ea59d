/* import.h - makes cases of fleets and models that other systems describe.
 *
 * SOURCE, or each folder in it, holds a fleet in one of the formats, a model as Hugging
 * Face's config.json, and perhaps training.json with global_batch_size and sequence_length.
 *
 *     metis   hostfile, clusterfile.json
 *     sailor  sailor_bandwidths.json, sailor_cluster.json
 *     dtfm    dtfm.csv, pods.csv
 *
 * README.md has the formats, with their units. Faults are TASK_PACKAGE.
 */
#ifndef LLMTRAIN_IMPORT_H
#define LLMTRAIN_IMPORT_H

#include "doc.h"
#include "instance.h"
#include "sdk/task.h"

bool import_cases(const struct task_import *job, struct task_error *err);

/* The rest is for the importers. Each fills chips, pods and network of an instance whose
 * other parts are there. */
bool import_metis(const char *folder, struct instance *instance, struct task_error *err);
bool import_sailor(const char *folder, struct instance *instance, struct task_error *err);
bool import_dtfm(const char *folder, struct instance *instance, struct task_error *err);

/* Fills model and batch. */
bool import_model(const char *folder, struct instance *instance, struct task_error *err);

/* The JSON document folder/name; the caller decrefs, NULL on failure. */
json_t *import_json(const char *folder, const char *name, struct task_error *err);

/* What a fleet says of a chip; 0: as in the catalogue. */
struct import_chip {
    const char *name;
    int host;
    double mem, ib, nic;
};

/* Adds hosts of the chip to the region's pod of that chip, which is made where there is
 * none. */
bool import_hosts(struct instance *instance, int region, const struct import_chip *chip,
                  int hosts, struct task_error *err);

/* Grows the network to so many regions, as far apart as the importer then says; pods of one
 * region are as near as the generator's. */
bool import_regions(struct instance *instance, int count, struct task_error *err);

#endif
