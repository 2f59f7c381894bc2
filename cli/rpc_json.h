/**
 * An RPC's document as JSON, for people.
 *
 *     {"subs": [{"subscribe": true, "topic": "666f6f"}],
 *      "messages": [{"from", "data", "seqno", "topics": [], "signature", "key"}],
 *      "control": {"ihave": [{"topic", "ids": []}], "iwant": [[id]], "graft": [topic], "prune":
 * []}}
 *
 * Bytes are a string of hexadecimal digits, null when the field is absent, or, in what is read,
 * {"text": "foo"}. What is written has beside each field that is readable text the same again under
 * its name and `_text`, and each message's id as the router of 2020 makes it under `msgid`; what is
 * read may have these, and they do not count.
 */
#ifndef GOSSIM_CLI_RPC_JSON_H
#define GOSSIM_CLI_RPC_JSON_H

#include "base/failure.h"
#include "router/rpc_document.h"

#include <jansson.h>

/** Reads a document, which lives as long as the scratch; the JSON is not kept. Lists may be left
 * out. */
FAILURE_WARN_UNUSED bool rpc_json_read(const json_t *json, struct wire_scratch *scratch,
                                       struct rpc_document *document, struct failure *failure);

/** Returns a new reference. The scratch is used for a moment. */
json_t *rpc_json_write(const struct rpc_document *document, struct wire_scratch *scratch);

#endif
