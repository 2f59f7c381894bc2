// Stands in for base/check.c in unit tests: a failed CHECK becomes cmocka's mock_assert, so that a
// test can expect it.
#include "base/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

void check_set_place(const struct check_place *place) {
    (void)place;
}

noreturn void check_failed(const char *condition, const char *file, int line) {
    mock_assert(0, condition, file, line);
    abort();
}
