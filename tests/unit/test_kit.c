/* The participants' kit, tasks/sdk/entry, on files that NumPy wrote (tests/cases/kit). */
#include "sdk/entry/podium_entry.h"

#include <criterion/criterion.h>
#include <unistd.h>

TestSuite(kit, .timeout = 20);

#define KIT PODIUM_SOURCE_DIR "/tests/cases/kit"

/* Values as make.py wrote them; u1 opcodes, i8 edges, runtimes beyond 32 bits, deflated. */
Test(kit, a_compressed_tile_file_is_read_as_numpy_wrote_it)
{
    struct podium_graph g;
    struct podium_why why = {""};
    cr_assert(podium_graph_load(KIT "/train/tile.npz", &g, &why), "%s", why.text);
    cr_expect(g.nodes == 2 && g.edges == 1 && g.configs == 3 && g.slots == 0);
    cr_expect(g.node_opcode.i[0] == 63 && g.node_opcode.i[1] == 98);
    cr_expect(g.edge_index.i[0] == 1 && g.edge_index.i[1] == 0);
    cr_expect_eq(g.node_feat.f[140 + 23], 32.0F);
    cr_expect_eq(g.config_feat.f[2 * 24 + 5], 53.0F);
    cr_expect_eq(g.config_runtime.i[0], INT64_C(1) << 40);
    cr_expect_eq(podium_runtime(&g, 0), 1024.0);
    cr_expect_eq(podium_runtime(&g, 2), 1.0);
    podium_graph_free(&g);
}

Test(kit, a_stored_layout_file_is_read_as_numpy_wrote_it)
{
    struct podium_graph g;
    struct podium_why why = {""};
    cr_assert(podium_graph_load(KIT "/test/layout.npz", &g, &why), "%s", why.text);
    cr_expect(g.configs == 3 && g.slots == 1 && g.node_config_ids.i[0] == 1);
    cr_expect_null(g.config_feat.f);
    cr_expect_eq(g.node_config_feat.f[3 * 18 - 1], -1.0F);
    cr_expect_eq(podium_runtime(&g, 1), 5.0);
    podium_graph_free(&g);
}

static bool loads(const char *path, const unsigned char *bytes, size_t size,
                  struct podium_why *why)
{
    struct podium_graph g;
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    if (!podium_graph_load(path, &g, why))
        return false;
    podium_graph_free(&g);
    return true;
}

Test(kit, a_truncated_or_damaged_file_is_refused_with_its_path)
{
    char folder[] = "/tmp/podium-kit-XXXXXX", path[64];
    struct podium_bytes all = {0};
    struct podium_why why = {""};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert(podium_path(path, sizeof path, "%s/x.npz", folder));
    cr_assert(podium_slurp(KIT "/train/tile.npz", &all, &why), "%s", why.text);
    for (size_t cut = 0; cut < all.size; cut += 7) {
        cr_expect_not(loads(path, all.at, cut, &why), "cut at %zu", cut);
        cr_expect_eq(strncmp(why.text, path, strlen(path)), 0, "%s", why.text);
    }
    /* Any byte may change without a crash; data is covered by the checksum. */
    for (size_t at = 0; at < all.size; at += 3) {
        all.at[at] ^= 0xff;
        (void)loads(path, all.at, all.size, &why);
        all.at[at] ^= 0xff;
    }
    all.at[all.size / 4] ^= 1;
    cr_expect_not(loads(path, all.at, all.size, &why));
    free(all.at);
    cr_expect(unlink(path) == 0 && rmdir(folder) == 0);
}

static void count_configs(const struct podium_graph *g, void *ctx)
{
    *(size_t *)ctx += g->configs;
}

/* With costs 5, 5 and 1 the best is 2, then 0 before 1: equals keep their order. */
static void score(const struct podium_graph *g, double *cost, void *ctx)
{
    cr_expect_str_eq(g->name, "layout");
    cost[0] = 5;
    cost[1] = *(double *)ctx;
    cost[2] = 1;
}

Test(kit, an_entry_trains_and_writes_a_row_for_each_test_graph)
{
    char folder[] = "/tmp/podium-kit-XXXXXX", path[64], text[128] = "";
    size_t configs = 0;
    double equal = 5, nothing = NAN;
    cr_assert_not_null(mkdtemp(folder));
    cr_assert(podium_path(path, sizeof path, "%s/submission.csv", folder));
    cr_assert(setenv("PODIUM_INPUT", KIT, 1) == 0 &&
              setenv("PODIUM_OUTPUT", folder, 1) == 0);
    cr_expect(podium_train(count_configs, &configs));
    cr_expect_eq(configs, 3);
    cr_expect_eq(podium_predict(score, &equal), 0);
    FILE *csv = fopen(path, "r");
    cr_assert_not_null(csv);
    cr_expect_gt(fread(text, 1, sizeof text - 1, csv), 0);
    cr_expect_eq(fclose(csv), 0);
    cr_expect_str_eq(text, "ID,TopConfigs\nlayout:conv:random:layout,2;0;1\n");
    cr_expect_eq(podium_predict(score, &nothing), 1);
    cr_expect(unlink(path) == 0 && rmdir(folder) == 0);
}
