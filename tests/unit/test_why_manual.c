// The manual page lists every key of `gossim why --json`, and every name that stands in one, and no
// others: lists of it begin with a comment that says of what, in the section WHY AS JSON.
#include "tests/support/why_records.h"

#include "analysis/why_output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64, WORD_SIZE = 32, SECTION_SIZE = 1 << 14, KIND_SIZE = 64 };

/** A set of words. */
struct words {
    char items[WORDS_MAX][WORD_SIZE];
    size_t count;
};

static bool has(const struct words *words, const char *word) {
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct words *words, const char *word) {
    if (!has(words, word)) {
        assert_true(words->count < WORDS_MAX && strlen(word) < WORD_SIZE);
        snprintf(words->items[words->count++], WORD_SIZE, "%s", word);
    }
}

/** Adds the words of a line of the manual: what a key or name can be made of. */
static void add_words(struct words *words, const char *line) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    static const char between[] = " ,;.\"";
    while (*(line += strspn(line, between)) != '\0' && *line != '\n') {
        char word[WORD_SIZE];
        size_t size = strspn(line, letters);
        assert_true(size < sizeof word);
        snprintf(word, sizeof word, "%.*s", (int)size, line);
        if (strcmp(word, "and") != 0) {
            add(words, word);
        }
        line += size;
    }
}

static const char *read_section(char text[SECTION_SIZE]) {
    FILE *file = fopen(SOURCE_ROOT "/cli/gossim.1", "r");
    char line[256];
    size_t size = 0;
    bool inside = false;
    assert_non_null(file);
    text[0] = '\0';
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, ".SH", 3) == 0) {
            inside = strstr(line, "WHY AS JSON") != NULL;
        } else if (inside) {
            assert_true(size + strlen(line) < SECTION_SIZE);
            size += (size_t)snprintf(text + size, SECTION_SIZE - size, "%s", line);
        }
    }
    fclose(file);
    return text;
}

/** The list that a comment says is one of `kind`; its lines end at the next that is no text. */
static void read_list(const char *section, const char *kind, struct words *words) {
    char head[KIND_SIZE];
    snprintf(head, sizeof head, ".\\\" %s\n", kind);
    const char *line = strstr(section, head);
    if (line == NULL) {
        fail_msg("the manual has no list of %s", kind);
        return;
    }
    for (line += strlen(head); *line != '.' && *line != '\0'; line = strchr(line, '\n') + 1) {
        bool prose = strncmp(line, "and, ", 5) == 0;
        if (!prose) {
            add_words(words, line);
        }
    }
}

/** Keys of the object itself stand in bold where a paragraph begins. */
static void read_tags(const char *section, struct words *words) {
    for (const char *line = section; (line = strstr(line, "\n.TP\n.B")) != NULL;) {
        line = strchr(line + strlen("\n.TP\n.B"), ' ');
        add_words(words, line);
    }
}

static void assert_same(const char *kind, const struct words *manual, const struct words *program) {
    for (size_t i = 0; i < program->count; i++) {
        if (!has(manual, program->items[i])) {
            fail_msg("%s: the manual does not have `%s`", kind, program->items[i]);
        }
    }
    for (size_t i = 0; i < manual->count; i++) {
        if (!has(program, manual->items[i])) {
            fail_msg("%s: the manual has `%s`, the program does not", kind, manual->items[i]);
        }
    }
    assert_true(program->count > 0);
}

#define NAMES(label, type, function, total)                                                        \
    static const char *label(uint32_t number) {                                                    \
        return number < (uint32_t)(total) ? function((type)number) : NULL;                         \
    }
NAMES(reason, enum why_reason, why_reason_name, WHY_REASON_COUNT)
NAMES(stage, enum why_stage, why_stage_name, WHY_STAGES)
NAMES(fate, enum why_fate, why_fate_name, WHY_FATES)
NAMES(silence, enum why_silence, why_silence_name, WHY_SILENCES)
NAMES(role, enum why_role, why_role_name, WHY_ROLE_COUNT)
NAMES(what, enum why_what, why_what_name, WHY_WHAT_COUNT)

static const char *cause(uint32_t number) {
    return number == CAUSE_NONE    ? "random_loss"
           : number >= CAUSE_COUNT ? NULL
                                   : trace_cause_name((enum trace_cause)number);
}

static void given_names_when_compared_with_the_manual_then_it_has_them_all(void **state) {
    (void)state;
    static const struct {
        const char *kind;
        const char *(*name)(uint32_t number); // NULL: there are no more
    } rows[] = {
        {"names of reason", reason},  {"names of rpc", stage}, {"names of fate", fate},
        {"names of gossip", silence}, {"names of role", role}, {"names of what", what},
        {"names of cause", cause},
    };
    char section[SECTION_SIZE];
    read_section(section);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct words manual = {.count = 0};
        struct words program = {.count = 0};
        for (uint32_t number = 0; rows[i].name(number) != NULL; number++) {
            add(&program, rows[i].name(number));
        }
        read_list(section, rows[i].kind, &manual);
        assert_same(rows[i].kind, &manual, &program);
    }
}

static void add_keys(struct words *words, json_t *object) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        add(words, key);
    }
}

static void add_keys_of_each(struct words *words, json_t *array) {
    for (size_t i = 0; i < json_array_size(array); i++) {
        add_keys(words, json_array_get(array, i));
    }
}

static json_t *answer_object(struct why_fixture *f, const struct why_case *row) {
    char *text = NULL;
    size_t size = 0;
    assert_true(why_fixture_ask(f, row));
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    why_write_json(&f->answer, out);
    fclose(out);
    json_t *object = json_loads(text, 0, NULL);
    assert_non_null(object);
    free(text);
    return object;
}

static void given_keys_when_compared_with_the_manual_then_it_has_them_all(void **state) {
    static const struct why_case rows[] = {
        {.node = 2,
         .in_mesh = true,
         .records = {PUBLISHED(1000), COPY(1000, 0, 2), GOT(1020, 2, 0, REASON_PUSHED),
                     AGAIN(1030, 2, 1), LATER(9000)}},
        {.node = 2,
         .records = {PUBLISHED(1000), IHAVE(2000, 0, 2), RPC(2000, TRACE_LOST, 0, 2, 0, IHAVE),
                     LATER(9000)}},
    };
    struct words keys = {.count = 0};
    struct words of_neighbours = {.count = 0};
    struct words of_steps = {.count = 0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *object = answer_object(*state, &rows[i]);
        add_keys(&keys, object);
        add_keys_of_each(&of_neighbours, json_object_get(object, "neighbours"));
        add_keys_of_each(&of_steps, json_object_get(object, "steps"));
        json_decref(object);
    }
    char section[SECTION_SIZE];
    struct words tags = {.count = 0};
    struct words neighbours = {.count = 0};
    struct words steps = {.count = 0};
    read_tags(read_section(section), &tags);
    read_list(section, "keys of neighbours", &neighbours);
    read_list(section, "names of rpc", &neighbours);
    read_list(section, "keys of steps", &steps);

    assert_same("keys", &tags, &keys);
    assert_same("keys of neighbours", &neighbours, &of_neighbours);
    assert_same("keys of steps", &steps, &of_steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WHY_TEST(given_names_when_compared_with_the_manual_then_it_has_them_all),
        WHY_TEST(given_keys_when_compared_with_the_manual_then_it_has_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
