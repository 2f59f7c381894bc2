/**
 * Sentences in lines that fit, and columns beside each other, counted in characters.
 *
 * A paragraph breaks between words alone, wherever they come from: several texts may be added one
 * after the other. Lines after the first stand behind `indent` blanks; what the caller printed
 * before the first line, a dash or the other columns of a table, takes as many. A single letter or
 * sign behind a number, such as a unit, stays on its line: `5 s`, `10 %`. A word that is wider than
 * the line has one for itself.
 */
#ifndef GOSSIM_CLI_PARAGRAPH_H
#define GOSSIM_CLI_PARAGRAPH_H

#include <stdio.h>

struct paragraph {
    FILE *out;
    int width;  // columns of a line, the indent among them
    int indent; // of lines after the first
    int used;   // columns of this line behind the indent
};

/** The columns of a text of UTF-8, a character each: signs like ± take more bytes. */
int text_columns(const char *text);

/** Prints the text and as many blanks as fill the columns; none if it is wider. */
void text_print_padded(const char *text, int columns, FILE *out);

/** Adds the words of a text. */
void paragraph_add(struct paragraph *paragraph, const char *text);

/** Ends the last line. */
void paragraph_end(struct paragraph *paragraph);

/** A paragraph of one text. */
void paragraph_print(const char *text, int width, int indent, FILE *out);

#endif
