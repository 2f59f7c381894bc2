#include "analysis/measure.h"

#include "analysis/scenario_text.h"
#include "analysis/traffic.h"
#include "base/quantity.h"

#include <string.h>

/** The duration under a key of `measure`, or `otherwise`. */
static int64_t read_bound(const struct run_data *run, const char *key, int64_t otherwise) {
    char text[QUANTITY_TEXT_SIZE];
    int64_t ns = 0;
    const char *why = NULL;
    bool read = scenario_text_value(run->scenario, "measure", key, text, sizeof text) &&
                quantity_read_duration(text, strlen(text), &ns, &why);
    return read ? ns : otherwise;
}

void measure_read(struct run_data *run) {
    run->measured_from_ns = read_bound(run, "after", 0);
    run->measured_until_ns = read_bound(run, "until", INT64_MAX);
}

bool measure_has(const struct run_data *run, int64_t at_ns) {
    return at_ns >= run->measured_from_ns && at_ns < run->measured_until_ns;
}

static void cut_samples(struct run_data *run) {
    uint32_t first = 0;
    while (first < run->sample_count && run->samples[first].at_ns < run->measured_from_ns) {
        first++;
    }
    run->samples += first;
    run->sample_count -= first;
    while (run->sample_count > 0 &&
           run->samples[run->sample_count - 1].at_ns > run->measured_until_ns) {
        run->sample_count--;
    }
}

static void cut_traffic(struct run_data *run) {
    uint32_t first = 0;
    struct trace_traffic before = {0};
    while (first < run->traffic_count && run->measured_from_ns > 0 &&
           run->traffic[first].at_ns <= run->measured_from_ns) {
        before = run->traffic[first++];
    }
    run->traffic += first;
    run->traffic_count -= first;
    while (run->traffic_count > 0 &&
           run->traffic[run->traffic_count - 1].at_ns > run->measured_until_ns) {
        run->traffic_count--;
    }
    for (uint32_t i = 0; first > 0 && i < run->traffic_count; i++) {
        run->traffic[i] = traffic_difference(&run->traffic[i], &before);
    }
}

void measure_cut(struct run_data *run) {
    cut_samples(run);
    cut_traffic(run);
}
