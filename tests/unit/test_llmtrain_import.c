#include "llmtrain/import.h"
#include "llmtrain/package.h"
#include "sdk/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(llmtrain_import, .timeout = 60);

#define CASES PODIUM_SOURCE_DIR "/tests/cases/llmtrain/import/"

static void remove_folder(const char *folder)
{
    task_auto_free char *command = task_strf("rm -rf %s", folder);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && pclose(pipe) == 0);
}

static bool import(const char *format, const char *source, const char *out,
                   struct task_error *err)
{
    const struct task_import job = {NULL, format, source, out, "valid"};
    cr_assert_eq(chdir(PODIUM_SOURCE_DIR "/tasks/llmtrain"), 0);
    return import_cases(&job, err);
}

/* Imports the fixture of this format and reads the case back. */
static struct instance imported(const char *format)
{
    char out[] = "/tmp/llmtrain-test-XXXXXX";
    struct task_error err = TASK_ERROR_INIT;
    struct instance instance;
    struct reference reference;
    cr_assert(mkdtemp(out));
    task_auto_free char *source = task_strf(CASES "%s", format);
    task_auto_free char *folder = task_strf("%s/llmtrain-%s-%s", out, format, format);
    cr_assert(import(format, source, out, &err), "%s", err.message);
    cr_assert(package_load(folder, &instance, &reference, &err), "%s", err.message);
    cr_assert_str_eq(reference.group, format);
    cr_assert_gt(reference.trivial_s, reference.bound_s);
    remove_folder(out);
    return instance;
}

static void pod_is(const struct instance *instance, int pod, const struct pod *expected,
                   const char *chip)
{
    const struct pod *found = &instance->pods[pod];
    cr_assert_eq(found->region, expected->region, "pod %d: region %d", pod, found->region);
    cr_assert_eq(found->hosts, expected->hosts, "pod %d: %d hosts", pod, found->hosts);
    cr_assert_str_eq(instance_chip(instance, pod)->name, chip);
}

Test(llmtrain_import, metis_hosts_of_a_kind_are_a_pod)
{
    const struct instance in = imported("metis");
    cr_assert_eq(in.region_count, 1);
    cr_assert_eq(in.pod_count, 3);
    pod_is(&in, 0, &(struct pod){0, 0, 4}, "A100");
    pod_is(&in, 1, &(struct pod){0, 1, 2}, "T4");
    pod_is(&in, 2, &(struct pod){0, 2, 1}, "A100.2");
    /* 10 GB/s of a host for 8 chips; 312.5 MB/s, given in bytes, for 4. */
    cr_assert_eq(in.chips[0].nic, 10e9 / 8);
    cr_assert_eq(in.chips[1].nic, 312.5e6 / 4);
    cr_assert_eq(in.chips[0].ib, 46e9);
    cr_assert_eq(in.chips[1].ib, 5312.5e6);
    cr_assert_eq(in.chips[0].mem, 80e9);
    cr_assert_eq(in.chips[1].mem, 15e9);
    cr_assert_eq(in.chips[2].mem, 40e9);
    cr_assert_eq(in.chips[1].peak, 65e12); /* T4's datasheet */
    cr_assert_eq(in.chips[1].host, 4);
}

Test(llmtrain_import, a_gpt_2_configuration_is_a_model)
{
    const struct instance in = imported("metis");
    /* GPT-2 XL: n_inner of null is 4 n_embd. */
    const struct model expected = {48, 1600, 25, 25, 6400, 50257, 1024, false};
    cr_assert_eq(memcmp(&in.model, &expected, sizeof expected), 0);
    cr_assert_eq(in.batch, 1024);
}

Test(llmtrain_import, sailor_zones_are_regions_and_the_narrowest_link_counts)
{
    const struct instance in = imported("sailor");
    cr_assert_eq(in.region_count, 3);
    cr_assert_eq(in.pod_count, 4);
    pod_is(&in, 0, &(struct pod){0, 0, 4}, "A100-40");
    pod_is(&in, 1, &(struct pod){0, 1, 2}, "V100-16");
    pod_is(&in, 2, &(struct pod){1, 0, 4}, "A100-40");
    pod_is(&in, 3, &(struct pod){2, 0, 8}, "A100-40");
    /* 8 and 4 GB/s between nodes of 4. */
    cr_assert_eq(in.chips[0].nic, 2e9);
    cr_assert_eq(in.chips[1].nic, 1e9);
    cr_assert_eq(in.chips[1].mem, 16e9);
    /* a to b: 3 GB/s between A100, 2.5 where a V100 is at one end. */
    cr_assert_eq(in.bandwidth[0][1], 2.5e9);
    /* kinds 0, 1 to 3: 1e9 + 1e7 i + 1e6 j in either direction; the least is 0 to 3. */
    cr_assert_eq(in.bandwidth[0][2], 1.003e9);
    cr_assert_eq(in.bandwidth[2][1], 1.023e9);
    cr_assert_eq(in.latency[0][1], .5e-3); /* zones of one region */
    cr_assert_eq(in.latency[0][2], 60e-3);
}

Test(llmtrain_import, training_says_batch_and_sequence)
{
    const struct instance in = imported("sailor");
    const struct model expected = {24, 1024, 16, 16, 4096, 50272, 1024, false};
    cr_assert_eq(memcmp(&in.model, &expected, sizeof expected), 0);
    cr_assert_eq(in.batch, 256);
}

Test(llmtrain_import, dtfm_delays_are_round_trips)
{
    const struct instance in = imported("dtfm");
    cr_assert_eq(in.region_count, 3);
    cr_assert_eq(in.pod_count, 4);
    pod_is(&in, 0, &(struct pod){0, 0, 2}, "V100");
    pod_is(&in, 1, &(struct pod){1, 0, 1}, "V100");
    pod_is(&in, 2, &(struct pod){0, 1, 2}, "A10G");
    pod_is(&in, 3, &(struct pod){2, 0, 1}, "V100");
    cr_assert_float_eq(in.latency[0][1], .030, 1e-12);
    cr_assert_float_eq(in.bandwidth[0][1], 1e8, 1e-3);
    cr_assert_float_eq(in.latency[0][2], .050, 1e-12);
    cr_assert_float_eq(in.bandwidth[2][1], .14e9, 1e-3);
    /* Inside of north as its row says, elsewhere as in the generator's regions. */
    cr_assert_float_eq(in.latency[0][0], .005, 1e-12);
    cr_assert_float_eq(in.bandwidth[0][0], .25e9, 1e-3);
    cr_assert_float_eq(in.latency[1][1], 50e-6, 1e-12);
}

Test(llmtrain_import, a_llama_configuration_is_a_model_with_a_gate_and_few_kv_heads)
{
    const struct instance in = imported("dtfm");
    /* Learns on 4096 tokens, however long it can read. */
    const struct model expected = {22, 2048, 32, 4, 5632, 32000, 4096, true};
    cr_assert_eq(memcmp(&in.model, &expected, sizeof expected), 0);
}

Test(llmtrain_import, every_folder_of_the_source_that_has_a_model_is_a_case)
{
    char out[] = "/tmp/llmtrain-test-XXXXXX", source[] = "/tmp/llmtrain-test-XXXXXX";
    struct task_error err = TASK_ERROR_INIT;
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    cr_assert(mkdtemp(out) && mkdtemp(source));
    task_auto_free char *command = task_strf("cp -r " CASES "dtfm %s/A.b && cp -r " CASES
                                             "dtfm %s/two && mkdir %s/none",
                                             source, source, source);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && pclose(pipe) == 0);
    cr_assert(import("dtfm", source, out, &err), "%s", err.message);
    cr_assert(task_dir_list(out, "", &names, &err));
    cr_assert_eq(names.count, 2);
    cr_assert_str_eq(names.items[0], "llmtrain-dtfm-a-b");
    cr_assert_str_eq(names.items[1], "llmtrain-dtfm-two");
    remove_folder(out);
    remove_folder(source);
}

Test(llmtrain_import, two_folders_that_would_be_one_case_are_refused)
{
    char out[] = "/tmp/llmtrain-test-XXXXXX";
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(mkdtemp(out));
    cr_assert(import("dtfm", CASES "dtfm", out, &err), "%s", err.message);
    cr_assert_not(import("dtfm", CASES "dtfm//", out, &err));
    cr_assert(strstr(err.message, "another folder has made case \"dtfm-dtfm\""), "%s",
              err.message);
    remove_folder(out);
}

/* ---- what is refused ---- */

/* A copy of a fixture in which `name` holds `text`. */
static void spoil(char *folder, const char *format, const char *name, const char *text)
{
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(mkdtemp(folder));
    task_auto_free char *command = task_strf("cp -r " CASES "%s/. %s", format, folder);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe && pclose(pipe) == 0);
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    cr_assert(task_file_write(path, text, strlen(text), &err), "%s", err.message);
}

Test(llmtrain_import, what_cannot_be_read_or_modelled_is_refused_with_file_and_reason)
{
    static const struct {
        const char *format, *name, *text, *says;
    } rows[] = {
        {"metis", "hostfile", "", "names no hosts"},
        {"metis", "hostfile", "10.0.0.1 slots=x\n", "is not: IP slots=N"},
        {"metis", "hostfile", "10.0.0.9 slots=8\n", "has no \"10.0.0.9\""},
        {"metis", "hostfile", "10.0.0.1 slots=6\n", "host 6 is no power of two"},
        {"metis", "clusterfile.json", "[]", "has no \"10.0.0.1\""},
        {"metis", "clusterfile.json", "{", "is no JSON"},
        {"metis", "clusterfile.json",
         "{\"10.0.0.1\":{\"instance_type\":\"K80\",\"memory\":12,\"intra_bandwidth\":1,"
         "\"inter_bandwidth\":1}}",
         "chip \"K80\" is in neither chip.def nor alias.def"},
        {"metis", "config.json", "{}", "no key \"hidden_size\""},
        {"metis", "config.json",
         "{\"n_embd\":64,\"n_layer\":2,\"n_head\":4,\"vocab_size\":100,\"num_experts\":8}",
         "mixtures of experts are not modelled"},
        {"metis", "config.json",
         "{\"n_embd\":64,\"n_layer\":2,\"n_head\":4,\"vocab_size\":100,\"head_dim\":32}",
         "heads of another width"},
        {"metis", "config.json",
         "{\"n_embd\":64,\"n_layer\":2000,\"n_head\":4,\"vocab_size\":100}",
         "more than 512 layers"},
        {"dtfm", "pods.csv", "region;chip;hosts\n", "the header is not region,chip,hosts"},
        {"dtfm", "pods.csv", "region,chip,hosts\nnorth,V100\n", "pods.csv:2: a row is"},
        {"dtfm", "pods.csv", "region,chip,hosts\nnorth,V100,1.5\n", "no whole number"},
        {"dtfm", "pods.csv", "region,chip,hosts\n", "has no pods"},
        {"dtfm", "dtfm.csv", "from,to,delay_ms,bandwidth_gbps\nnorth,south,60,0.8\n",
         "no row for north and east"},
        {"dtfm", "dtfm.csv", "from,to,delay_ms,bandwidth_gbps\nnorth,south,nan,0.8\n",
         "\"nan\" is no number"},
        {"sailor", "sailor_bandwidths.json", "{}", "no bandwidth from us-central1-a"},
        {"sailor", "sailor_cluster.json", "{}", "is no object of zones"},
        {"sailor", "sailor_cluster.json",
         "{\"us-central1-a\":{\"A100-40\":{\"num_nodes\":0,\"gpus_per_node\":4}}}",
         "\"num_nodes\" is not from 1"},
        {"sailor", "training.json", "{\"global_batch_size\":-4}",
         "\"global_batch_size\" is not from 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char folder[] = "/tmp/llmtrain-test-XXXXXX", out[] = "/tmp/llmtrain-test-XXXXXX";
        struct task_error err = TASK_ERROR_INIT;
        spoil(folder, rows[i].format, rows[i].name, rows[i].text);
        cr_assert(mkdtemp(out));
        cr_assert_not(import(rows[i].format, folder, out, &err), "row %zu taken", i);
        cr_assert_eq(err.fault, TASK_PACKAGE, "row %zu: %s", i, err.message);
        cr_assert(strstr(err.message, rows[i].says), "row %zu: \"%s\" has no \"%s\"", i,
                  err.message, rows[i].says);
        remove_folder(folder);
        remove_folder(out);
    }
}

Test(llmtrain_import, an_unknown_format_is_the_callers_mistake)
{
    struct task_error err = TASK_ERROR_INIT;
    cr_assert_not(import("piper", CASES "dtfm", "/nonexistent", &err));
    cr_assert_eq(err.fault, TASK_USAGE);
}
