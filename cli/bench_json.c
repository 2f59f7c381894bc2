#include "cli/bench.h"
#include "cli/jobs.h"
#include "cli/version.h"

#include <jansson.h>

static json_t *spread(const struct bench_spread *values) {
    json_t *object = json_object();
    json_object_set_new(object, "median", json_real(values->median));
    json_object_set_new(object, "least", json_real(values->least));
    json_object_set_new(object, "most", json_real(values->most));
    return object;
}

static json_t *whole(uint64_t number) {
    return json_integer((json_int_t)number);
}

static json_t *kinds(const struct bench_counts *counts) {
    if (!counts->known) {
        return json_null();
    }
    json_t *object = json_object();
    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        json_object_set_new(object, bench_kind_names[kind], whole(counts->kinds[kind]));
    }
    return object;
}

/** Ratios to each of those that others are compared with, by their names. */
static json_t *ratios(const struct bench *bench, const struct bench_case *which, uint32_t who,
                      struct bench_spread (*ratio)(const struct bench *bench,
                                                   const struct bench_case *which,
                                                   uint32_t contestant, uint32_t other)) {
    uint32_t references[BENCH_CONTESTANTS_MAX];
    uint32_t count = bench_references(bench, references);
    json_t *object = json_object();
    for (uint32_t i = 0; i < count; i++) {
        struct bench_spread values = ratio(bench, which, who, references[i]);
        json_object_set_new(object, bench->contestants[references[i]].name, spread(&values));
    }
    return object;
}

static json_t *contestant(const struct bench *bench, const struct bench_case *which, uint32_t who) {
    const struct bench_sample *first = bench_sample_of(bench, which, who, 0);
    struct bench_spread cpu_s = bench_cpu_s(bench, which, who);
    struct bench_spread wall_s = bench_wall_s(bench, which, who);
    json_t *object = json_object();
    json_t *rounds = json_array();
    json_object_set_new(object, "name", json_string(bench->contestants[who].name));
    json_object_set_new(object, "events", whole(first->counts.events));
    json_object_set_new(object, "deliveries", whole(first->counts.deliveries));
    json_object_set_new(object, "kinds", kinds(&first->counts));
    json_object_set_new(object, "digest",
                        first->digest[0] == '\0' ? json_null() : json_string(first->digest));
    json_object_set_new(object, "cpu_s", spread(&cpu_s));
    json_object_set_new(object, "wall_s", spread(&wall_s));
    json_object_set_new(
        object, "events_per_cpu_s",
        json_real(cpu_s.median > 0 ? (double)first->counts.events / cpu_s.median : 0));
    json_object_set_new(object, "speed_ratio", ratios(bench, which, who, bench_speed_ratio));
    json_object_set_new(object, "wall_ratio", ratios(bench, which, who, bench_wall_ratio));
    json_object_set_new(object, "peak_rss_bytes", whole(bench_peak_bytes(bench, which, who)));
    for (uint32_t round = 0; round < which->rounds; round++) {
        double of_round = bench_sample_of(bench, which, who, round)->usage.cpu_s;
        json_array_append_new(rounds, json_real(of_round));
    }
    json_object_set_new(object, "cpu_s_of_rounds", rounds);
    return object;
}

static json_t *settings(const struct bench_case *which) {
    json_t *list = json_array();
    for (int i = 0; i < BENCH_SETTINGS && which->settings[i] != NULL; i++) {
        json_array_append_new(list, json_string(which->settings[i]));
    }
    return list;
}

static json_t *one_case(const struct bench *bench, const struct bench_case *which) {
    json_t *object = json_object();
    json_t *list = json_array();
    json_object_set_new(object, "name", json_string(which->name));
    json_object_set_new(object, "nodes", which->nodes > 0 ? whole(which->nodes) : json_null());
    json_object_set_new(object, "seed", whole(which->seed));
    json_object_set_new(object, "rounds", whole(which->rounds));
    json_object_set_new(object, "settings", settings(which));
    json_object_set_new(object, "expected_deliveries",
                        whole(bench_sample_of(bench, which, 0, 0)->expected_deliveries));
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        json_array_append_new(list, contestant(bench, which, who));
    }
    json_object_set_new(object, "contestants", list);
    return object;
}

/** How the counts of gossim differ from those of each peer, kind by kind. */
static json_t *differences(const struct bench *bench) {
    uint32_t references[BENCH_CONTESTANTS_MAX];
    uint32_t count = bench_references(bench, references);
    json_t *object = json_object();
    for (uint32_t i = 0; i < count; i++) {
        json_t *peer = json_object();
        for (int kind = 0; kind < BENCH_KINDS; kind++) {
            struct bench_difference found =
                bench_difference_of(bench, 0, references[i], (enum bench_kind)kind);
            json_t *row = json_object();
            json_object_set_new(row, "mean", json_real(found.mean));
            json_object_set_new(row, "other", json_real(found.other));
            json_object_set_new(row, "share", json_real(found.share));
            json_object_set_new(row, "standard_error", json_real(found.standard_error));
            json_object_set_new(row, "most", json_real(found.most));
            json_object_set_new(peer, bench_kind_names[kind], row);
        }
        json_object_set_new(object, bench->contestants[references[i]].name, peer);
    }
    return object;
}

static json_t *machine(const struct bench *bench) {
    char name[128];
    json_t *object = json_object();
    json_object_set_new(object, "processors", whole(jobs_processors()));
    json_object_set_new(object, "processor", json_string(bench_processor_name(name, sizeof name)));
    json_object_set_new(object, "load_before", json_real(bench->load_before));
    json_object_set_new(object, "load_after", json_real(bench->load_after));
    return object;
}

bool bench_write_json(const struct bench *bench, FILE *out) {
    json_t *object = json_object();
    json_t *cases = json_array();
    json_object_set_new(object, "gossim", json_string(GOSSIM_VERSION));
    json_object_set_new(object, "table", json_string(bench_table_names[bench->options->table]));
    json_object_set_new(object, "machine", machine(bench));
    for (uint32_t i = 0; i < bench->case_count; i++) {
        json_array_append_new(cases, one_case(bench, &bench->cases[i]));
    }
    json_object_set_new(object, "cases", cases);
    if (bench->options->table == BENCH_COUNTS) {
        json_object_set_new(object, "differences", differences(bench));
    }
    bool written = json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    json_decref(object);
    return written && fputs("\n", out) != EOF;
}
