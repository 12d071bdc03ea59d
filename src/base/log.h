/* log.h - one line to the person at the terminal, on standard error.
 *
 * No state is kept: whoever wants silence does not call.
 */
#ifndef POD_LOG_H
#define POD_LOG_H

/* "podium: message". Control bytes in it are escaped, as they may come from an entry. */
void pod_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
