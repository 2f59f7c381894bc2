/**
 * What JSON has no form for, or jansson none.
 */
#ifndef GOSSIM_CLI_JSON_WORDS_H
#define GOSSIM_CLI_JSON_WORDS_H

#include <jansson.h>
#include <stdint.h>

/** A seed: a number, or a text where it is larger than the integers of jansson. */
json_t *json_seed(uint64_t seed);

/** A name of a file, or a text with one in it. JSON is UTF-8, names need not be: of one that is
 * not, each byte beyond ASCII is a question mark. */
json_t *json_path(const char *text);

#endif
