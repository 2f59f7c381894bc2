#include "trace/section.h"

#include "trace/pack.h"

#define TEXT_BYTES_MAX (UINT64_C(1) << 28)
#define TABLE_BYTES_MAX (UINT64_C(1) << 30)

const struct section_layout *section_layout(uint32_t kind) {
    static const struct section_layout layouts[] = {
        [TRACE_SECTION_SCENARIO] = {"SCENARIO", "1", 1, TEXT_BYTES_MAX, true},
        [TRACE_SECTION_TOPICS] = {"TOPICS", "1", 1, TEXT_BYTES_MAX, true},
        [TRACE_SECTION_REGIONS] = {"REGIONS", "1", 1, TEXT_BYTES_MAX, true},
        [TRACE_SECTION_NODES] = {"NODES", "448", sizeof(struct trace_node), TABLE_BYTES_MAX, true},
        [TRACE_SECTION_LINKS] = {"LINKS", "44844", sizeof(struct trace_link),
                                 TRACE_LINKS_MAX * sizeof(struct trace_link), true},
        [TRACE_SECTION_RECORDS] = {"RECORDS", "844444211", sizeof(struct trace_record),
                                   TRACE_RECORDS_PER_SECTION * sizeof(struct trace_record), false},
        [TRACE_SECTION_SAMPLES] = {"SAMPLES", "8444488888", sizeof(struct trace_sample),
                                   TABLE_BYTES_MAX, false},
        [TRACE_SECTION_TRAFFIC] = {"TRAFFIC", "88888888888888888", sizeof(struct trace_traffic),
                                   TABLE_BYTES_MAX, false},
        [TRACE_SECTION_MESSAGES] = {"MESSAGES", "84444448", sizeof(struct trace_message),
                                    TABLE_BYTES_MAX, true},
        [TRACE_SECTION_SUMMARY] = {"SUMMARY", "8888888", sizeof(struct trace_summary),
                                   sizeof(struct trace_summary), true},
        [TRACE_SECTION_END] = {"END", "", 0, 0, true},
        [TRACE_SECTION_PACKED] = {"PACKED", "1", 1, PACK_BYTES_MAX, false},
    };
    if (kind < TRACE_SECTION_SCENARIO || kind > TRACE_SECTION_PACKED) {
        return NULL;
    }
    return &layouts[kind];
}

static void reverse(unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size / 2; i++) {
        unsigned char byte = bytes[i];
        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = byte;
    }
}

void section_swap_rows(const struct section_layout *layout, void *rows, size_t count) {
    unsigned char *bytes = rows;
    for (size_t row = 0; row < count; row++) {
        for (const char *field = layout->fields; *field != '\0'; field++) {
            size_t width = (size_t)(*field - '0');
            reverse(bytes, width);
            bytes += width;
        }
    }
}

void section_turn_rows(const struct section_layout *layout, void *rows, size_t count) {
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && layout->row_bytes > 1) {
        section_swap_rows(layout, rows, count);
    }
}

void section_header_write(struct section_header header, unsigned char out[SECTION_HEADER_BYTES]) {
    for (unsigned i = 0; i < 4; i++) {
        out[i] = (unsigned char)(header.kind >> (8 * i));
        out[4 + i] = (unsigned char)(header.reserved >> (8 * i));
    }
    for (unsigned i = 0; i < 8; i++) {
        out[8 + i] = (unsigned char)(header.bytes >> (8 * i));
    }
}

struct section_header section_header_read(const unsigned char bytes[SECTION_HEADER_BYTES]) {
    struct section_header header = {0};
    for (unsigned i = 0; i < 4; i++) {
        header.kind |= (uint32_t)bytes[i] << (8 * i);
        header.reserved |= (uint32_t)bytes[4 + i] << (8 * i);
    }
    for (unsigned i = 0; i < 8; i++) {
        header.bytes |= (uint64_t)bytes[8 + i] << (8 * i);
    }
    return header;
}
