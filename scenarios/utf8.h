/**
 * UTF-8 read one character at a time, for input that may hold anything.
 */
#ifndef GOSSIM_SCENARIOS_UTF8_H
#define GOSSIM_SCENARIOS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The number of bytes (1 … 4) of the character that starts at `text`, which has `size` ≥ 1 bytes,
 * and its number in
 * `*code`; 0 if it is not well-formed UTF-8 (cut short, overlong, a surrogate, beyond U+10FFFF).
 */
size_t utf8_read(const char *text, size_t size, uint32_t *code);

/** False for control characters, direction marks, line separators and what else can disguise a
 * text. */
bool utf8_is_printable(uint32_t code);

/** True if all bytes are well-formed UTF-8 of printable characters. */
bool utf8_all_printable(const char *text, size_t size);

#endif
