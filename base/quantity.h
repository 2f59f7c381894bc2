/**
 * Quantities as people write them, and back.
 *
 * Durations are a decimal number with a unit `ns us ms s m h`, held as signed 64-bit nanoseconds;
 * sizes take `B KiB MiB kB MB`, held as bytes; rates `bit/s kbit/s Mbit/s Gbit/s`, held as bits per
 * second; shares are a decimal (`0.01`) or a percentage (`1%`), held in parts per billion, 0 … 10⁹.
 * Reading is exact decimal arithmetic: a value finer than the unit held, or beyond its range, is
 * refused. Formatting gives each value one text that reads back to it: the largest unit that needs
 * no fraction (durations up to s; binary sizes before decimal ones), and a percentage for every
 * share.
 */
#ifndef GOSSIM_BASE_QUANTITY_H
#define GOSSIM_BASE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    QUANTITY_TEXT_SIZE = 40,
};
#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define SHARE_ONE UINT32_C(1000000000) // parts per billion

/** The share of what at least one of two that know nothing of each other takes: 1 − (1 − a)(1 − b).
 */
static inline uint32_t share_either(uint32_t a_ppb, uint32_t b_ppb) {
    uint64_t left = (uint64_t)(SHARE_ONE - a_ppb) * (SHARE_ONE - b_ppb);
    return SHARE_ONE - (uint32_t)((left + SHARE_ONE / 2) / SHARE_ONE);
}

/**
 * Each reader takes `size` bytes of text. On refusal it returns false and points `*why` at a static
 * sentence saying what is allowed. Negative durations are refused with a sentence of their own.
 */
bool quantity_read_duration(const char *text, size_t size, int64_t *ns, const char **why);
bool quantity_read_size(const char *text, size_t size, uint64_t *bytes, const char **why);
bool quantity_read_rate(const char *text, size_t size, uint64_t *bits_per_s, const char **why);
bool quantity_read_share(const char *text, size_t size, uint32_t *ppb, const char **why);

/** Each writer fills `out[QUANTITY_TEXT_SIZE]` and returns it. */
const char *quantity_write_duration(int64_t ns, char *out);
const char *quantity_write_size(uint64_t bytes, char *out);
const char *quantity_write_rate(uint64_t bits_per_s, char *out);
const char *quantity_write_share(uint32_t ppb, char *out);

/** An instant, not before 0, as people read it beside columns of seconds: `5.020 s`, and with the
 * digits that it takes to be exact, `1.102064331 s`. Not the text that a scenario has for it. */
const char *quantity_write_instant(int64_t ns, char *out);

#endif
