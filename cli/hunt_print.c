#include "cli/hunt.h"

#include "analysis/figure_text.h"
#include "cli/json_words.h"
#include "cli/shell_text.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS_SHOWN = 10 };

/** A run that went beyond a limit is one only under that limit, which a hunt has. */
static void print_hunt_of_one(const struct hunt_report *report, FILE *out) {
    const struct outcome_limits *limits = &report->options->limits;
    const char *name = strrchr(report->file, '/');
    int folder = name == NULL ? 0 : (int)(name - report->file) + 1;
    char place[PATH_MAX];
    fputs("gossim hunt ", out);
    shell_print_word(report->file, out);
    fprintf(out, " --seeds %" PRIu64, report->least->seed);
    if (limits->cpu_s > 0) {
        fprintf(out, " --time-limit %.0fms", ceil(limits->cpu_s * 1000));
    }
    if (limits->bytes > 0) {
        fprintf(out, " --memory-limit %" PRIu64 "B", limits->bytes);
    }
    snprintf(place, sizeof place, "%.*sagain", folder, report->file);
    fputs(" --out ", out);
    shell_print_word(place, out);
}

void hunt_print_command(const struct hunt_report *report, FILE *out) {
    enum outcome_kind kind = report->least->key.kind;
    if (kind == OUTCOME_TIME || kind == OUTCOME_MEMORY) {
        print_hunt_of_one(report, out);
        return;
    }
    fputs("gossim run ", out);
    shell_print_word(report->file, out);
    fprintf(out, " --seed %" PRIu64, report->least->seed);
}

/** Passes over a quantity, such as `40s` or `0.5`: in a swarm these differ from seed to seed. */
static const char *without_quantity(const char *text) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz%";
    size_t digits = strspn(text, "0123456789.");
    return digits == 0 ? text : text + digits + strspn(text + digits, letters);
}

/** Whether two findings say the same but for quantities, up to what was found. */
static bool same_words(const char *a, const char *b) {
    for (;;) {
        a = without_quantity(a);
        b = without_quantity(b);
        if (*a != *b || *a == '(' || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

static bool same_way(const struct hunt_report *report, const struct hunt_finding *a,
                     const struct hunt_finding *b) {
    return a->key.kind == b->key.kind && a->key.signal == b->key.signal &&
           (a->key.hash == b->key.hash || (report->options->swarm && same_words(a->text, b->text)));
}

/** Whether no finding before it failed in the same way. */
static bool is_first(const struct hunt_report *report, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (same_way(report, &report->findings[i], &report->findings[index])) {
            return false;
        }
    }
    return true;
}

/** One way to fail: how it looks at its first seed, and the seeds. */
static void print_way(const struct hunt_report *report, size_t first, FILE *out) {
    uint64_t seeds[SEEDS_SHOWN];
    uint64_t count = 0;
    for (size_t i = first; i < report->finding_count; i++) {
        if (!same_way(report, &report->findings[i], &report->findings[first])) {
            continue;
        }
        if (count < SEEDS_SHOWN) {
            seeds[count] = report->findings[i].seed;
        }
        count++;
    }
    fprintf(out, "               %s\n                 %s", report->findings[first].text,
            figure_noun(count, "seed", "seeds"));
    for (uint64_t i = 0; i < count && i < SEEDS_SHOWN; i++) {
        fprintf(out, "%s %" PRIu64, i == 0 ? "" : ",", seeds[i]);
    }
    if (count > SEEDS_SHOWN) {
        fprintf(out, " and %" PRIu64 " more", count - SEEDS_SHOWN);
    }
    fputc('\n', out);
}

static double rate(const struct hunt_report *report) {
    return report->wall_s > 0 ? (double)(report->done - report->done_before) / report->wall_s : 0;
}

void hunt_print(const struct hunt_report *report, FILE *out) {
    uint32_t jobs = report->options->jobs;
    uint64_t wanted = seed_set_count(&report->options->seeds);
    fprintf(out, "  hunt         %s%s, %s %s: %" PRIu64 " done", report->name,
            report->options->swarm ? " (swarm)" : "", figure_noun(wanted, "seed", "seeds"),
            report->options->seeds_text, report->done);
    if (report->done_before > 0) {
        fprintf(out, ", of which %" PRIu64 " before this call", report->done_before);
    }
    fprintf(out, "\n  speed        %.1f seeds a second, %.1f for each of %" PRIu32 " at a time\n",
            rate(report), rate(report) / jobs, jobs);
    if (report->finding_count == 0) {
        fputs("  failed       none\n", out);
        return;
    }
    fprintf(out, "  failed       %zu %s\n", report->finding_count,
            figure_noun(report->finding_count, "seed", "seeds"));
    for (size_t i = 0; i < report->finding_count; i++) {
        if (is_first(report, i)) {
            print_way(report, i, out);
        }
    }
    char length[HUNT_LENGTH_SIZE];
    fprintf(out, "  least        seed %" PRIu64 ": ", report->least->seed);
    if (report->least->nodes > 0) {
        fprintf(out, "%" PRIu64 " %s, ", report->least->nodes,
                figure_noun(report->least->nodes, "node", "nodes"));
    }
    fprintf(out, "%s\n", hunt_length_text(report->least, length));
    fputs("               ", out);
    hunt_print_command(report, out);
    fputc('\n', out);
}

static const char *kind_name(enum outcome_kind kind) {
    switch (kind) {
    case OUTCOME_MET:
        return "met";
    case OUTCOME_EXPECTATION:
        return "expectation";
    case OUTCOME_INVARIANT:
        return "invariant";
    case OUTCOME_STANDSTILL:
        return "standstill";
    case OUTCOME_CRASH:
        return "crash";
    case OUTCOME_TIME:
        return "time";
    case OUTCOME_MEMORY:
        return "memory";
    case OUTCOME_REFUSED:
        return "refused";
    }
    return "";
}

static bool came_to_its_end(const struct hunt_finding *finding) {
    return finding->digest.high != 0 || finding->digest.low != 0;
}

const char *hunt_length_text(const struct hunt_finding *finding, char text[HUNT_LENGTH_SIZE]) {
    char digest[DIGEST_TEXT_SIZE];
    if (came_to_its_end(finding)) {
        snprintf(text, HUNT_LENGTH_SIZE, "%" PRIu64 " %s, digest %s", finding->events,
                 figure_noun(finding->events, "event", "events"),
                 digest_write(finding->digest, digest));
    } else {
        snprintf(text, HUNT_LENGTH_SIZE, "it did not come to its end");
    }
    return text;
}

static json_t *finding_json(const struct hunt_finding *finding) {
    char digest[DIGEST_TEXT_SIZE];
    bool ended = came_to_its_end(finding);
    json_t *object = json_object();
    json_object_set_new(object, "seed", json_seed(finding->seed));
    json_object_set_new(object, "kind", json_string(kind_name(finding->key.kind)));
    json_object_set_new(object, "text", json_string(finding->text));
    json_object_set_new(object, "events",
                        ended ? json_integer((json_int_t)finding->events) : json_null());
    json_object_set_new(object, "nodes", json_integer((json_int_t)finding->nodes));
    json_object_set_new(object, "digest",
                        ended ? json_string(digest_write(finding->digest, digest)) : json_null());
    return object;
}

static json_t *least_json(const struct hunt_report *report) {
    char *command = NULL;
    size_t size = 0;
    FILE *out = report->least == NULL ? NULL : open_memstream(&command, &size);
    if (out == NULL) {
        return json_null();
    }
    hunt_print_command(report, out);
    fclose(out);
    json_t *object = finding_json(report->least);
    json_object_set_new(object, "file", json_path(report->file));
    json_object_set_new(object, "command", json_path(command));
    free(command);
    return object;
}

bool hunt_write_json(const struct hunt_report *report, FILE *out) {
    json_t *object = json_object();
    json_t *findings = json_array();
    for (size_t i = 0; i < report->finding_count; i++) {
        json_array_append_new(findings, finding_json(&report->findings[i]));
    }
    json_object_set_new(object, "gossim", json_string(GOSSIM_VERSION));
    json_object_set_new(object, "scenario", json_string(report->name));
    json_object_set_new(object, "swarm", json_boolean(report->options->swarm));
    json_object_set_new(object, "seeds", json_string(report->options->seeds_text));
    json_object_set_new(object, "done", json_integer((json_int_t)report->done));
    json_object_set_new(object, "done_before", json_integer((json_int_t)report->done_before));
    json_object_set_new(object, "exhausted", json_boolean(report->done == report->wanted));
    json_object_set_new(object, "wall_s", json_real(report->wall_s));
    json_object_set_new(object, "jobs", json_integer(report->options->jobs));
    json_object_set_new(object, "seeds_per_s", json_real(rate(report)));
    json_object_set_new(object, "failed", findings);
    json_object_set_new(object, "least", least_json(report));
    if (report->options->shrink) {
        json_object_set(object, "shrunk", report->shrunk == NULL ? json_null() : report->shrunk);
    }
    bool ok = json_dumpf(object, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
    json_decref(object);
    return ok;
}
