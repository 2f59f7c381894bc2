#include "base/check.h"
#include "cli/validate.h"
#include "sim/distribution.h"

double validate_mean(double sum, uint64_t count) {
    return count == 0 ? 0 : sum / (double)count;
}

struct validate_value validate_compared(double ours, double known, uint64_t count, uint64_t wrong) {
    return (struct validate_value){
        .defined = count > 0,
        .ours = ours,
        .known = known,
        .known_high = known,
        .compared = count,
        .wrong = wrong,
    };
}

int64_t validate_delay_ns(const struct validate_view *view) {
    CHECK(view->trace->link_count > 0);
    return view->trace->links[0].delay_ns;
}

int64_t validate_validation_ns(const struct validate_view *view) {
    const struct scenario_topic *topic = &view->scenario->topics[0];
    if (topic->validator_count == 0) {
        return 0;
    }
    const struct distribution_options *delay = &topic->validators[0].delay;
    return delay->kind == DISTRIBUTION_CONSTANT ? delay->a_ns : 0;
}

struct validation_rate validate_rate(const struct validate_view *view) {
    const struct bandwidth_class *bandwidth = &view->scenario->links.bandwidth;
    return (struct validation_rate){
        .bits_per_s = (int64_t)bandwidth->up_bits_per_s,
        .overhead_bytes = bandwidth->overhead_bytes,
        .frame_bytes = bandwidth->frame_bytes,
    };
}

/** Values: 0 sends a message, 1 duplicates a message. */
static void measure_copies(const struct validate_view *view, enum validation_sparing sparing,
                           struct validate_value *values) {
    struct validation_copies copies = validation_copies_of(view->trace, view->arena, sparing);
    uint64_t messages = copies.messages;
    values[0] = validate_compared(validate_mean((double)copies.sends, messages),
                                  validate_mean((double)copies.sends_known, messages), messages,
                                  copies.sends_wrong);
    values[1] = validate_compared(validate_mean((double)copies.duplicates, messages),
                                  validate_mean((double)copies.duplicates_known, messages),
                                  messages, copies.duplicates_wrong);
    double nodes = (double)view->trace->node_count;
    double degree = 2 * (double)view->trace->link_count / nodes;
    values[2] = validate_compared(validate_mean((double)copies.duplicates, copies.nodes),
                                  degree / 2 - 1 + 1 / nodes, messages, 0);
    values[2].known_high = degree - 2 + 2 / nodes;
    values[3] =
        validate_compared(validate_mean((double)copies.with_three, copies.nodes), 0, messages, 0);
}

void validate_measure_sends(const struct validate_view *view, struct validate_value *values) {
    measure_copies(view, VALIDATION_SPARES_ORIGIN, values);
}

void validate_measure_sends_2020(const struct validate_view *view, struct validate_value *values) {
    measure_copies(view, VALIDATION_SPARES_NOBODY, values);
}

/** Also: 2 duplicates a node and message, with their bounds, 3 the share with exactly three. */
void validate_measure_spared(const struct validate_view *view, struct validate_value *values) {
    measure_copies(view, VALIDATION_SPARES_SENDERS, values);
}

/** Values: 0 the last arrival, 1 the farthest hop, 2 sends. */
static void measure_arrivals(const struct validate_view *view, enum validation_uplink uplink,
                             struct validate_value *values) {
    struct validation_path path = {
        .uplink = uplink,
        .delay_ns = validate_delay_ns(view),
        .validation_ns = validate_validation_ns(view),
        .rate = validate_rate(view),
    };
    struct validation_arrivals arrivals = validation_arrivals_of(view->trace, view->arena, &path);
    uint64_t count = view->trace->message_count * (uint64_t)(view->trace->node_count - 1);
    values[0] = validate_compared((double)arrivals.last_ns, (double)arrivals.last_known_ns, count,
                                  arrivals.wrong);
    values[1] = validate_compared(arrivals.hops_max, arrivals.hops_max_known, count,
                                  arrivals.hops_max != arrivals.hops_max_known ? 1 : 0);
    uint64_t sends = (2 * (uint64_t)view->trace->link_count - view->trace->node_count + 1) *
                     view->trace->message_count;
    values[2] = validate_compared((double)arrivals.sends, (double)sends, view->trace->message_count,
                                  arrivals.sends != sends ? 1 : 0);
}

void validate_measure_line(const struct validate_view *view, struct validate_value *values) {
    measure_arrivals(view, VALIDATION_ONE_BY_ONE, values);
}

void validate_measure_star(const struct validate_view *view, struct validate_value *values) {
    bool fair = view->scenario->links.bandwidth.sharing == BANDWIDTH_FAIR;
    measure_arrivals(view, fair ? VALIDATION_TOGETHER : VALIDATION_IN_TURN, values);
}

/** Value 0: windows in which an uplink let more through than its rate. */
void validate_measure_uplinks(const struct validate_view *view, struct validate_value *values) {
    struct validation_rate rate = validate_rate(view);
    if (rate.bits_per_s == 0) {
        return;
    }
    struct validation_tally tally =
        validation_uplinks(view->trace, view->arena, &rate, validate_validation_ns(view));
    values[0] = validate_compared((double)tally.broken, 0, tally.looked_at, tally.broken);
}

/** Values: 0 nodes within three hops, 1 deliveries that are not at a whole multiple of the delay.
 */
void validate_measure_depth(const struct validate_view *view, struct validate_value *values) {
    enum { SHOWN_HOPS = 3 };
    struct validation_depth depth = validation_depth_of(
        view->trace, view->arena, view->scenario->router.d, SHOWN_HOPS, validate_delay_ns(view));
    values[0] = validate_compared(validate_mean((double)depth.within_sum, depth.messages), 0,
                                  depth.messages, depth.above);
    values[0].known_high = (double)depth.bound;
    values[1] = validate_compared((double)depth.off_beat, 0, depth.deliveries, depth.off_beat);
}

void validate_measure_nothing(const struct validate_view *view, struct validate_value *values) {
    (void)view;
    (void)values;
}
