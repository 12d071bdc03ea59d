#include "sync.h"

#include "cost.h"

#include <string.h>

/* Flows of a pod's replicas that share its way out. */
enum { UPLINK_FLOWS = 8 };

struct interval {
    int first, end; /* layers */
    double ready;
};

struct sync {
    const struct instance *instance;
    const struct holding *holding;
    double pod_free[INSTANCE_PODS];
    double link_free[INSTANCE_REGIONS][INSTANCE_REGIONS];
};

/* One interval on its way up from pods to the ring of regions. */
struct summing {
    double bytes; /* of the interval, on one chip if tp were 1 */
    double now;   /* all regions have summed it */
    int regions[INSTANCE_REGIONS], region_count;
    double uplink[INSTANCE_REGIONS]; /* by region: of its narrowest pod */
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static int log2_up(int n)
{
    int bits = 0;
    while (1 << bits < n)
        bits++;
    return bits;
}

static bool is_alike(const struct sync *sync, const double *ready, int a, int b)
{
    bool is_same = ready[a] == ready[b];
    for (int p = 0; is_same && p < sync->instance->pod_count; p++)
        is_same = sync->holding->replicas[p][a] == sync->holding->replicas[p][b] &&
                  sync->holding->tp[p][a] == sync->holding->tp[p][b];
    return is_same;
}

/* In order of readiness, equal ones by layer. Returns how many. */
static int cut(const struct sync *sync, const double *ready, struct interval *intervals)
{
    const int layers = sync->instance->model.layers;
    int count = 0;
    for (int first = 0, end; first < layers; first = end) {
        for (end = first + 1; end < layers && is_alike(sync, ready, first, end);)
            end++;
        const struct interval one = {first, end, ready[first]};
        int at = count++;
        for (; at > 0 && intervals[at - 1].ready > one.ready; at--)
            intervals[at] = intervals[at - 1];
        intervals[at] = one;
    }
    return count;
}

/* Returns when the pod has summed the interval over its replicas. */
static double sum_in_pod(struct sync *sync, int pod, const struct interval *interval,
                         double bytes)
{
    const struct chip *chip = instance_chip(sync->instance, pod);
    const int n = sync->holding->replicas[pod][interval->first];
    const int tp = sync->holding->tp[pod][interval->first];
    const bool is_one_host = (long)n * tp <= chip->host;
    const double start = larger(interval->ready, sync->pod_free[pod]);
    const double took = cost_ring(n, bytes / tp, is_one_host ? chip->ib : chip->nic,
                                  chip->na * 2 * log2_up(n));
    sync->pod_free[pod] = start + took;
    return start + took;
}

static double uplink(const struct sync *sync, int pod, const struct interval *interval)
{
    const int n = sync->holding->replicas[pod][interval->first];
    const int tp = sync->holding->tp[pod][interval->first];
    return instance_chip(sync->instance, pod)->nic * tp *
           (n < UPLINK_FLOWS ? n : UPLINK_FLOWS);
}

/* Sums over the region's pods; false if none of them holds the interval. */
static bool sum_in_region(struct sync *sync, int region, const struct interval *interval,
                          struct summing *summing)
{
    const struct instance *instance = sync->instance;
    double done = interval->ready, narrowest = instance->bandwidth[region][region];
    double out = 0;
    int pods = 0;
    for (int p = 0; p < instance->pod_count; p++) {
        if (instance->pods[p].region != region ||
            sync->holding->replicas[p][interval->first] == 0)
            continue;
        const double way = uplink(sync, p, interval);
        done = larger(done, sum_in_pod(sync, p, interval, summing->bytes));
        out = pods == 0 ? way : smaller(out, way);
        pods++;
    }
    done += cost_ring(pods, summing->bytes, smaller(out, narrowest), 0);
    summing->now = larger(summing->now, done);
    summing->uplink[region] = out;
    return pods > 0;
}

/* Puts the regions in the order of the ring: from the lowest always to the one that is left
 * with the widest link. */
static void order_ring(const struct instance *instance, struct summing *summing)
{
    int *ring = summing->regions;
    for (int k = 1; k < summing->region_count; k++) {
        const double *from = instance->bandwidth[ring[k - 1]];
        int best = k;
        for (int j = k + 1; j < summing->region_count; j++) {
            if (from[ring[j]] > from[ring[best]] ||
                (from[ring[j]] == from[ring[best]] && ring[j] < ring[best]))
                best = j;
        }
        const int taken = ring[best];
        ring[best] = ring[k];
        ring[k] = taken;
    }
}

/* Returns when the ring over the regions has summed it. */
static double sum_on_ring(struct sync *sync, const struct summing *summing)
{
    const struct instance *instance = sync->instance;
    const int n = summing->region_count;
    const int *ring = summing->regions;
    double start = summing->now, took = 0, latency = 0;
    for (int k = 0; k < n; k++) {
        const int from = ring[k], to = ring[(k + 1) % n];
        const double way = smaller(instance->bandwidth[from][to],
                                   smaller(summing->uplink[from], summing->uplink[to]));
        start = larger(start, sync->link_free[from][to]);
        latency = larger(latency, instance->latency[from][to]);
        took = larger(took, cost_ring(n, summing->bytes, way, 0));
    }
    for (int k = 0; k < n; k++)
        sync->link_free[ring[k]][ring[(k + 1) % n]] = start + took;
    return start + took + 2 * (n - 1) * latency;
}

static double sum_interval(struct sync *sync, const struct interval *interval)
{
    const struct model *model = &sync->instance->model;
    double parameters = (interval->end - interval->first) * cost_layer_parameters(model);
    if (interval->first == 0)
        parameters += cost_embedding_parameters(model);
    struct summing summing = {.bytes = sync->instance->grad_bytes * parameters};
    for (int r = 0; r < sync->instance->region_count; r++) {
        if (sum_in_region(sync, r, interval, &summing))
            summing.regions[summing.region_count++] = r;
    }
    if (summing.region_count < 2)
        return summing.now;
    order_ring(sync->instance, &summing);
    return sum_on_ring(sync, &summing);
}

double sync_run(const struct instance *instance, const struct holding *holding,
                const double ready[MODEL_LAYERS])
{
    struct sync sync = {.instance = instance, .holding = holding};
    struct interval intervals[MODEL_LAYERS];
    const int count = cut(&sync, ready, intervals);
    double last = 0;
    for (int i = 0; i < count; i++)
        last = larger(last, sum_interval(&sync, &intervals[i]));
    return last;
}
