#include "cli/shell_text.h"

#include <string.h>

void shell_print_quoted(const char *text, FILE *out) {
    fputc('\'', out);
    for (; *text != '\0'; text++) {
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
    }
    fputc('\'', out);
}

void shell_print_word(const char *text, FILE *out) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./=,:%+@";
    if (text[0] != '\0' && strspn(text, plain) == strlen(text)) {
        fputs(text, out);
    } else {
        shell_print_quoted(text, out);
    }
}

void shell_print_run(const struct load_request *request, FILE *out) {
    fputs("gossim run ", out);
    shell_print_word(request->path, out);
    for (uint32_t i = 0; i < request->override_count; i++) {
        const struct scenario_override *override = &request->overrides[i];
        fputs(" --set ", out);
        shell_print_word(override->path, out);
        fputc('=', out);
        shell_print_word(override->value, out);
    }
}
