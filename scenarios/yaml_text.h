/**
 * What is checked of a YAML text before a parser sees it: that it is UTF-8 text at all, and how
 * deep it nests.
 *
 * Both checks are one pass over the bytes with a fixed amount of memory, so that a hostile file
 * costs no more than reading it. The nesting counted here is a lower bound made from brackets and
 * indentation; quoted text, comments and block scalars count for nothing, so that no valid scenario
 * is refused. yaml_read() counts the depth exactly afterwards.
 */
#ifndef GOSSIM_SCENARIOS_YAML_TEXT_H
#define GOSSIM_SCENARIOS_YAML_TEXT_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { YAML_DEPTH_MAX = 64 };

/** False, with place and reason, if the bytes are not UTF-8 or hold NUL or control characters. */
FAILURE_WARN_UNUSED bool yaml_check_bytes(const char *text, size_t size, struct failure *failure);

/** False, with place and reason, if the text nests deeper than YAML_DEPTH_MAX. */
FAILURE_WARN_UNUSED bool yaml_check_nesting(const char *text, size_t size, struct failure *failure);

/** The line and column, from 1 and in characters, of a byte offset. Cost: linear in the offset. */
void yaml_place(const char *text, size_t offset, uint32_t *line, uint32_t *column);

#endif
