/* render TEMPLATE BOARD.json: the page that podium board --site would write, on standard
 * output. It lets the test of the site use boards that no store holds. */
#include "site_page.h"

#include <stdlib.h>

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    if (file == NULL || getdelim(&text, &size, '\0', file) < 0) {
        perror(path);
        exit(3);
    }
    (void)fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: render TEMPLATE BOARD.json\n", stderr);
        return 2;
    }
    struct board_error err = {""};
    char *page_template = read_file(argv[1]), *json = read_file(argv[2]);
    char *page = board_site_page(json, page_template, &err);
    if (page == NULL)
        (void)fprintf(stderr, "%s\n", err.message);
    else
        (void)fputs(page, stdout);
    free(page_template);
    free(json);
    free(page);
    return page == NULL || fflush(stdout) != 0;
}
