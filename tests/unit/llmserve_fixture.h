/* llmserve_fixture.h - a folder of a test's own. */
#ifndef LLMSERVE_FIXTURE_H
#define LLMSERVE_FIXTURE_H

/* An empty folder. */
char *scratch(void);

/* Removes it with all that is in it, and frees the name. */
void remove_tree(char *folder);

/* Writes a file; its path is the caller's. */
char *put(const char *folder, const char *name, const char *text);

#endif
