/**
 * What every unit test includes: cmocka, behind the four headers it wants before itself.
 *
 * Table rows are looped over with their name; a row that fails says so through fail_msg(), which
 * prints it.
 */
#ifndef GOSSIM_TESTS_SUPPORT_UNIT_H
#define GOSSIM_TESTS_SUPPORT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** How many items an array (not a pointer) has. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
