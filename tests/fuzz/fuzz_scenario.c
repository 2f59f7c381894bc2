#include "tests/fuzz/fuzz.h"

#include "base/check.h"
#include "scenarios/run.h"
#include "scenarios/scenario_read.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUN_NODES_MAX = 32,
    RUN_MESSAGES_MAX = 16,
    RUN_MESSAGE_SIZE_MAX = 1 << 16,
    RUN_CALLS_MAX = 20, // of progress()
};
#define RUN_DURATION_MAX_NS INT64_C(3000000000)
#define RUN_HEARTBEAT_MIN_NS INT64_C(10000000)

static const struct scenario *load(struct arena *arena, struct failure_list *failures,
                                   const char *text, size_t size) {
    struct scenario_source source = {.path = "fuzzed.yaml"};
    memset(failures, 0, sizeof *failures);
    return scenario_load_text(arena, &source, text, size, failures);
}

/** Whether a series has few messages, and small ones. */
static bool is_short(const struct scenario_publish *publish) {
    for (uint32_t i = 0; i < publish->size.choice_count; i++) {
        if (publish->size.choices[i] > RUN_MESSAGE_SIZE_MAX) {
            return false;
        }
    }
    return publish->count <= RUN_MESSAGES_MAX && publish->publishers <= RUN_MESSAGES_MAX &&
           publish->burst_count <= RUN_MESSAGES_MAX &&
           distribution_reach(&publish->size.distribution) <= RUN_MESSAGE_SIZE_MAX;
}

/** Few enough of everything that a run takes milliseconds. */
static bool is_tiny(const struct scenario *scenario) {
    uint64_t messages = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        if (!is_short(publish)) {
            return false;
        }
        messages += (uint64_t)publish->count * publish->publishers * publish->burst_count;
    }
    if (messages > RUN_MESSAGES_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        if (scenario->groups[i].router.heartbeat_interval_ns < RUN_HEARTBEAT_MIN_NS) {
            return false;
        }
    }
    return scenario->node_count <= RUN_NODES_MAX && scenario->topic_count <= RUN_MESSAGES_MAX &&
           scenario->router.heartbeat_interval_ns >= RUN_HEARTBEAT_MIN_NS;
}

static bool count_calls(void *context, int64_t now_ns, uint64_t events) {
    uint32_t *calls = context;
    (void)now_ns;
    (void)events;
    return ++*calls < RUN_CALLS_MAX;
}

static void run(struct arena *arena, const struct scenario *scenario) {
    struct scenario *shorter = arena_take(arena, MEMORY_TABLES, sizeof *shorter);
    uint32_t calls = 0;
    struct run_options options = {
        .wire = RUN_WIRE_ENCODE, .progress = count_calls, .context = &calls};
    struct run_result result = {0};
    struct failure failure;
    memcpy(shorter, scenario, sizeof *shorter);
    if (shorter->duration_ns > RUN_DURATION_MAX_NS) {
        shorter->duration_ns = RUN_DURATION_MAX_NS;
    }
    struct fleet *fleet = run_build(arena, shorter, &options, &failure);
    if (fleet != NULL) {
        run_through(&result, fleet, NULL);
    }
}

static void check_form(struct arena *arena, const struct scenario *scenario,
                       struct failure_list *failures) {
    size_t size = 0;
    const char *form = scenario_write(arena, scenario, &size);
    const struct scenario *again = load(arena, failures, form, size);
    if (again == NULL) {
        fputs(form, stderr);
        failure_list_print(failures, stderr);
    }
    CHECK(again != NULL);
    CHECK(strcmp(form, scenario_write(arena, again, NULL)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_create(NULL);
    struct failure_list *failures = malloc(sizeof *failures);
    CHECK(failures != NULL);
    const struct scenario *scenario = load(arena, failures, (const char *)data, size);
    CHECK((scenario == NULL) == (failures->count > 0));
    if (scenario != NULL) {
        check_form(arena, scenario, failures);
        if (is_tiny(scenario)) {
            run(arena, scenario);
        }
    }
    free(failures);
    arena_destroy(arena);
    return 0;
}
