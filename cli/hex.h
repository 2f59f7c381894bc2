/**
 * Bytes as hexadecimal digits, two a byte.
 */
#ifndef GOSSIM_CLI_HEX_H
#define GOSSIM_CLI_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Writes 2 * size lower-case digits and a NUL. */
void hex_write(const uint8_t *bytes, size_t size, char *text);

/**
 * Reads digits of either case into `bytes[size / 2]`; between bytes there may be white space if
 * `spaced`. Returns false if there is another character or half a byte; `*end` is where the text
 * then stops making sense, and else its size.
 */
bool hex_read(const char *text, size_t size, bool spaced, uint8_t *bytes, size_t *end);

bool hex_is_digit(char c);

/** How many bytes the text stands for, once it was read. */
size_t hex_count(const char *text, size_t size);

#endif
