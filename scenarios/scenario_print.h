/**
 * Printing single values of the canonical form: for scenario_write.c and scenario_print.c only.
 */
#ifndef GOSSIM_SCENARIOS_SCENARIO_PRINT_H
#define GOSSIM_SCENARIOS_SCENARIO_PRINT_H

#include "scenarios/scenario.h"
#include "scenarios/schema.h"
#include "scenarios/text.h"

/** A word, in quotes where YAML would read it as something else. */
void print_word(struct text *text, const char *word);

/** The text of an expectation, in quotes where YAML would end it early. */
void print_expectation(struct text *text, const char *expectation);

void print_duration(struct text *text, int64_t ns);
void print_share(struct text *text, uint32_t ppb);
/** A list of pairs; `none` without rates. */
void print_rates(struct text *text, const struct scenario_rates *rates, uint32_t count);
void print_size(struct text *text, uint32_t bytes);
void print_distribution(struct text *text, const struct distribution_options *options);
void print_selector(struct text *text, const struct scenario *scenario,
                    const struct selector *selector);

void print_sizes(struct text *text, const struct scenario_size *size);
void print_validators(struct text *text, const struct scenario_topic *topic);

/** A number of millionths as a decimal without trailing zeros. */
void print_millionths(struct text *text, uint32_t ppm);

/** The name of a group, by its number. */
void print_group(struct text *text, const struct scenario *scenario, uint32_t number);

/** A selection of nodes, in the shortest form that means the same. */
void print_selector(struct text *text, const struct scenario *scenario,
                    const struct selector *selector);

/**
 * Prints the value of a key, in one line. `base` is the structure that the key's parent is read
 * into. CHECKs that the key's type is one that stands in one line.
 */
void print_value(struct text *text, const struct scenario *scenario, enum schema_key key,
                 const void *base);

/** Prints the value of a key of `links`; false if it has another type than these have. */
bool print_link_value(struct text *text, const struct schema_row *row, const void *base);

/** Prints the quirks that differ from a set, as `{name: true, …}` in the order of the table. */
void print_quirks(struct text *text, uint64_t quirks, uint64_t base);

/** The name of a kind of graph. */
const char *topology_kind_name(enum topology_kind kind);

#endif
