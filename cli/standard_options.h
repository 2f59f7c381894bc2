/**
 * The options that every command has: --help, --usage, --version.
 *
 * argp has these built in, but ends with exit status 0 when nobody can read what they print. A
 * command therefore takes the ones here as a child of its own parser. And what options have in
 * common that take a number or a quantity.
 */
#ifndef GOSSIM_CLI_STANDARD_OPTIONS_H
#define GOSSIM_CLI_STANDARD_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/** For `children` of a command's argp; ends with an empty entry. */
extern const struct argp_child standard_options[];

/** argp_parse() without the built-in options. */
error_t standard_parse(const struct argp *argp, int argument_count, char **arguments, void *input);

/** The value of an option: a whole number from `least` to `most`, or a message and the end of the
 * program. */
uint64_t standard_number(const char *option, const char *text, uint64_t least, uint64_t most,
                         struct argp_state *state);

/** Likewise a time of at least 1ms, in seconds; a size of at least one byte; a share from `least`
 * to 99.99 %. */
double standard_seconds(const char *option, const char *text, struct argp_state *state);
uint64_t standard_size(const char *option, const char *text, struct argp_state *state);
double standard_share(const char *option, const char *text, double least, struct argp_state *state);

/** Sees to it that no file which is opened later takes the number of a standard stream that the
 * program was started without: what is said there would go into the file. */
void standard_streams_hold(void);

/** Whether standard output is a pipe that nobody reads any more. */
bool standard_output_is_closed(void);

/** Brings out what was printed. The exit status: failed, after a message, if it did not get there;
 * without one where nobody reads any more.
 */
int standard_output_end(void);

#endif
