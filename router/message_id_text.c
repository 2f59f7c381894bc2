#include "router/message_id_text.h"

#include "base/check.h"
#include "router/base58.h"

struct byte_span message_id_text(struct byte_span from, struct byte_span seqno,
                                 struct wire_scratch *scratch) {
    static const char hex[] = "0123456789abcdef";
    char *text = wire_scratch_take(scratch, 2 * seqno.size + base58_room(from.size));
    CHECK(text != NULL);
    for (size_t i = 0; i < seqno.size; i++) {
        text[2 * i] = hex[seqno.bytes[i] >> 4];
        text[2 * i + 1] = hex[seqno.bytes[i] & 15];
    }
    size_t size = 2 * seqno.size + base58_write(from.bytes, from.size, text + 2 * seqno.size);
    return (struct byte_span){.bytes = (const uint8_t *)text, .size = size};
}
