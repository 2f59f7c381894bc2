#include "base/check.h"
#include "cli/bench.h"
#include "cli/shell_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/** The words of a command line. */
struct words {
    struct arena *arena;
    char **words; // [capacity], then NULL
    uint32_t count;
    uint32_t capacity;
};

enum { WORDS_FIXED = 64, NUMBER_SIZE = 64 };

#define OWN_PROGRAM "/proc/self/exe"

static void add_bytes(struct words *words, const char *text, size_t size) {
    CHECK(words->count < words->capacity);
    char *word = arena_take(words->arena, MEMORY_TABLES, size + 1);
    memcpy(word, text, size);
    words->words[words->count++] = word;
}

static void add(struct words *words, const char *text) {
    add_bytes(words, text, strlen(text));
}

/** Adds the words of a text, between blanks; `file`, if there is one, in the place of {}. Returns
 * whether there was such a place. */
static bool add_words(struct words *words, const char *text, const char *file) {
    bool placed = false;
    for (const char *rest = text + strspn(text, " "); *rest != '\0'; rest += strspn(rest, " ")) {
        size_t size = strcspn(rest, " ");
        bool place = file != NULL && size == 2 && memcmp(rest, "{}", 2) == 0;
        if (place) {
            add(words, file);
        } else {
            add_bytes(words, rest, size);
        }
        placed = placed || place;
        rest += size;
    }
    return placed;
}

const char *bench_path(const struct bench *bench, const char *name) {
    size_t size = strlen(bench->folder) + strlen(name) + 2;
    char *path = arena_take(bench->arena, MEMORY_TABLES, size);
    snprintf(path, size, "%s/%s", bench->folder, name);
    return path;
}

static const char *workload_of(const struct bench *bench, const struct bench_case *which) {
    char name[NUMBER_SIZE];
    snprintf(name, sizeof name, "w%" PRIu32 "-%" PRIu64 ".txt", which->nodes, which->seed);
    return bench_path(bench, name);
}

static void add_set(struct words *words, const char *text) {
    add(words, "--set");
    add(words, text);
}

/** Everything behind the file: what the case and then the user set, and the seed. */
static void add_settings(struct words *words, const struct bench *bench,
                         const struct bench_case *which) {
    char text[NUMBER_SIZE];
    if (which->nodes > 0) {
        snprintf(text, sizeof text, "nodes.count=%" PRIu32, which->nodes);
        add_set(words, text);
    }
    for (int i = 0; i < BENCH_SETTINGS && which->settings[i] != NULL; i++) {
        add_set(words, which->settings[i]);
    }
    const struct load_request *own = &bench->options->request;
    for (uint32_t i = 0; i < own->override_count; i++) {
        size_t size = strlen(own->overrides[i].path) + strlen(own->overrides[i].value) + 2;
        char *setting = arena_take(bench->arena, MEMORY_TABLES, size);
        snprintf(setting, size, "%s=%s", own->overrides[i].path, own->overrides[i].value);
        add_set(words, setting);
    }
    snprintf(text, sizeof text, "%" PRIu64, which->seed);
    add(words, "--seed");
    add(words, text);
}

static struct words command_of(const struct bench *bench, const struct bench_case *which,
                               uint32_t contestant) {
    const struct bench_contestant *who = &bench->contestants[contestant];
    const char *more = who->words == NULL ? "" : who->words;
    struct words words = {.arena = bench->arena};
    words.capacity =
        WORDS_FIXED + 2 * bench->options->request.override_count + (uint32_t)strlen(more);
    words.words =
        arena_take_array(bench->arena, MEMORY_TABLES, words.capacity + 1, sizeof *words.words);
    if (who->is_peer) {
        const char *file = workload_of(bench, which);
        if (!add_words(&words, more, file)) {
            add(&words, file);
        }
        return words;
    }
    // What is behind a program of the variant's own are options, too.
    bool other_program = more[0] != '-' && more[0] != '\0';
    size_t program_size = other_program ? strcspn(more, " ") : 0;
    if (other_program) {
        add_bytes(&words, more, program_size);
    } else {
        add(&words, OWN_PROGRAM);
    }
    const char *scenario = bench->options->scenario;
    add_words(&words, "run", NULL);
    add(&words, scenario != NULL ? scenario : bench_path(bench, "w.yaml"));
    add_words(&words, "--json --no-figures --trace none --set expect=[] --out", NULL);
    add(&words, bench_path(bench, "out"));
    add_settings(&words, bench, which);
    add_words(&words, more + program_size, NULL);
    return words;
}

static uint64_t number_of(const json_t *object, const char *key) {
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number > 0 ? (uint64_t)number : 0;
}

/** What the summary of a run says. Heartbeats are what is left of the events, if no RPC was lost or
 * is still on its way at the end, as in W(N). */
static bool read_summary(const char *text, size_t size, struct bench_sample *sample) {
    static const char *const keys[BENCH_HEARTBEATS] = {"with_messages", "subscriptions", "graft",
                                                       "prune",         "ihave",         "iwant"};
    json_t *summary = json_loadb(text, size, 0, NULL);
    const json_t *sent = json_object_get(summary, "rpcs_sent");
    const char *digest = json_string_value(json_object_get(summary, "digest"));
    struct bench_counts *counts = &sample->counts;
    bool ok = digest != NULL && sent != NULL;
    if (ok) {
        snprintf(sample->digest, sizeof sample->digest, "%s", digest);
        counts->known = true;
        counts->events = number_of(summary, "events");
        counts->deliveries = number_of(summary, "deliveries");
        sample->expected_deliveries = number_of(summary, "expected_deliveries");
        uint64_t others = number_of(summary, "published");
        for (int kind = 0; kind < BENCH_HEARTBEATS; kind++) {
            counts->kinds[kind] = number_of(sent, keys[kind]);
            others += counts->kinds[kind];
        }
        counts->kinds[BENCH_HEARTBEATS] = counts->events > others ? counts->events - others : 0;
    }
    json_decref(summary);
    return ok;
}

/** The number behind `key=` among words that begin at `line`. */
static bool find_number(const char *line, const char *key, uint64_t *number) {
    size_t size = strlen(key);
    const char *place = line;
    while ((place = strstr(place, key)) != NULL) {
        if (place[size] == '=' && place > line && place[-1] == ' ') {
            *number = strtoull(place + size + 1, NULL, 10);
            return true;
        }
        place += size;
    }
    return false;
}

/** The line of a yardstick that begins with RESULT. */
static bool read_result(const char *text, struct bench_counts *counts) {
    static const char *const keys[BENCH_KINDS] = {"msg",   "sub",   "graft", "prune",
                                                  "ihave", "iwant", "hb"};
    const char *line = strstr(text, "RESULT ");
    if (line == NULL || !find_number(line, "events", &counts->events) ||
        !find_number(line, "deliveries", &counts->deliveries)) {
        return false;
    }
    counts->known = true;
    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        counts->known = find_number(line, keys[kind], &counts->kinds[kind]) && counts->known;
    }
    return true;
}

bool bench_run(struct bench *bench, const struct bench_case *which, uint32_t contestant,
               struct bench_sample *sample, struct failure *failure) {
    const struct bench_contestant *who = &bench->contestants[contestant];
    struct words words = command_of(bench, which, contestant);
    struct bench_outcome *outcome = malloc(sizeof *outcome);
    if (outcome == NULL) {
        return failure_running(failure, "out of memory");
    }
    bool ok = bench_process_run(words.words[0], words.words, outcome, failure);
    if (ok && outcome->status != 0) {
        // What is wrong has been said on standard error.
        ok = outcome->status == 2
                 ? failure_bad_input(failure, "'%s' did not take its input", who->name)
                 : failure_running(failure, "'%s' ended with exit status %d", who->name,
                                   outcome->status);
    }
    if (ok) {
        sample->usage = outcome->usage;
        bool understood = who->is_peer ? read_result(outcome->said, &sample->counts)
                                       : read_summary(outcome->said, outcome->said_size, sample);
        ok = understood || failure_running(failure, "'%s' does not say what it did", who->name);
    }
    free(outcome);
    return ok;
}

void bench_print_command(const struct bench *bench, const struct bench_case *which,
                         uint32_t contestant, FILE *out) {
    struct words words = command_of(bench, which, contestant);
    for (uint32_t i = 0; i < words.count; i++) {
        bool own = i == 0 && strcmp(words.words[0], OWN_PROGRAM) == 0;
        fputs(i == 0 ? "" : " ", out);
        shell_print_word(own ? "gossim" : words.words[i], out);
    }
}
