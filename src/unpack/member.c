#include "member.h"

#include "base/utf8.h"

#include <string.h>

static const char *text_refusal(const char *text, size_t length)
{
    static const char *const kinds[] = {
        [POD_UTF8_SHOWN] = NULL,
        [POD_UTF8_CONTROL] = "has a control character in its name",
        [POD_UTF8_DIRECTION] = "has a character in its name that turns the direction of "
                               "text",
        [POD_UTF8_INVISIBLE] = "has an invisible character in its name",
    };
    for (size_t at = 0, size = 0; at < length; at += size) {
        uint32_t point = 0;
        size = pod_utf8_next(text + at, length - at, &point);
        if (size == 0)
            return "has a name that is not valid UTF-8";
        if (kinds[pod_utf8_kind(point)])
            return kinds[pod_utf8_kind(point)];
        if (point == '\\')
            return "has a backslash in its name";
    }
    return NULL;
}

static const char *part_refusal(const char *part, size_t length)
{
    if (length == 0)
        return "has an empty part in its path";
    if (length == 1 && part[0] == '.')
        return "has \".\" in its path";
    if (length == 2 && part[0] == '.' && part[1] == '.')
        return "has \"..\" in its path";
    return length > MEMBER_PART_MAX ? "has a name of more than 255 bytes" : NULL;
}

static const char *path_refusal(const char *path, unsigned depth)
{
    unsigned parts = 0;
    for (const char *part = path;;) {
        size_t length = strcspn(part, "/");
        const char *why = part_refusal(part, length);
        if (why)
            return why;
        if (++parts > depth)
            return "lies too deep";
        if (part[length] == '\0')
            return NULL;
        part += length + 1;
    }
}

/* "./" and "./a/b/" are what tar writes for a folder given as ".". */
static size_t trim(const char **text)
{
    if (strcmp(*text, ".") == 0)
        *text = "";
    if (strncmp(*text, "./", 2) == 0)
        *text += 2;
    size_t length = strlen(*text);
    bool is_longer = length > 1 && (*text)[length - 1] == '/';
    return is_longer ? length - 1 : length;
}

const char *member_path(const char *text, unsigned depth, char path[MEMBER_PATH_MAX + 1])
{
    path[0] = '\0';
    if (!text)
        return "has a name that is not valid UTF-8";
    size_t length = trim(&text);
    if (length > MEMBER_PATH_MAX)
        return "has a path of more than 1024 bytes";
    const char *why = text_refusal(text, length);
    if (why)
        return why;
    if (text[0] == '/')
        return "has an absolute path";
    memcpy(path, text, length);
    path[length] = '\0';
    return length == 0 ? NULL : path_refusal(path, depth);
}
