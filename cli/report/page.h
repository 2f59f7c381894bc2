/**
 * What the parts of a report write with: text that stays text in HTML, and columns of numbers for
 * the script.
 *
 * A report is put together in memory, section after section, and written when all of it is there.
 * Whatever comes from a scenario or a trace goes through page_text(), in which nothing is markup,
 * or through page_json(), in which nothing ends the element that it stands in.
 */
#ifndef GOSSIM_CLI_REPORT_PAGE_H
#define GOSSIM_CLI_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Writes text: `<`, `>`, `&` and quotes as references, control characters as U+FFFD. */
void page_text(FILE *out, const char *text);
void page_text_part(FILE *out, const char *text, size_t size);

/** Writes a text that is made as printf() does, through page_text(). */
__attribute__((format(printf, 2, 3))) void page_print(FILE *out, const char *format, ...);

/** Writes a string of JSON with its quotes, safe inside a script element. */
void page_json(FILE *out, const char *text);

/** Writes bytes in base64. */
void page_base64(FILE *out, const void *data, size_t size);

/** A command with a button that copies it. */
void page_command(FILE *out, const char *command);

/** Begins a table in a box that scrolls; `tall`: only so high. */
void page_table_begin(FILE *out, const char *classes, bool tall);
void page_table_end(FILE *out);

/** Columns of numbers as data.js reads them. */
struct page_columns {
    uint8_t *bytes; // to be freed
    size_t size;
    size_t capacity;
};

/** Adds a column: a name of at most 8 bytes, and `count` items of `item_size` 1, 2, 4 or 8 bytes,
 * the last of which are doubles. Items are then added one by one. */
void page_columns_begin(struct page_columns *columns, const char *name, uint32_t item_size,
                        size_t count);
void page_columns_add(struct page_columns *columns, uint32_t item_size, uint64_t item);
void page_columns_add_double(struct page_columns *columns, double item);
void page_columns_end(struct page_columns *columns);

/** Bytes that they take on a page, with the element around them. */
size_t page_columns_cost(const struct page_columns *columns);

/** Writes them as an element of that id, and lets go of them. */
void page_columns_write(struct page_columns *columns, FILE *out, const char *id);

/** Lets go of them. */
void page_columns_drop(struct page_columns *columns);

#endif
