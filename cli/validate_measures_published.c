#include "base/quantity.h"
#include "cli/validate.h"

/** Values: 0 the mean mesh degree since the first message, 1 the mean latency, 2 the largest degree
 * at a sample since then. */
void validate_measure_degrees(const struct validate_view *view, struct validate_value *values) {
    const struct full_trace *trace = view->trace;
    double degrees = 0;
    uint64_t nodes = 0;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < trace->sample_count && trace->message_count > 0; i++) {
        const struct trace_sample *sample = &trace->samples[i];
        if (sample->at_ns >= trace->messages[0].published_at_ns) {
            degrees += (double)sample->degree_sum;
            nodes += sample->nodes;
            largest = sample->degree_max > largest ? sample->degree_max : largest;
        }
    }
    const struct run_result *result = view->result;
    double latencies_ns = 0;
    for (uint64_t i = 0; i < result->counts.deliveries; i++) {
        latencies_ns += (double)result->latencies_ns[i];
    }
    values[0] = validate_compared(validate_mean(degrees, nodes), 0, nodes, 0);
    values[1] = validate_compared(validate_mean(latencies_ns, result->counts.deliveries), 0,
                                  result->counts.deliveries, 0);
    values[2] = validate_compared(largest, 0, nodes, 0);
}
