#include "web_page.h"

#include "base/fs.h"
#include "site_page.h"

#include <string.h>

enum { TEMPLATE_MAX_BYTES = 16 << 20 };

static bool read_template(const struct place *place, struct pod_buf *out,
                          struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(place->pages, "index.template.html");
    if (!pod_path_exists(path))
        return pod_fail(
            err, POD_HOST,
            "no template of the page at '%s': build it with cmake --build BUILD "
            "--target site, for which npm is needed",
            path);
    return pod_file_read(path, TEMPLATE_MAX_BYTES, out, err);
}

static bool write_file(const char *folder, const char *name, const char *text,
                       struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(folder, name);
    return pod_file_write(path, text, strlen(text), err);
}

bool web_page_write(const struct place *place, const char *folder, const char *json,
                    struct pod_error *err)
{
    struct board_error problem = {""};
    struct pod_buf page_template = POD_BUF_INIT;
    pod_auto_free char *page = NULL, *data = NULL;
    bool done = read_template(place, &page_template, err);
    if (done) {
        page = board_site_page(json, page_template.data, &problem);
        data = page != NULL ? board_site_data(json, &problem) : NULL;
        done = data != NULL || pod_fail(err, POD_HOST, "%s", problem.message);
    }
    pod_buf_release(&page_template);
    return done && pod_dir_make(folder, err) &&
           write_file(folder, "leaderboard.json", data, err) &&
           write_file(folder, "index.html", page, err);
}
