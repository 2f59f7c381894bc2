#include "router/codec_nim_2020.h"
#include "router/codec_standard.h"
#include "router/wire.h"
#include "router/wire_document.h"
#include "router/wire_scratch.h"
#include "router/wire_varint.h"

#include <string.h>

/** Whether rpc.proto can hold the document. */
static bool is_standard(const struct rpc *rpc, const struct rpc_document *document) {
    bool is_standard = rpc->form == 0;
    for (uint32_t i = 0; i < document->message_count; i++) {
        is_standard = is_standard && document->messages[i].topics.count <= 1;
    }
    return is_standard;
}

/** The RPC without its length, in the form that it says. */
static struct byte_span encode_body(const struct rpc *rpc, const struct rpc_document *document,
                                    struct wire_scratch *scratch) {
    const struct codec_nim_2020 codec = {.merge_entries = (rpc->form & RPC_FORM_MERGED) != 0,
                                         .garble_messages = (rpc->form & RPC_FORM_GARBLED) != 0};
    struct byte_span body = {0};
    struct failure failure;
    bool ok = is_standard(rpc, document)
                  ? codec_standard_encode(document, scratch, &body, &failure)
                  : codec_nim_2020_encode(&codec, document, scratch, &body, &failure);
    CHECK(ok);
    return body;
}

struct wire_bytes wire_encode(struct wire *wire, const struct rpc *rpc) {
    CHECK(rpc->size_bytes > 0);
    CHECK(rpc->entry_count > 0);
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &wire->pool, SIZE_MAX);
    struct rpc_document document = wire_document_of_rpc(wire->messages, rpc, &scratch);
    struct byte_span body = encode_body(rpc, &document, &scratch);
    CHECK(varint_bytes(body.size) + body.size == rpc->size_bytes);
    struct wire_bytes frame = {.bytes = pool_take(&wire->pool, rpc->size_bytes),
                               .size = rpc->size_bytes};
    uint32_t prefix_bytes = wire_varint_write(body.size, frame.bytes);
    memcpy(frame.bytes + prefix_bytes, body.bytes, body.size);
    wire_scratch_finish(&scratch);
    return frame;
}
