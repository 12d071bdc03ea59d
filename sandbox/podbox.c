#include <stdio.h>
#include <string.h>
#include <jansson.h>
#include "podbox.h"
int main(int argc, char **argv)
{
    struct sb_spec s;
    struct sb_result r;
    struct sb_error e;
    sb_spec_init(&s);
    s.argv = (const char *const *)argv + 1;
    (void)argc;
    s.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, 1, 65536, true};
    s.streams[2] = (struct sb_stream){SB_STREAM_CAPTURE, 2, 65536, false};
    if (!sb_run(&s, &r, &e)) {
        fprintf(stderr, "podbox: %s\n", e.message);
        return 3;
    }
    json_t *j = sb_result_json(&r);
    json_dumpf(j, stderr, JSON_INDENT(1));
    json_decref(j);
    sb_result_release(&r);
    return 0;
}
