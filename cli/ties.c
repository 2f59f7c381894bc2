#include "analysis/tie_effects.h"
#include "cli/command.h"
#include "cli/figure_words.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/json_words.h"
#include "cli/standard_options.h"
#include "cli/sweep.h"
#include "scenarios/foresight.h"
#include "scenarios/session.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SEED = 1000, KEY_SET, KEY_SEEDS, KEY_JOBS, KEY_JSON };
enum { SEEDS_USUAL = 10, SEEDS_MAX = 10000, JOBS_MAX = 1024, ORDERS = TIES_COUNT - 1 };

/** Events that share time, kind and node with one of another source: their order is arbitrary. */
struct tie_count {
    uint64_t events;
    uint64_t tied;
};

struct ties_command {
    struct load_request request;
    uint32_t seeds;
    uint32_t jobs;
    bool json;
    struct arena *arena;
    const struct scenario *scenario;
    struct tie_count count;
    struct sweep_run *runs; // [TIES_COUNT × seeds]
    struct sweep_figures figures;
    struct tie_effect *effects; // [figures.count]
};

static const struct argp_option option_table[] = {
    {.name = "seeds",
     .key = KEY_SEEDS,
     .arg = "N",
     .doc = "how many seeds, from the scenario's on "
            "(10)"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "jobs", .key = KEY_JOBS, .arg = "N", .doc = "runs at a time (one per processor)"},
    {.name = "json", .key = KEY_JSON, .doc = "print one JSON object, and nothing else"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct ties_command *command = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&command->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&command->request, argument) ? 0 : EINVAL;
    case KEY_SEEDS:
        command->seeds = (uint32_t)standard_number("seeds", argument, 2, SEEDS_MAX, state);
        return 0;
    case KEY_JOBS:
        command->jobs = (uint32_t)standard_number("jobs", argument, 1, JOBS_MAX, state);
        return 0;
    case KEY_JSON:
        command->json = true;
        return 0;
    default:
        return load_parse_file(&command->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc =
        "Tell which figures depend on the order of simultaneous events, which is arbitrary: every "
        "seed is run with the usual order, the other way round and shuffled, and the differences "
        "are compared with what another seed changes."
        "\vA figure whose mean moves by more than it scatters between seeds is a property of the "
        "simulator's order, not of the protocol; other delays (`links.jitter`) would hide it.",
};

/** Counts ties in the first run: events that come together at a node. */
static bool count_ties(struct ties_command *command, struct failure *failure) {
    struct arena *arena = arena_create(NULL);
    const struct session_options options = {.ties = TIES_FIRST};
    struct session *session = session_open(arena, command->scenario, &options, failure);
    uint32_t nodes = command->scenario->node_count;
    // Of each node: the last event's time and class, and whether it was counted as tied.
    int64_t *at_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *at_ns);
    uint64_t *order = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *order);
    bool *counted = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *counted);
    memset(at_ns, 0xff, nodes * sizeof *at_ns);
    while (session != NULL && !interrupt_seen() && session_next(session)) {
        const struct session_event *event = session_event(session);
        uint32_t node = event->node;
        uint64_t source = event->order >> EVENT_SEQUENCE_BITS;
        bool together = at_ns[node] == event->at_ns &&
                        event_order_class(order[node]) == event_order_class(event->order) &&
                        order[node] >> EVENT_SEQUENCE_BITS != source;
        command->count.events++;
        command->count.tied += together ? (counted[node] ? 1 : 2) : 0;
        counted[node] = together;
        at_ns[node] = event->at_ns;
        order[node] = event->order;
    }
    arena_destroy(arena);
    return session != NULL;
}

static bool run_job(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct ties_command *command = context;
    struct load_request request = command->request;
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, command->scenario->seed + index / TIES_COUNT);
    return load_add_seed(&request, seed) &&
                   load_add(&request, (struct scenario_override){.path = "sweep", .value = "{}"})
               ? sweep_simulate_tied(&request, (enum ties)(index % TIES_COUNT), result, failure)
               : failure_running(failure, "it takes too many overrides");
}

static const struct figure_value *column_of(const struct ties_command *command, enum ties ties,
                                            uint32_t figure) {
    struct figure_value *values =
        arena_take_array(command->arena, MEMORY_TABLES, command->seeds, sizeof *values);
    for (uint32_t i = 0; i < command->seeds; i++) {
        values[i] = command->runs[i * TIES_COUNT + (uint32_t)ties].figures[figure];
    }
    return values;
}

static void work_out(struct ties_command *command) {
    sweep_figures_settle(&command->figures);
    command->effects = arena_take_array(command->arena, MEMORY_TABLES, command->figures.count,
                                        sizeof *command->effects);
    for (uint32_t i = 0; i < command->figures.count; i++) {
        uint32_t figure = command->figures.shown[i];
        command->effects[i].usual = column_of(command, TIES_FIRST, figure);
        for (uint32_t order = 0; order < ORDERS; order++) {
            command->effects[i].others[order] = column_of(command, (enum ties)(order + 1), figure);
        }
    }
    tie_effects_work_out(command->effects, command->figures.count, ORDERS, command->seeds);
}

static const char *verdict_text(enum tie_verdict verdict) {
    switch (verdict) {
    case TIE_SAME:
        return "no run moves";
    case TIE_LESS:
        return "moves, less than between seeds";
    case TIE_MORE:
        return "MOVES MORE THAN BETWEEN SEEDS";
    case TIE_UNCLEAR:
        break;
    }
    return "moves no more than chance";
}

/** A number in the figure's unit, of a sample that may have none. */
static const char *number_text(uint32_t figure, const struct sample *sample, double value,
                               char *out) {
    enum metric_unit unit = sweep_figure_unit(figure);
    if (sample->count == 0) {
        return "undefined";
    }
    if (unit == METRIC_DURATION || unit == METRIC_BYTES) {
        return unit == METRIC_BYTES ? bytes_text(value, out) : duration_text((int64_t)value, out);
    }
    snprintf(out, NUMBER_TEXT_SIZE, "%.4g", value);
    return out;
}

static void print_effect(const struct ties_command *command, uint32_t index) {
    const struct tie_effect *effect = &command->effects[index];
    uint32_t figure = command->figures.shown[index];
    char mean[NUMBER_TEXT_SIZE];
    char scatter[NUMBER_TEXT_SIZE];
    const struct sample *between = &effect->between;
    printf("%-24s %12s %12s", sweep_figure_name(figure),
           number_text(figure, between, between->mean, mean),
           number_text(figure, between, between->deviation, scatter));
    for (uint32_t order = 0; order < ORDERS; order++) {
        char shift[NUMBER_TEXT_SIZE];
        char half[NUMBER_TEXT_SIZE];
        const struct sample *sample = &effect->differences[order].sample;
        if (sample->count == 0) {
            printf("  %24s", "undefined");
            continue;
        }
        printf("  %c%10s ± %-10s", sample->mean < 0 ? '-' : '+',
               number_text(figure, sample, fabs(sample->mean), shift),
               number_text(figure, sample, sample->half_width, half));
    }
    printf("  %s\n", verdict_text(effect->verdict));
}

static void print(const struct ties_command *command) {
    char tied[NUMBER_TEXT_SIZE];
    char events[NUMBER_TEXT_SIZE];
    printf("%s, seeds %" PRIu64 " to %" PRIu64 "\n", command->scenario->name,
           command->scenario->seed, command->scenario->seed + command->seeds - 1);
    printf("%s of %s events of the first run came to a node together with others of their kind\n",
           command->count.tied == 0 ? "none" : grouped(command->count.tied, tied),
           grouped(command->count.events, events));
    printf("\n%-24s %12s %12s  %24s  %24s\n", "", "mean", "by seeds", "last - first",
           "shuffled - first");
    uint32_t more = 0;
    for (uint32_t i = 0; i < command->figures.count; i++) {
        print_effect(command, i);
        more += command->effects[i].verdict == TIE_MORE ? 1 : 0;
    }
    printf(
        "\n%" PRIu32 " of %" PRIu32
        " figures move by more than they do between seeds. Shifts are means over "
        "seeds with intervals of 95 %%;\nwhat moves is told by Holm's procedure over all figures "
        "and both orders.\n",
        more, command->figures.count);
}

static json_t *number_json(const struct sample *sample, double value) {
    return sample->count == 0 ? json_null() : json_real(value);
}

static void print_json(const struct ties_command *command) {
    static const char *const words[] = {
        [TIE_SAME] = "same", [TIE_LESS] = "less", [TIE_MORE] = "more", [TIE_UNCLEAR] = "unclear"};
    json_t *figures = json_array();
    for (uint32_t i = 0; i < command->figures.count; i++) {
        const struct tie_effect *effect = &command->effects[i];
        const struct sample *between = &effect->between;
        json_t *item = json_pack(
            "{s:s, s:s, s:o, s:o}", "figure", sweep_figure_name(command->figures.shown[i]),
            "verdict", words[effect->verdict], "mean", number_json(between, between->mean),
            "between_seeds", number_json(between, between->deviation));
        for (uint32_t order = 0; order < ORDERS; order++) {
            const struct paired_difference *difference = &effect->differences[order];
            const struct sample *sample = &difference->sample;
            json_object_set_new(
                item, ties_name((enum ties)(order + 1)),
                json_pack("{s:o, s:o, s:f, s:b}", "shift", number_json(sample, sample->mean),
                          "half_width", number_json(sample, sample->half_width), "p",
                          difference->p_value, "clear", (int)difference->clear_in_family));
        }
        json_array_append_new(figures, item);
    }
    json_t *root = json_pack("{s:s, s:o, s:i, s:I, s:I, s:o}", "scenario", command->scenario->name,
                             "seed", json_seed(command->scenario->seed), "seeds",
                             (int)command->seeds, "events", (json_int_t)command->count.events,
                             "tied_events", (json_int_t)command->count.tied, "figures", figures);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

static int explain(const struct ties_command *command, struct failure *failure) {
    fputs("gossim: ", stderr);
    load_print_failure(&command->request, failure);
    return failure->kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

static int tell(struct ties_command *command) {
    struct failure failure;
    command->scenario = load_scenario(command->arena, &command->request);
    if (command->scenario == NULL) {
        return EXIT_STATUS_BAD_INPUT;
    }
    uint64_t room = UINT64_MAX - command->scenario->seed;
    bool fits = room >= command->seeds - 1 ||
                failure_bad_input(&failure,
                                  "--seeds %" PRIu32 ": there are fewer seeds from %" PRIu64 " on",
                                  command->seeds, command->scenario->seed);
    if (!fits || !foresight_check(command->scenario, &failure)) {
        return explain(command, &failure);
    }
    interrupt_watch();
    if (!count_ties(command, &failure)) {
        return explain(command, &failure);
    }
    command->runs = arena_take_array(command->arena, MEMORY_TABLES,
                                     (size_t)TIES_COUNT * command->seeds, sizeof *command->runs);
    const struct jobs jobs = {
        .count = TIES_COUNT * command->seeds,
        .parallel = command->jobs > 0 ? command->jobs : jobs_processors(),
        .results = command->runs,
        .result_size = sizeof *command->runs,
        .run = run_job,
        .context = command,
    };
    uint32_t failed = 0;
    if (!jobs_run(&jobs, &failed, &failure)) {
        return explain(command, &failure);
    }
    work_out(command);
    if (command->json) {
        print_json(command);
    } else {
        print(command);
    }
    return EXIT_STATUS_DONE;
}

int command_ties(int argument_count, char **arguments) {
    struct ties_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    command->seeds = SEEDS_USUAL;
    int status = EXIT_STATUS_BAD_INPUT;
    if (standard_parse(&argp, argument_count, arguments, command) == 0) {
        command->arena = arena_create(NULL);
        status = tell(command);
        arena_destroy(command->arena);
        int ended = standard_output_end();
        status = ended == EXIT_STATUS_DONE ? status : ended;
    }
    free(command);
    return status;
}
