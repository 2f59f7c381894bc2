/**
 * Looks up single values in the canonical text of a scenario, as a trace carries it.
 *
 * The canonical form is ours: block style, two spaces per level, one `key: value` a line. A value
 * is found by its path of one or two keys; nothing else of YAML is understood, and what is not
 * found is simply absent.
 */
#ifndef GOSSIM_ANALYSIS_SCENARIO_TEXT_H
#define GOSSIM_ANALYSIS_SCENARIO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Copies the value of `key` inside the top-level mapping `section` (NULL: of the top-level key
 * itself) to `out`, without quotes and cut to `out_size` − 1 bytes. False, and an empty text, when
 * there is none.
 */
bool scenario_text_value(const char *text, const char *section, const char *key, char *out,
                         size_t out_size);

/** As above for an unsigned decimal number; false when there is none. */
bool scenario_text_number(const char *text, const char *section, const char *key, uint32_t *number);

/**
 * Reads the delays of `regions: latency:`, a row of `count` for each of `count` regions; false when
 * there are none, or not as many.
 */
bool scenario_text_latency(const char *text, uint32_t count, int64_t *delay_ns);

#endif
