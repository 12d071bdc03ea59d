/* cmd.h - the verbs. Each parses its own words, does its work, prints, and returns whether
 * it could; what the verdicts say goes to *status (0 scored, 1 the entry's fault, 3 the
 * host's or a task's). main turns an error into one line and its exit status. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "base/error.h"

bool cmd_audit(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_batch(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_board(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_doctor(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_event(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_intake(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_log(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_publish(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_rejudge(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_run(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_score(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_task(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_verify(int argc, char **argv, int *status, struct pod_error *err);
bool cmd_work(int argc, char **argv, int *status, struct pod_error *err);

#endif
