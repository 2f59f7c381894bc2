// What the parts that are left are for: what becomes of the scenario without each.

#include "base/check.h"
#include "cli/shrink.h"
#include "scenarios/scenario_brief.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** A part that is left out, or a key that gets its default. */
struct question {
    const char *list; // where the part stands; NULL: a key
    enum reduce_part part;
    uint32_t index;
};

struct asking {
    struct shrink *shrink;
    struct question *questions; // [count]
    uint64_t count;
    uint64_t next;
};

static const struct {
    const char *list;
    enum reduce_part part;
} lists[] = {
    {"groups", REDUCE_GROUPS}, {"topics", REDUCE_TOPICS}, {"publish", REDUCE_SERIES},
    {"events", REDUCE_EVENTS}, {"churn", REDUCE_CHURN},
};

static const struct scenario *make_without(const struct asking *asking, struct arena *arena,
                                           const struct question *question, char *path) {
    const struct scenario *best = asking->shrink->best;
    return question->list == NULL ? reduce_cut(arena, best, question->index, path)
                                  : reduce_without(arena, best, question->part, question->index, 1);
}

static const struct scenario *scenario_of(void *context, struct arena *arena, uint64_t job,
                                          struct failure *failure) {
    const struct asking *asking = context;
    const struct shrink *shrink = asking->shrink;
    const struct scenario *made = make_without(asking, arena, &asking->questions[job], NULL);
    const struct scenario *scenario = made == NULL ? NULL : shrink_as_read(arena, made, failure);
    bool guarded = scenario != NULL && shrink->expectation > 0;
    return !guarded || reduce_guard(&shrink->room, scenario, failure) ? scenario : NULL;
}

static bool next_question(void *context, uint64_t *job) {
    struct asking *asking = context;
    *job = asking->next++;
    return *job < asking->count;
}

/** "Without this nobody would be expected …"; of a key "With the default of D …". */
static void phrase(const struct shrink *shrink, const struct outcome *outcome, const char *key,
                   char *text) {
    char without[SHRINK_TEXT_SIZE / 4] = "Without this";
    if (key != NULL) {
        snprintf(without, sizeof without, "With the default of %.20s", key);
    }
    if (outcome->kind == OUTCOME_REFUSED) {
        snprintf(text, SHRINK_TEXT_SIZE, "%s %.120s.", without, outcome->text);
    } else if (shrink_fails_alike(shrink, outcome)) {
        snprintf(text, SHRINK_TEXT_SIZE, "%s it fails for another reason.", without);
    } else if (shrink->expectation > 0) {
        snprintf(text, SHRINK_TEXT_SIZE, "%s the expectation is met.", without);
    } else {
        snprintf(text, SHRINK_TEXT_SIZE, "%s it does not fail.", without);
    }
}

/** The section of a key, and its name; false for one that gets no comment. */
static bool split_path(const char *path, char *section, const char **name) {
    size_t size = strcspn(path, ".");
    snprintf(section, SHRINK_TEXT_SIZE, "%.*s", (int)size, path);
    *name = path[size] == '.' ? path + size + 1 : NULL;
    bool wanted = strcmp(section, "router") == 0 || strcmp(section, "nodes") == 0 ||
                  strcmp(section, "links") == 0;
    return wanted && *name != NULL && strchr(*name, '.') == NULL;
}

static enum outcome_verdict hear(void *context, uint64_t job, const struct outcome *outcome,
                                 struct failure *failure) {
    struct asking *asking = context;
    struct shrink *shrink = asking->shrink;
    const struct question *question = &asking->questions[job];
    struct shrink_note *note = &shrink->notes[job];
    (void)failure;
    if (question->list != NULL) {
        snprintf(note->path, sizeof note->path, "%s.%" PRIu32, question->list, question->index);
        phrase(shrink, outcome, NULL, note->text);
        return OUTCOME_GO_ON;
    }
    char path[SHRINK_TEXT_SIZE];
    const char *name = NULL;
    struct arena *scratch = arena_create(NULL);
    bool changes = make_without(asking, scratch, question, path) != NULL;
    if (changes && split_path(path, note->path, &name)) {
        phrase(shrink, outcome, name, note->text);
    } else {
        note->path[0] = '\0';
    }
    arena_destroy(scratch);
    return OUTCOME_GO_ON;
}

/** All that can be asked. */
static uint64_t list_questions(const struct shrink *shrink, struct question *questions) {
    uint64_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        uint64_t parts = reduce_count(shrink->best, lists[i].part);
        for (uint32_t index = 0; index < parts; index++, count++) {
            if (questions != NULL) {
                questions[count] = (struct question){lists[i].list, lists[i].part, index};
            }
        }
    }
    uint32_t cuts = reduce_cut_count(shrink->best);
    for (uint32_t index = 0; index < cuts; index++, count++) {
        if (questions != NULL) {
            questions[count] = (struct question){.index = index};
        }
    }
    return count;
}

bool shrink_explain(struct shrink *shrink) {
    enum { QUESTIONS_MAX = 1000 };
    struct asking asking = {.shrink = shrink, .count = list_questions(shrink, NULL)};
    if (asking.count > QUESTIONS_MAX) {
        return true;
    }
    asking.questions = calloc(asking.count + 1, sizeof *asking.questions);
    shrink->notes = calloc(asking.count + 1, sizeof *shrink->notes);
    bool ok = (asking.questions != NULL && shrink->notes != NULL) ||
              failure_running(&shrink->failure, "out of memory");
    if (ok) {
        list_questions(shrink, asking.questions);
        shrink->note_count = asking.count;
        struct outcome_runs runs = {
            .parallel = shrink->options->jobs,
            .fresh = true,
            .limits = shrink->options->limits,
            .scenario = scenario_of,
            .next = next_question,
            .finished = hear,
            .context = &asking,
        };
        ok = outcome_run_many(&runs, &shrink->failure);
    }
    free(asking.questions);
    return ok;
}
