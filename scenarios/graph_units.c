#include "scenarios/graph_units.h"

#include "base/quantity.h"
#include "scenarios/graph_file.h"

#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 80 };

/** The text without blanks, in `out[WORD_SIZE]`; false if it does not fit. */
static bool squeeze(const char *text, char *out) {
    size_t size = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == ' ' || *at == '\t') {
            continue;
        }
        if (size + 1 == WORD_SIZE) {
            return false;
        }
        out[size++] = *at;
    }
    out[size] = '\0';
    return true;
}

/** What stands before the ending, or 0. */
static size_t size_before(const char *word, const char *ending) {
    size_t size = strlen(word);
    size_t ending_size = strlen(ending);
    bool ends = size > ending_size && strcmp(word + size - ending_size, ending) == 0;
    return ends ? size - ending_size : 0;
}

bool graph_read_delay(const char *text, int64_t *ns, const char **why) {
    char word[WORD_SIZE];
    if (!squeeze(text, word)) {
        *why = "a latency is a number with a unit, such as `10 ms`";
        return false;
    }
    if (!quantity_read_duration(word, strlen(word), ns, why)) {
        return false;
    }
    if (*ns > GRAPH_DELAY_MAX_NS) {
        *why = "a latency is at most 86400s";
        return false;
    }
    return true;
}

bool graph_read_rate(const char *text, uint64_t *bits_per_s, const char **why) {
    static const struct {
        const char *ending;
        const char *unit;
        uint64_t factor;
    } units[] = {
        {"Kibit", "bit/s", 1024},
        {"Mibit", "bit/s", UINT64_C(1) << 20},
        {"Gibit", "bit/s", UINT64_C(1) << 30},
        {"Kbit", "kbit/s", 1},
        {"kbit", "kbit/s", 1},
        {"Mbit", "Mbit/s", 1},
        {"Gbit", "Gbit/s", 1},
        {"bit", "bit/s", 1},
    };
    char word[WORD_SIZE];
    *why = "a bandwidth is a number with a unit, such as `100 Mbit`";
    if (!squeeze(text, word)) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t size = size_before(word, units[i].ending);
        if (size == 0) {
            continue;
        }
        char rate[WORD_SIZE + 8];
        snprintf(rate, sizeof rate, "%.*s%s", (int)size, word, units[i].unit);
        uint64_t read = 0;
        if (!quantity_read_rate(rate, strlen(rate), &read, why) ||
            read > UINT64_MAX / units[i].factor) {
            return false;
        }
        *bits_per_s = read * units[i].factor;
        return true;
    }
    return quantity_read_rate(word, strlen(word), bits_per_s, why);
}
