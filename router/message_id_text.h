/**
 * The id of a message as the router of 2020 makes it: a text, which also stands in IHAVE and IWANT.
 *
 * Lower-case hexadecimal of seqno, then Base58 of from. With 8 bytes and a peer id of 34 or 38
 * bytes these are 62 or 68 characters.
 *
 * Source: SEED.md §3.7.
 */
#ifndef GOSSIM_ROUTER_MESSAGE_ID_TEXT_H
#define GOSSIM_ROUTER_MESSAGE_ID_TEXT_H

#include "router/rpc_document.h"

/** The text, without a NUL; it lives as long as the scratch. */
struct byte_span message_id_text(struct byte_span from, struct byte_span seqno,
                                 struct wire_scratch *scratch);

#endif
