#include "scenarios/scenario_read.h"

#include "router/quirks.h"
#include "scenarios/excerpt.h"
#include "scenarios/nearest.h"

#include <stdio.h>
#include <string.h>

static bool is_word(const char *word, const char *text, size_t size) {
    return strlen(word) == size && memcmp(word, text, size) == 0;
}

const struct quirk_row *find_quirk(const char *text, size_t size) {
    for (size_t i = 0; i < quirk_row_count; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        if (is_word(row->number, text, size) ||
            (row->quirk != QUIRK_COUNT && is_word(row->name, text, size))) {
            return row;
        }
    }
    return NULL;
}

/** The name or number of a switch that is near to an unknown one, or NULL. */
static const char *nearest_quirk(const char *text, size_t size) {
    const char *best = NULL;
    uint32_t best_distance = NEAREST_FAR;
    for (size_t i = 0; i < quirk_row_count; i++) {
        const char *const words[] = {quirk_rows[i].name, quirk_rows[i].number};
        for (size_t j = 0; j < 2 && quirk_rows[i].quirk != QUIRK_COUNT; j++) {
            uint32_t distance = nearest_distance(text, size, words[j], strlen(words[j]));
            if (distance < best_distance) {
                best = words[j];
                best_distance = distance;
            }
        }
    }
    return nearest_is_near(best_distance, size) ? best : NULL;
}

/** The names of the switches that share the beginning of a number, as `Q36`; "" if there are none.
 */
static const char *names_below(const char *text, size_t size, char *out, size_t out_size) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < quirk_row_count && used < out_size; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        bool below = row->quirk != QUIRK_COUNT && strlen(row->number) == size + 1 &&
                     memcmp(row->number, text, size) == 0 && row->number[size] >= 'a';
        if (below) {
            int size_added =
                snprintf(out + used, out_size - used, "%s%s", used == 0 ? "" : ", ", row->name);
            used += size_added > 0 ? (size_t)size_added : 0;
        }
    }
    return out;
}

static bool refuse_unknown(struct scenario_reader *reader, const struct yaml_node *key) {
    char excerpt[EXCERPT_SIZE];
    char names[SCHEMA_NAMES_SIZE];
    excerpt_write(key->text, key->size, excerpt);
    if (reader_is_full(reader)) {
        return reader_refuse(reader, key, "unknown quirk");
    }
    if (names_below(key->text, key->size, names, sizeof names)[0] != '\0') {
        return reader_refuse(reader, key, "%s stands for several quirks; allowed: %s", excerpt,
                             names);
    }
    const char *near = nearest_quirk(key->text, key->size);
    return reader_refuse(reader, key,
                         "unknown quirk %s%s%s%s; allowed: a name that `gossim quirks` lists",
                         excerpt, near == NULL ? "" : " (did you mean `", near == NULL ? "" : near,
                         near == NULL ? "" : "`?)");
}

/** One `name: true|false`; `firsts` holds the key that gave each quirk so far. */
static bool read_quirk(struct scenario_reader *reader, const struct yaml_node *key,
                       const struct yaml_node **firsts, uint64_t *quirks) {
    if (key->kind != YAML_SCALAR) {
        return reader_refuse(reader, key, "a list or mapping stands where a quirk is due");
    }
    const struct quirk_row *row = find_quirk(key->text, key->size);
    if (row == NULL) {
        return refuse_unknown(reader, key);
    }
    if (row->quirk == QUIRK_COUNT) {
        return reader_refuse(reader, key, "%s has no switch (%s): %s", row->number, row->sentence,
                             row->reason);
    }
    if (firsts[row->quirk] != NULL) {
        return reader_refuse_twice(reader, key, firsts[row->quirk]);
    }
    firsts[row->quirk] = key;
    bool on = false;
    // Any key that is a switch says what a switch may hold.
    if (!reader_value(reader, KEY_ROUTER_SIGN, key->next, &on)) {
        return false;
    }
    uint64_t bit = quirk_bit(row->quirk);
    *quirks = on ? *quirks | bit : *quirks & ~bit;
    return true;
}

bool read_quirks(struct scenario_reader *reader, const struct yaml_node *node, uint64_t *quirks) {
    if (yaml_is_null(node)) {
        return true;
    }
    if (node->kind != YAML_MAPPING) {
        return reader_refuse_value(reader, node, KEY_ROUTER_QUIRKS);
    }
    const struct yaml_node *firsts[QUIRK_COUNT] = {NULL};
    bool whole = true;
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next->next) {
        whole = read_quirk(reader, key, firsts, quirks) && whole;
    }
    return whole;
}
