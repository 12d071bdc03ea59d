#include "search.h"

#include "base/fs.h"

#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 8 };

static const char *const SUFFIXES[] = {".tar",    ".tar.gz", ".tgz",  ".tar.bz2", ".tbz2",
                                       ".tar.xz", ".txz",    ".tzst", ".tar.zst", ".zip"};

static bool is_archive(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof *SUFFIXES; i++) {
        size_t own = strlen(SUFFIXES[i]);
        if (length > own && strcmp(name + length - own, SUFFIXES[i]) == 0)
            return true;
    }
    return false;
}

struct search {
    const struct place *place;
    const char *top;
    bool has_archives;
    struct pod_names *out;
};

/* A real folder, as a link could lead anywhere, also in circles; and not our own work. */
static bool is_searched(const struct search *search, const struct stat *status)
{
    return S_ISDIR(status->st_mode) && (status->st_dev != search->place->work_dev ||
                                        status->st_ino != search->place->work_ino);
}

static void look(const struct search *search, const char *relative, int depth);

static void look_at(const struct search *search, const char *relative, const char *name,
                    int depth)
{
    struct stat status;
    pod_auto_free char *below =
        strcmp(relative, ".") == 0 ? pod_strdup(name) : pod_path_join(relative, name);
    pod_auto_free char *full = pod_path_join(search->top, below);
    if (lstat(full, &status) < 0)
        return; /* gone meanwhile */
    if (depth > 0 && is_searched(search, &status))
        look(search, below, depth - 1);
    else if (search->has_archives && S_ISREG(status.st_mode) && is_archive(name))
        pod_names_add(search->out, below);
}

static void look(const struct search *search, const char *relative, int depth)
{
    pod_auto_free char *here = pod_path_join(search->top, relative);
    pod_auto_free char *manifest = pod_path_join(here, "entry.json");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error met_again = POD_ERROR_INIT; /* when it is read as an entry */
    struct stat status;
    if (lstat(manifest, &status) == 0 || !pod_dir_list(here, &names, &met_again)) {
        pod_names_add(search->out, relative);
        return;
    }
    for (size_t i = 0; i < names.count; i++)
        look_at(search, relative, names.items[i], depth);
}

void search_entries(const struct place *place, const char *top, bool has_archives,
                    struct pod_names *out)
{
    const struct search search = {place, top, has_archives, out};
    look(&search, ".", DEPTH);
}
