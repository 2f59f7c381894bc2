/**
 * Whether two documents say the same, and if not, where.
 */
#ifndef GOSSIM_TESTS_SUPPORT_DOCUMENT_COMPARE_H
#define GOSSIM_TESTS_SUPPORT_DOCUMENT_COMPARE_H

#include "router/rpc_document.h"

/** Whether a field that is absent is another than an empty one. */
enum presence { PRESENCE_COUNTS, PRESENCE_IS_NOTHING };

struct disagreement {
    char text[512]; // field, expected, got
};

/** Fills in the disagreement if there is one. */
bool documents_agree(const struct rpc_document *expected, const struct rpc_document *got,
                     enum presence presence, struct disagreement *disagreement);

#endif
