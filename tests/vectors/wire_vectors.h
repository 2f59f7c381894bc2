/**
 * Recorded RPCs of the router of 2020, one JSON object each, against the codec of 2020.
 *
 *     {"kind": "encode", "n", "category", "rpc", "encode": "ok" | "abort", "encoded", "decoded"}
 *     {"kind": "decode", "n", "category", "bytes", "decoded"}
 *
 * `decoded` is {"ok": true, "rpc"}, where each message also has its `msgid`, or {"ok": false}: the
 * decoder threw. Bytes are hexadecimal; `rpc` is as in cli/rpc_json.h.
 */
#ifndef GOSSIM_TESTS_VECTORS_WIRE_VECTORS_H
#define GOSSIM_TESTS_VECTORS_WIRE_VECTORS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Whether the codec does with this case what was recorded. If not, writes into
 * `disagreement[size]` the case's category, the step, the field, what was expected and what came.
 */
bool wire_vector_check(const json_t *vector, char *disagreement, size_t size);

#endif
