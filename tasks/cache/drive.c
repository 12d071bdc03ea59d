#include "drive.h"

#include "sdk/buf.h"

#include <stdlib.h>

struct driver {
    struct cache_state *state;
    struct cache_sim *sim;
    uint64_t *victims;
};

static struct driver driver_new(struct cache_state *state,
                                const struct cache_policy *policy)
{
    return (struct driver){state, cache_sim_new(state->trace, state->capacity, policy),
                           task_alloc(state->trace->objects, sizeof(uint64_t))};
}

static void driver_release(struct driver *driver)
{
    cache_sim_free(driver->sim);
    free(driver->victims);
}

static bool decide(struct driver *driver, struct task_error *err)
{
    struct cache_state *state = driver->state;
    struct cache_sim *sim = driver->sim;
    sim->victim_count = 0;
    bool is_admitted = sim->policy->miss(sim, state->trace->object[state->at], state->at);
    for (uint32_t i = 0; i < sim->victim_count; i++)
        driver->victims[i] = sim->victims[i];
    const struct cache_decision decision = {is_admitted, driver->victims,
                                            sim->victim_count};
    if (cache_state_decide(state, &decision, err))
        return true;
    err->fault = TASK_PACKAGE;
    return task_wrap(err, "policy %s", sim->policy->name);
}

static void tell_hits(struct driver *driver)
{
    const struct cache_state *state = driver->state;
    uint32_t first = state->begun - (uint32_t)state->seen_count;
    for (uint32_t i = 0; i < state->seen_count; i++) {
        const struct cache_request *seen = &state->seen[i];
        if (seen->flags & CACHE_HIT)
            driver->sim->policy->hit(driver->sim, (uint32_t)seen->id, first + i);
    }
}

static bool drive(struct driver *driver, struct task_error *err)
{
    while (cache_state_advance(driver->state)) {
        tell_hits(driver);
        if (!decide(driver, err))
            return false;
    }
    return true;
}

bool cache_drive(struct cache_state *state, const struct cache_policy *policy,
                 struct task_error *err)
{
    struct driver driver = driver_new(state, policy);
    bool is_done = drive(&driver, err);
    driver_release(&driver);
    return is_done;
}

/* Enters the residents in the order of their last requests; all fit, so none leaves. */
static void inherit(struct driver *driver)
{
    const struct cache_state *state = driver->state;
    for (uint32_t at = 0; at < state->begun; at++) {
        uint32_t object = state->trace->object[at];
        if (state->is_resident[object] && state->last[object] == at + 1)
            (void)driver->sim->policy->miss(driver->sim, object, at);
    }
}

bool cache_drive_trivial(struct cache_state *state, struct task_error *err)
{
    struct driver driver = driver_new(state, cache_policy_find("lru"));
    inherit(&driver);
    bool is_done = (!state->is_waiting || decide(&driver, err)) && drive(&driver, err);
    driver_release(&driver);
    return is_done;
}
