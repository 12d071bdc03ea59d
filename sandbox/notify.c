#include "notify.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "filter.h"
#include "io.h"
#include "origin.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

bool sb__notify_init(struct sb__notify *notify, struct sb_error *err)
{
    struct seccomp_notif_sizes sizes;
    if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
        return sb__fail_errno(err, SB_HOST, "this kernel has no seccomp notification");
    notify->request_size = larger(sizes.seccomp_notif, sizeof(struct seccomp_notif));
    notify->response_size = larger(sizes.seccomp_notif_resp, sizeof *notify->response);
    notify->request = calloc(1, notify->request_size);
    notify->response = calloc(1, notify->response_size);
    return (notify->request && notify->response) || sb__fail(err, SB_HOST, "out of memory");
}

void sb__notify_release(struct sb__notify *notify)
{
    free(notify->request);
    free(notify->response);
    notify->request = NULL;
    notify->response = NULL;
}

/* The loud call is the one to tell, else the first. A task that was killed while it was
 * looked at may have left its number to another one. */
static void remember(struct sb_result *result, int listener,
                     const struct seccomp_notif *request, bool is_loud)
{
    const struct seccomp_data *call = &request->data;
    struct sb_refused *refused = &result->refused;
    result->refused_count++;
    if (refused->nr >= 0 && !is_loud)
        return;
    refused->nr = call->nr;
    refused->is_loud = is_loud;
    refused->pc = call->instruction_pointer;
    for (int i = 0; i < 6; i++)
        refused->args[i] = call->args[i];
    sb__call_name(call->arch, call->nr, refused->name, sizeof refused->name);
    sb__origin((pid_t)request->pid, refused);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request->id) == 0)
        return;
    refused->module[0] = '\0';
    refused->module_offset = 0;
}

bool sb__notify_take(struct sb__notify *notify, int listener,
                     const struct sb_policy *policy, struct sb_result *result)
{
    struct seccomp_notif *request = notify->request;
    uint64_t args[6];
    memset(request, 0, notify->request_size);
    memset(notify->response, 0, notify->response_size);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, request) != 0)
        return false; /* ENOENT: the caller died in the meantime */
    for (int i = 0; i < 6; i++)
        args[i] = request->data.args[i];
    const struct sb__rule *rule = sb__policy_answer(policy, request->data.nr, args);
    bool is_loud = rule->action == SB__KILL ||
                   sb__is_foreign_call(request->data.arch, request->data.nr);
    remember(result, listener, request, is_loud);
    if (is_loud)
        return true;
    notify->response->id = request->id;
    /* The filter and the policy say the same; should they ever not, refuse. */
    notify->response->error = rule->action == SB__ERRNO ? -rule->number : -1;
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, notify->response); /* ENOENT */
    return false;
}
