#include "cli/outcome_run.h"

#include "base/hash.h"
#include "cli/summary.h"
#include "scenarios/invariants.h"
#include "scenarios/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void outcome_copy_text(char to[OUTCOME_TEXT_SIZE], const char *text) {
    size_t size = strlen(text);
    if (size >= OUTCOME_TEXT_SIZE) {
        size = OUTCOME_TEXT_SIZE - 1;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
            size--; // part of a character is no UTF-8, and JSON would have no form for it
        }
    }
    memcpy(to, text, size);
    to[size] = '\0';
}

/** Notes an expectation that failed, by its index. */
static void add_failed(struct outcome *outcome, const struct summary *summary, uint32_t index) {
    const struct scenario_expectation *wanted = &summary->scenario->expectations[index];
    const struct summary_expectation *found = &summary->expectations[index];
    bool is_invariant = wanted->invariant != INVARIANT_NONE;
    if (outcome->failed_count == 0) {
        outcome->kind = is_invariant ? OUTCOME_INVARIANT : OUTCOME_EXPECTATION;
    }
    if (outcome->failed_count < OUTCOME_FAILED_MAX) {
        struct outcome_failed *failed = &outcome->failed[outcome->failed_count];
        *failed = (struct outcome_failed){
            .index = index,
            .is_invariant = is_invariant,
            .defined = found->defined,
            .value = found->value,
            .at_ns = -1,
            .hash = hash_bytes(wanted->text, strlen(wanted->text), 0),
        };
        if (is_invariant && found->defined) {
            failed->at_ns = run_watch_of(summary->result, index)->first.at_ns;
        }
        outcome_copy_text(failed->text, wanted->text);
    }
    outcome->failed_count++;
}

static void judge(struct outcome *outcome, struct arena *arena, const struct scenario *scenario,
                  const struct run_result *result) {
    struct summary summary;
    summary_init(&summary, arena, scenario, result, (struct summary_machine){0});
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        if (!summary.expectations[i].ok) {
            add_failed(outcome, &summary, i);
        }
    }
}

void outcome_simulate(struct arena *arena, const struct scenario *scenario,
                      struct outcome *outcome) {
    struct run_options options = {.level = TRACE_LEVEL_NONE};
    struct failure failure;
    outcome->nodes = scenario->node_count;
    struct fleet *fleet = run_build(arena, scenario, &options, &failure);
    if (fleet == NULL) {
        outcome->kind = OUTCOME_REFUSED;
        outcome_copy_text(outcome->text, failure.message);
        return;
    }
    struct run_result result;
    run_through(&result, fleet, NULL);
    outcome->events = result.events;
    outcome->links = result.links;
    outcome->messages = result.counts.published;
    outcome->virtual_ns = result.virtual_ns;
    outcome->digest = result.digest;
    if (!run_was_alive(&result, &failure)) {
        outcome->kind = OUTCOME_STANDSTILL;
        outcome_copy_text(outcome->text, failure.message);
        return;
    }
    judge(outcome, arena, scenario, &result);
}

bool outcome_is_failure(const struct outcome *outcome) {
    return outcome->kind != OUTCOME_MET && outcome->kind != OUTCOME_REFUSED;
}

struct outcome_key outcome_key_of(const struct outcome *outcome) {
    struct outcome_key key = {.kind = outcome->kind, .signal = outcome->signal};
    if (outcome->failed_count > 0) {
        key.hash = outcome->failed[0].hash;
    } else if (outcome->kind == OUTCOME_CRASH && outcome->text[0] != '\0') {
        key.hash = hash_bytes(outcome->text, strlen(outcome->text), 0);
    }
    return key;
}

bool outcome_has_key(const struct outcome *outcome, const struct outcome_key *key) {
    bool of_expectation = key->kind == OUTCOME_EXPECTATION || key->kind == OUTCOME_INVARIANT;
    if (!of_expectation) {
        struct outcome_key own = outcome_key_of(outcome);
        return own.kind == key->kind && own.signal == key->signal && own.hash == key->hash;
    }
    uint32_t count =
        outcome->failed_count < OUTCOME_FAILED_MAX ? outcome->failed_count : OUTCOME_FAILED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (outcome->failed[i].hash == key->hash) {
            return true;
        }
    }
    return false;
}

static void describe_failed(const struct outcome *outcome, char *text, size_t size) {
    const struct outcome_failed *failed = &outcome->failed[0];
    char more[32] = "";
    if (outcome->failed_count > 1) {
        snprintf(more, sizeof more, ", and %" PRIu32 " more", outcome->failed_count - 1);
    }
    if (!failed->defined) {
        snprintf(text, size, "expectation %" PRIu32 " failed: %s (nothing to judge)%s",
                 failed->index + 1, failed->text, more);
    } else if (failed->is_invariant) {
        snprintf(text, size, "expectation %" PRIu32 " broken: %s (%.0f times, first at %.6f s)%s",
                 failed->index + 1, failed->text, failed->value, (double)failed->at_ns * 1e-9,
                 more);
    } else {
        snprintf(text, size, "expectation %" PRIu32 " failed: %s (found %.6g)%s", failed->index + 1,
                 failed->text, failed->value, more);
    }
}

void outcome_describe(const struct outcome *outcome, char *text, size_t size) {
    switch (outcome->kind) {
    case OUTCOME_MET:
        snprintf(text, size, "all expectations met");
        return;
    case OUTCOME_EXPECTATION:
    case OUTCOME_INVARIANT:
        describe_failed(outcome, text, size);
        return;
    case OUTCOME_STANDSTILL:
        snprintf(text, size, "%s", outcome->text);
        return;
    case OUTCOME_CRASH:
        snprintf(text, size, "gossim itself crashed (%s)%s%s",
                 outcome->signal == 0 ? "it ended itself" : strsignal(outcome->signal),
                 outcome->text[0] == '\0' ? "" : ": ", outcome->text);
        return;
    case OUTCOME_TIME:
        snprintf(text, size, "it took more processor time than it may");
        return;
    case OUTCOME_MEMORY:
        snprintf(text, size, "it took more memory than it may");
        return;
    case OUTCOME_REFUSED:
        snprintf(text, size, "cannot be run: %s", outcome->text);
        return;
    }
}
