/**
 * Style and script of the page that `gossim report` writes. The build makes them of the files in
 * this folder (embed.py).
 */
#ifndef GOSSIM_CLI_REPORT_ASSETS_H
#define GOSSIM_CLI_REPORT_ASSETS_H

#include <stddef.h>

extern const char *const report_style[]; // lines, each with its newline
extern const size_t report_style_count;
extern const char *const report_script[]; // likewise; all of the script, from its first byte
extern const size_t report_script_count;
extern const char report_style_hash[]; // of each, for a Content-Security-Policy
extern const char report_script_hash[];

#endif
