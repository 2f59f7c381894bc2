#include "analysis/ablation.h"

#include "base/check.h"

#include <inttypes.h>
#include <math.h>

const struct ablation_figure_row ablation_figures[ABLATION_FIGURE_COUNT] = {
    {"delivery_ratio", "", "Delivery ratio", "delivery", {"% of expected", 0.01}},
    {"latency_p50", "_ns", "Median latency", "p50", {"ms", 1e6}},
    {"latency_p95", "_ns", "95th percentile of latency", "p95", {"ms", 1e6}},
    {"latency_p99", "_ns", "99th percentile of latency", "p99", {"ms", 1e6}},
    {"duplicates_per_delivery", "", "Duplicates per delivery", "duplicates", {"per delivery", 1}},
    {"bytes_sent", "_bytes", "Bytes sent", "bytes sent", {"", 0}},
    {"one_sided_mesh_links", "", "One-sided mesh links at the end", "one-sided", {"links", 1}},
};

void ablation_lay_out(struct ablation *ablation, struct arena *arena) {
    uint32_t most = 2 + 2 * ablation->quirk_count;
    struct ablation_variant *variants =
        arena_take_array(arena, MEMORY_TABLES, most, sizeof *variants);
    variants[0] = (struct ablation_variant){.change = ABLATION_SPECIFICATION, .base = 0};
    variants[1] = (struct ablation_variant){.change = ABLATION_ALL, .base = 0};
    uint32_t count = 2;
    for (uint32_t quirk = 0; quirk < ablation->quirk_count; quirk++) {
        if (ablation->quirks[quirk].in_all) {
            variants[count++] =
                (struct ablation_variant){.change = ABLATION_REPAIRED, .quirk = quirk, .base = 1};
        }
        variants[count++] =
            (struct ablation_variant){.change = ABLATION_ADDED, .quirk = quirk, .base = 0};
    }
    CHECK(count <= most);
    ablation->variants = variants;
    ablation->variant_count = count;
    ablation->runs = arena_take_array(arena, MEMORY_TABLES, (size_t)count * ablation->seed_count,
                                      sizeof *ablation->runs);
}

struct ablation_run *ablation_runs(const struct ablation *ablation, uint32_t variant) {
    CHECK(variant < ablation->variant_count);
    return &ablation->runs[(size_t)variant * ablation->seed_count];
}

const struct ablation_variant *ablation_find(const struct ablation *ablation, uint32_t quirk,
                                             enum ablation_change change) {
    CHECK(quirk < ablation->quirk_count);
    for (uint32_t i = 2; i < ablation->variant_count; i++) {
        const struct ablation_variant *variant = &ablation->variants[i];
        if (variant->quirk == quirk && variant->change == change) {
            return variant;
        }
    }
    return NULL;
}

bool ablation_moves(const struct ablation_variant *variant, enum ablation_figure figure) {
    const struct sample *sample = &variant->differences[figure].sample;
    bool zero = sample->mean <= 0 && sample->mean >= 0 && (sample->same || sample->count < 2);
    return variant->does_something && sample->count > 0 && !zero;
}

static bool same_digest(struct digest a, struct digest b) {
    return a.high == b.high && a.low == b.low;
}

static bool same_run(const struct ablation_run *a, const struct ablation_run *b) {
    bool same = same_digest(a->digest, b->digest);
    for (uint32_t i = 0; i < ABLATION_FIGURE_COUNT; i++) {
        const struct figure_value *x = &a->figures[i];
        const struct figure_value *y = &b->figures[i];
        bool differ = x->defined != y->defined || x->value < y->value || x->value > y->value;
        same = same && !differ;
    }
    return same;
}

/** Refuses a variant of which two runs are one. */
static bool check_replicates(const struct ablation *ablation, uint32_t variant,
                             struct failure *failure) {
    const struct ablation_run *runs = ablation_runs(ablation, variant);
    for (uint32_t i = 0; i < ablation->seed_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (same_digest(runs[i].digest, runs[j].digest)) {
                char digest[DIGEST_TEXT_SIZE];
                return failure_running(failure,
                                       "the seeds %" PRIu64 " and %" PRIu64
                                       " gave the same run, digest %s: they are no two samples",
                                       ablation->first_seed + j, ablation->first_seed + i,
                                       digest_write(runs[i].digest, digest));
            }
        }
    }
    return true;
}

/** One figure of a variant's runs. */
static const struct figure_value *column_of(const struct ablation *ablation, struct arena *arena,
                                            uint32_t variant, enum ablation_figure figure) {
    const struct ablation_run *runs = ablation_runs(ablation, variant);
    struct figure_value *values =
        arena_take_array(arena, MEMORY_TABLES, ablation->seed_count, sizeof *values);
    for (uint32_t i = 0; i < ablation->seed_count; i++) {
        values[i] = runs[i].figures[figure];
    }
    return values;
}

static void compare_variant(struct ablation *ablation, struct arena *arena, uint32_t index) {
    struct ablation_variant *variant = &ablation->variants[index];
    const struct ablation_run *runs = ablation_runs(ablation, index);
    const struct ablation_run *base = ablation_runs(ablation, variant->base);
    for (uint32_t i = 0; i < ablation->seed_count; i++) {
        variant->does_something = variant->does_something || !same_run(&runs[i], &base[i]);
    }
    for (enum ablation_figure figure = 0; figure < ABLATION_FIGURE_COUNT; figure++) {
        variant->differences[figure] = paired_difference_of(
            arena, column_of(ablation, arena, index, figure),
            column_of(ablation, arena, variant->base, figure), ablation->seed_count);
    }
}

/** Holm's procedure over all figures of all variants that do something. */
static void mark_family(struct ablation *ablation, struct arena *arena) {
    size_t most = (size_t)ablation->variant_count * ABLATION_FIGURE_COUNT;
    struct paired_difference *all = arena_take_array(arena, MEMORY_TABLES, most, sizeof *all);
    struct paired_difference **from = arena_take_array(arena, MEMORY_TABLES, most, sizeof *from);
    uint32_t count = 0;
    for (uint32_t i = 0; i < ablation->variant_count; i++) {
        struct ablation_variant *variant = &ablation->variants[i];
        for (uint32_t j = 0; variant->does_something && j < ABLATION_FIGURE_COUNT; j++) {
            from[count] = &variant->differences[j];
            all[count++] = variant->differences[j];
        }
    }
    ablation->family = paired_holm(arena, all, count);
    for (uint32_t i = 0; i < count; i++) {
        from[i]->clear_in_family = all[i].clear_in_family;
    }
}

bool ablation_compare(struct ablation *ablation, struct arena *arena, struct failure *failure) {
    CHECK(ablation->seed_count >= 2);
    for (uint32_t i = 0; i < ablation->variant_count; i++) {
        if (!check_replicates(ablation, i, failure)) {
            return false;
        }
    }
    for (uint32_t i = 1; i < ablation->variant_count; i++) {
        compare_variant(ablation, arena, i);
    }
    mark_family(ablation, arena);
    return true;
}

struct sample ablation_sample(const struct ablation *ablation, struct arena *arena,
                              uint32_t variant, enum ablation_figure figure) {
    return sample_of(column_of(ablation, arena, variant, figure), ablation->seed_count);
}

struct figure_unit ablation_unit(const struct ablation *ablation, enum ablation_figure figure) {
    static const struct figure_unit units[] = {{"MB", 1e6}, {"kB", 1e3}, {"B", 1}};
    const struct figure_unit *unit = &ablation_figures[figure].unit;
    if (unit->scale > 0) {
        return *unit;
    }
    double largest = 0;
    for (uint32_t i = 2; i < ablation->variant_count; i++) {
        double mean = fabs(ablation->variants[i].differences[figure].sample.mean);
        largest = mean > largest ? mean : largest;
    }
    size_t best = 0;
    while (best < 2 && largest < units[best].scale) {
        best++;
    }
    return units[best];
}

int ablation_decimals(double mean, double half_width) {
    enum { DECIMALS_MAX = 5 };
    int decimals = 0;
    double size = fabs(mean);
    while (decimals < DECIMALS_MAX && half_width > 0 && half_width < 9.95 && size < 9999.5) {
        half_width *= 10;
        size *= 10;
        decimals++;
    }
    return decimals;
}

const char *ablation_method(const struct ablation *ablation, char out[ABLATION_METHOD_SIZE]) {
    snprintf(out, ABLATION_METHOD_SIZE,
             "Each number is the mean difference to the base over seeds %" PRIu64 " to %" PRIu64
             ", with its interval of 95 %% (Student's t on the %" PRIu32
             " paired differences: runs of one seed share graph, delays, losses and publishers). "
             "* is clear of zero by itself; ** also when all differences, "
             "%" PRIu32 ", are looked at together (Holm's procedure at 5 %%).",
             ablation->first_seed, ablation->first_seed + (ablation->seed_count - 1),
             ablation->seed_count, ablation->family);
    return out;
}
