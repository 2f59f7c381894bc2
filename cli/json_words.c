#include "cli/json_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *json_seed(uint64_t seed) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, seed);
    return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_string(text);
}

json_t *json_path(const char *text) {
    json_t *whole = json_string(text);
    char *plain = whole == NULL ? strdup(text) : NULL;
    for (char *at = plain; at != NULL && *at != '\0'; at++) {
        *at = (unsigned char)*at < 0x80 ? *at : '?';
    }
    json_t *path = whole != NULL ? whole : json_string(plain);
    free(plain);
    return path;
}
