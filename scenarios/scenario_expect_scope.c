#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/expectation_text.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario_print.h"

#include <inttypes.h>
#include <string.h>

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t';
}

static void skip(struct piece *rest, size_t size) {
    rest->text += size;
    rest->size -= size;
}

static void skip_spaces(struct piece *rest) {
    while (rest->size > 0 && is_space(rest->text[0])) {
        skip(rest, 1);
    }
}

struct piece take_word(struct piece *rest, const char *ends) {
    skip_spaces(rest);
    struct piece word = {rest->text, 0};
    while (word.size < rest->size && !is_space(word.text[word.size]) &&
           (word.text[word.size] == '\0' || strchr(ends, word.text[word.size]) == NULL)) {
        word.size++;
    }
    skip(rest, word.size);
    return word;
}

bool piece_is(struct piece piece, const char *text) {
    return piece.size == strlen(text) && memcmp(piece.text, text, piece.size) == 0;
}

bool take_if(struct piece *rest, const char *word) {
    struct piece after = *rest;
    if (!piece_is(take_word(&after, ""), word)) {
        return false;
    }
    *rest = after;
    return true;
}

/** Takes one sign away if it comes next. */
static bool take_sign(struct piece *rest, char sign) {
    skip_spaces(rest);
    if (rest->size == 0 || rest->text[0] != sign) {
        return false;
    }
    skip(rest, 1);
    return true;
}

enum { NAME_SIZE_MAX = 256 };

/** A name, bare or in quotes with \ before " and \, into `out[NAME_SIZE_MAX]`. */
static bool take_name(struct piece *rest, char *out, struct piece *name) {
    if (!take_sign(rest, '"')) {
        *name = take_word(rest, ",}=");
        return name->size > 0;
    }
    *name = (struct piece){out, 0};
    while (rest->size > 0 && rest->text[0] != '"') {
        skip(rest, rest->text[0] == '\\' && rest->size > 1 ? 1 : 0);
        if (name->size == NAME_SIZE_MAX) {
            return false;
        }
        out[name->size++] = rest->text[0];
        skip(rest, 1);
    }
    return take_sign(rest, '"');
}

/** The kinds of names that a scope can narrow a figure to. */
struct names {
    const char *what;
    const char *where;
    uint32_t count;
    bool known; // false: some could not be read, so an unknown one may be that
};

static struct names names_of(const struct scenario_reader *reader, struct piece key) {
    const struct scenario *scenario = reader->scenario;
    if (piece_is(key, "topic")) {
        return (struct names){"topic", "topics", scenario->topic_count, reader->topics_known};
    }
    if (piece_is(key, "group")) {
        return (struct names){"group", "nodes.groups", scenario->group_count, reader->groups_known};
    }
    if (piece_is(key, "region")) {
        return (struct names){"region", "regions", scenario->regions.count, reader->regions_known};
    }
    return (struct names){0};
}

static const char *name_at(const struct scenario *scenario, const char *what, uint32_t index) {
    if (strcmp(what, "topic") == 0) {
        return scenario->topics[index].name;
    }
    return strcmp(what, "group") == 0 ? scenario->groups[index].name
                                      : scenario->regions.items[index].name;
}

/** Reports a name that there is not, and one that is near to it. */
static bool refuse_name(struct expectation_reading *reading, const struct names *names,
                        struct piece name) {
    uint32_t near = 0;
    uint32_t near_distance = NEAREST_FAR;
    for (uint32_t i = 0; i < names->count; i++) {
        const char *known = name_at(reading->reader->scenario, names->what, i);
        uint32_t distance = nearest_distance(name.text, name.size, known, strlen(known));
        if (distance < near_distance) {
            near = i;
            near_distance = distance;
        }
    }
    bool is_near = names->count > 0 && nearest_is_near(near_distance, name.size);
    char excerpt[EXCERPT_SIZE];
    return reader_refuse(reading->reader, reading->node,
                         "unknown %s %s%s%.64s%s; allowed: one of the %" PRIu32 " under `%s`",
                         names->what, excerpt_write(name.text, name.size, excerpt),
                         is_near ? " (did you mean `" : "",
                         is_near ? name_at(reading->reader->scenario, names->what, near) : "",
                         is_near ? "`?)" : "", names->count, names->where);
}

/** Puts a name into the scope, once for each key. */
static bool set_name(struct expectation_reading *reading, const struct names *names,
                     uint32_t index) {
    struct scenario_scope *scope = &reading->scope;
    uint32_t *field = &scope->topic;
    uint32_t unset = SCOPE_ALL;
    uint32_t value = index;
    if (strcmp(names->what, "group") == 0) {
        field = &scope->group;
        unset = 0;
        value = index + 1;
    } else if (strcmp(names->what, "region") == 0) {
        field = &scope->region;
    }
    if (*field != unset) {
        return reader_refuse(reading->reader, reading->node, "`%s` is given twice", names->what);
    }
    *field = value;
    return true;
}

static bool find_name(struct expectation_reading *reading, struct piece key, struct piece name) {
    const struct scenario *scenario = reading->reader->scenario;
    struct names names = names_of(reading->reader, key);
    char excerpt[EXCERPT_SIZE];
    if (names.what == NULL) {
        return reader_refuse(reading->reader, reading->node,
                             "unknown key %s in {…}; allowed: topic, group, region",
                             excerpt_write(key.text, key.size, excerpt));
    }
    for (uint32_t i = 0; names.known && i < names.count; i++) {
        if (piece_is(name, name_at(scenario, names.what, i))) {
            return set_name(reading, &names, i);
        }
    }
    // One that could not be read is reported already.
    return names.known && refuse_name(reading, &names, name);
}

static bool refuse_braces(struct expectation_reading *reading) {
    return reader_refuse(reading->reader, reading->node,
                         "what stands in {…} cannot be read; allowed: `topic=NAME`, `group=NAME` "
                         "and `region=NAME` with commas, a NAME of more than letters in quotes");
}

bool read_scope_braces(struct expectation_reading *reading) {
    struct piece *rest = &reading->rest;
    if (!take_sign(rest, '{')) {
        return true;
    }
    do {
        char buffer[NAME_SIZE_MAX];
        struct piece key = take_word(rest, "=,}");
        struct piece name = {0};
        if (!take_sign(rest, '=') || !take_name(rest, buffer, &name)) {
            return refuse_braces(reading);
        }
        if (!find_name(reading, key, name)) {
            return false;
        }
    } while (take_sign(rest, ','));
    return take_sign(rest, '}') || refuse_braces(reading);
}

bool read_scope_duration(struct expectation_reading *reading, const char *what, int64_t *ns) {
    struct piece word = take_word(&reading->rest, "");
    const char *why = NULL;
    char excerpt[EXCERPT_SIZE];
    if (quantity_read_duration(word.text, word.size, ns, &why)) {
        return true;
    }
    return reader_refuse(reading->reader, reading->node, "found %s %s; %s",
                         word.size == 0 ? "nothing" : excerpt_write(word.text, word.size, excerpt),
                         what, why);
}

/** A window lies within what is measured, and has something in it. */
static bool check_window(struct expectation_reading *reading) {
    const struct scenario *scenario = reading->reader->scenario;
    const struct scenario_window *window = &reading->scope.window;
    char bound[QUANTITY_TEXT_SIZE];
    if (scenario->duration_ns == 0) {
        return true; // it could not be read
    }
    if (window->from_ns >= window->until_ns || window->from_ns >= scenario->duration_ns) {
        return reader_refuse(reading->reader, reading->node, "the window is empty: it begins %s",
                             window->from_ns >= scenario->duration_ns ? "when the run is over"
                                                                      : "when it is over");
    }
    if (window->from_ns < scenario->measure.from_ns) {
        return reader_refuse(reading->reader, reading->node,
                             "the window begins before `measure.after`, which is %s",
                             quantity_write_duration(scenario->measure.from_ns, bound));
    }
    if (scenario->measure.until_ns < scenario->duration_ns &&
        window->until_ns > scenario->measure.until_ns) {
        return reader_refuse(reading->reader, reading->node,
                             "the window ends after `measure.until`, which is %s",
                             quantity_write_duration(scenario->measure.until_ns, bound));
    }
    return true;
}

bool read_scope_window(struct expectation_reading *reading) {
    struct piece *rest = &reading->rest;
    struct scenario_window *window = &reading->scope.window;
    reading->windowed = true;
    if (take_if(rest, "after")) {
        return read_scope_duration(reading, "behind `after`", &window->from_ns) &&
               check_window(reading);
    }
    if (take_if(rest, "until")) {
        return read_scope_duration(reading, "behind `until`", &window->until_ns) &&
               check_window(reading);
    }
    if (take_if(rest, "between")) {
        if (!read_scope_duration(reading, "behind `between`", &window->from_ns)) {
            return false;
        }
        if (!take_if(rest, "and")) {
            return reader_refuse(reading->reader, reading->node,
                                 "`and` is missing; allowed: `between 20s and 40s`");
        }
        return read_scope_duration(reading, "behind `and`", &window->until_ns) &&
               check_window(reading);
    }
    reading->windowed = false;
    return true;
}

/** Names of a scope are kept as they can be read again: bare, or in quotes. */
static void keep_name(struct text *kept, const char *separator, const char *key, const char *name) {
    text_add_string(kept, separator);
    text_add_string(kept, key);
    print_word(kept, name);
}

void keep_scope(struct expectation_reading *reading) {
    const struct scenario *scenario = reading->reader->scenario;
    const struct scenario_scope *scope = &reading->scope;
    const char *separator = "{";
    if (scope->topic != SCOPE_ALL) {
        keep_name(&reading->kept, separator, "topic=", scenario->topics[scope->topic].name);
        separator = ", ";
    }
    if (scope->group != 0) {
        keep_name(&reading->kept, separator, "group=", scenario->groups[scope->group - 1].name);
        separator = ", ";
    }
    if (scope->region != SCOPE_ALL) {
        keep_name(&reading->kept, separator,
                  "region=", scenario->regions.items[scope->region].name);
        separator = ", ";
    }
    text_add_string(&reading->kept, separator[0] == '{' ? "" : "}");
}

void keep_window(struct expectation_reading *reading) {
    const struct scenario_window *measure = &reading->reader->scenario->measure;
    const struct scenario_window *window = &reading->scope.window;
    bool ends = window->until_ns != measure->until_ns;
    if (!reading->windowed) {
        return;
    }
    text_add_string(&reading->kept, ends && window->from_ns == measure->from_ns ? " until " : "");
    if (window->from_ns != measure->from_ns || !ends) {
        text_add_string(&reading->kept, ends ? " between " : " after ");
        print_duration(&reading->kept, window->from_ns);
        text_add_string(&reading->kept, ends ? " and " : "");
    }
    if (ends) {
        print_duration(&reading->kept, window->until_ns);
    }
}

static bool same_scope(const struct scenario_scope *a, const struct scenario_scope *b) {
    return a->topic == b->topic && a->group == b->group && a->region == b->region &&
           a->window.from_ns == b->window.from_ns && a->window.until_ns == b->window.until_ns;
}

uint32_t add_scope(struct scenario_reader *reader, const struct scenario_scope *scope) {
    uint32_t index = 0;
    while (index < reader->scenario->scope_count && !same_scope(scope, &reader->scopes[index])) {
        index++;
    }
    reader->scopes[index] = *scope;
    reader->scenario->scope_count += index == reader->scenario->scope_count;
    return index;
}
