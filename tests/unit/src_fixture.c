#include "src_fixture.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *fixture_enter(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = pod_strf("%s/podium-test-XXXXXX", base ? base : "/tmp");
    cr_assert_not_null(mkdtemp(folder), "%s", folder);
    cr_assert_eq(chdir(folder), 0);
    return folder;
}

void fixture_leave_take(char *folder)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_eq(chdir("/"), 0);
    cr_assert(pod_dir_remove(folder, &err), "%s", err.message);
    free(folder);
}

void fixture_write(const char *path, const char *text)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *folder = pod_strdup(path);
    char *slash = strrchr(folder, '/');
    if (slash) {
        *slash = '\0';
        cr_assert(pod_dir_make(folder, &err), "%s", err.message);
    }
    cr_assert(pod_file_write(path, text, strlen(text), &err), "%s", err.message);
}

static json_t *parse_any(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_DECODE_ANY, &error);
    cr_assert_not_null(value, "%s: %s", text, error.text);
    return value;
}

static json_t *child(json_t *parent, const char *part)
{
    if (json_is_array(parent))
        return json_array_get(parent, strtoul(part, NULL, 10));
    return json_object_get(parent, part);
}

static void set_child(json_t *parent, const char *part, const char *value)
{
    if (!value)
        cr_assert_eq(json_object_del(parent, part), 0, "%s is not there", part);
    else if (json_is_array(parent))
        json_array_set_new(parent, strtoul(part, NULL, 10), parse_any(value));
    else
        json_object_set_new(parent, part, parse_any(value));
}

char *fixture_patch(const char *base, const char *path, const char *value)
{
    if (*path == '\0')
        return pod_strdup(value);
    pod_auto_json json_t *root = parse_any(base);
    pod_auto_free char *parts = pod_strdup(path);
    json_t *at = root;
    char *part = parts;
    for (char *dot = strchr(part, '.'); dot; dot = strchr(part, '.')) {
        *dot = '\0';
        at = child(at, part);
        cr_assert_not_null(at, "%s: %s", path, part);
        part = dot + 1;
    }
    set_child(at, part, value);
    return pod_json_print(root);
}
