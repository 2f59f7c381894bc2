/**
 * One text file being written: a table, or the input of a figure.
 *
 * Errors stick: after the first one nothing more is written, and table_file_close() reports it. The
 * numbers in a table are printed in the C locale's form, and a value that does not exist as NA.
 */
#ifndef GOSSIM_ANALYSIS_TABLE_FILE_H
#define GOSSIM_ANALYSIS_TABLE_FILE_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/** A file is written by pieces of one size, as a kernel keeps what begins and ends on a multiple of
 * such a power of two in few large pages: half the cost of as many bytes in pieces of any size. */
enum {
    TABLE_FILE_PATH_SIZE = 4096,
    TABLE_FILE_PIECE_SIZE = 1 << 17,
    TABLE_FILE_ROOM_SIZE = 1 << 16 // what can be added at once
};

struct table_file {
    FILE *stream; // unbuffered; NULL when it could not be opened
    int error;    // errno of the first failure, or 0
    char path[TABLE_FILE_PATH_SIZE];
    size_t used; // bytes of the buffer, less than a piece
    char buffer[TABLE_FILE_PIECE_SIZE + TABLE_FILE_ROOM_SIZE];
};

/** Makes the folder unless it is there. */
FAILURE_WARN_UNUSED bool table_folder_make(const char *folder, const char *name,
                                           struct failure *failure);

/** Opens folder/name for writing; the caller then writes and closes, whatever happens. */
void table_file_open(struct table_file *file, const char *folder, const char *name);

__attribute__((format(printf, 2, 3))) void table_file_print(struct table_file *file,
                                                            const char *format, ...);

/** Writes a name with tabs and other control characters replaced by spaces, so that it stays one
 * column. */
void table_file_name(struct table_file *file, const char *name);

/** What stands in a table for a character of a name. */
char table_name_character(char character);

/** Writes text as it is. */
void table_file_write(struct table_file *file, const char *text, size_t size);

/** Where text of at most `size` ≤ TABLE_FILE_ROOM_SIZE bytes may be put; table_file_take() with the
 * place behind it then makes it part of the file. */
char *table_file_room(struct table_file *file, size_t size);
void table_file_take(struct table_file *file, const char *end);

/** The most digits that table_decimal() puts. */
enum { TABLE_DECIMAL_DIGITS = 20, TABLE_SHARE_SIZE = 32 };

/** Puts a number where there is room for the most digits, and returns the place behind it: for
 * tables with a row for each delivery, where printf would take longer than all the rest. */
char *table_decimal(char *at, uint64_t number);

/** Puts the lowest eight digits of a number, leading zeros too. */
static inline char *table_eight_digits(char *at, uint32_t number) {
    // All eight at once: halves of the word hold four digits each, then quarters two, then bytes
    // one, the first of them lowest. A product with 10486 >> 20 or 103 >> 10 is the quotient by 100
    // or 10 of numbers as small as these.
    uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
    uint64_t high = fours * 10486 >> 20 & UINT64_C(0x7f0000007f);
    uint64_t twos = (fours - high * 100) << 16 | high;
    high = twos * 103 >> 10 & UINT64_C(0xf000f000f000f);
    uint64_t digits = ((twos - high * 10) << 8 | high) | UINT64_C(0x3030303030303030);
    digits = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(digits) : digits;
    memcpy(at, &digits, sizeof digits);
    return at + sizeof digits;
}

/** Puts a number from 0 to 1 as %.6f does, NUL or not behind it, into TABLE_SHARE_SIZE bytes. */
char *table_share(char *at, double share);

/** Writes a tab and the number, or NA when it is UINT32_MAX. */
void table_file_number(struct table_file *file, uint32_t number);

/** Writes `count` NA columns, each behind a tab. */
void table_file_absent(struct table_file *file, uint32_t count);

/** Flushes and closes; false and a failure that names the file if anything could not be written. */
FAILURE_WARN_UNUSED bool table_file_close(struct table_file *file, struct failure *failure);

#endif
