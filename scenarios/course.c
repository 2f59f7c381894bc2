#include "scenarios/course.h"

#include "base/check.h"
#include "scenarios/fleet_lanes.h"

enum { SAMPLES_MAX = 10000, SAMPLE_ROWS_MAX = 1 << 20 };

/** Time between samples: a heartbeat, or a multiple of it when that would be too many. */
static int64_t sample_interval_ns(const struct scenario *scenario) {
    int64_t interval_ns = scenario->router.heartbeat_interval_ns;
    CHECK(interval_ns > 0);
    int64_t samples = scenario->duration_ns / interval_ns;
    int64_t rows_max = SAMPLE_ROWS_MAX / scenario->topic_count;
    return interval_ns * (samples / (rows_max < SAMPLES_MAX ? rows_max : SAMPLES_MAX) + 1);
}

void course_begin(struct course *course, struct fleet *fleet, struct trace_writer *writer) {
    CHECK(fleet->sim.now_ns == 0);
    CHECK(fleet->counts.events == 0);
    fleet_watch_write(fleet, writer);
    fleet_write_head(fleet);
    fleet_lanes_begin(fleet);
    int64_t interval_ns = sample_interval_ns(fleet->scenario);
    int64_t duration_ns = fleet->scenario->duration_ns;
    *course = (struct course){.fleet = fleet,
                              .interval_ns = interval_ns,
                              .sample_ns = interval_ns < duration_ns ? interval_ns : duration_ns};
}

bool course_is_over(const struct course *course) {
    return course->fleet->sim.now_ns >= course->fleet->scenario->duration_ns;
}

int64_t course_stop_ns(const struct course *course) {
    int64_t edge_ns = fleet_next_edge(course->fleet);
    return edge_ns < course->sample_ns ? edge_ns : course->sample_ns;
}

void course_look(struct course *course) {
    struct fleet *fleet = course->fleet;
    bool due = fleet->sim.now_ns == course->sample_ns;
    // Figures of what is measured need the state of things at its edges.
    if (fleet_pass_edge(fleet) || due) {
        fleet_sample(fleet);
    }
    if (due && fleet->invariants != NULL) {
        invariants_balance(fleet);
    }
    if (due) {
        int64_t left_ns = fleet->scenario->duration_ns - course->sample_ns;
        course->sample_ns += left_ns < course->interval_ns ? left_ns : course->interval_ns;
    }
}

static void validate_routers(const struct fleet *fleet) {
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        router_validate(&fleet->routers[node]);
    }
}

static struct run_threads threads_of(const struct fleet *fleet) {
    struct run_threads threads = {
        .used = 1, .lookahead_ns = fleet->lookahead_ns, .alone = fleet->alone};
    if (fleet->lanes != NULL) {
        threads.used = fleet->alone == NULL ? fleet->lanes->count : 1;
        threads.windows = fleet->lanes->engine.windows;
        threads.windows_apart = fleet->lanes->engine.windows_apart;
        if (threads.windows_apart == 0 && threads.alone == NULL) {
            threads.alone = "too little happened at a time for threads to work side by side";
        }
        threads.repeat = fleet->lanes->engine.stands_still;
    }
    return threads;
}

void course_end(struct course *course, bool complete, struct run_result *result) {
    struct fleet *fleet = course->fleet;
    const struct scenario *scenario = fleet->scenario;
    fleet_lanes_end(fleet);
    validate_routers(fleet);
    fleet_finish_counts(fleet);
    fleet_end_scopes(fleet);
    struct digest digest = digest_finish(fleet->digests, scenario->node_count, scenario->seed);
    fleet_write_tail(fleet, digest);
    CHECK(fleet->latencies_ns.count == fleet->counts.deliveries);
    *result = (struct run_result){
        .events = fleet->counts.events,
        .heartbeats = fleet->heartbeats,
        .digest = digest,
        .records = digest_finish(fleet->digests, scenario->node_count, 0),
        .nodes = fleet->topology.node_count,
        .links = fleet->topology.link_count,
        .virtual_ns = fleet->sim.now_ns,
        .threads = threads_of(fleet),
        .ties = fleet->options.ties,
        .interrupted = !complete,
        .fleet = fleet,
    };
    struct run_scope measured = run_scope_of(result, 0);
    result->counts = measured.counts;
    result->latencies_ns = measured.latencies_ns;
}
