#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local const struct check_place *check_place_current;

void check_set_place(const struct check_place *place) {
    check_place_current = place;
}

noreturn void check_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "gossim: bug: %s:%d: check failed: %s\n", file, line, condition);
    if (check_place_current != NULL) {
        fprintf(stderr, "  at virtual time %" PRId64 " ns, node %" PRIu32 ", seed %" PRIu64 "\n",
                check_place_current->now_ns,
                check_place_current->node_of(check_place_current->context),
                check_place_current->seed);
    }
    abort();
}
