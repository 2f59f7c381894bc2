#include "trace/pack.h"

#include "base/check.h"

#include <string.h>

_Static_assert((int)TRACE_KIND_COUNT <= (int)PACK_KINDS, "a kind has 5 bits");
_Static_assert(REASON_COUNT <= 32, "a reason has 5 bits");

/** Where the parts of a head begin, in bits. */
enum {
    HEAD_BYTES = 3,
    HEAD_REASON = 5,
    HEAD_TIME = 10,
    HEAD_NODE = 13,
    HEAD_PEER = 15,
    HEAD_MESSAGE = 17,
    HEAD_VALUE = 19,
    HEAD_EXTRA = 21,
    HEAD_TOPIC = 23,
    TIME_WHOLE = 7, // the size that stands for eight bytes
};

static inline uint32_t little_endian(uint32_t word) {
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap32(word) : word;
}

static inline void store_u32(unsigned char *at, uint32_t word) {
    word = little_endian(word);
    memcpy(at, &word, sizeof word);
}

static inline uint32_t load_u32(const unsigned char *at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return little_endian(word);
}

static inline void store_u64(unsigned char *at, uint64_t word) {
    store_u32(at, (uint32_t)word);
    store_u32(at + 4, (uint32_t)(word >> 32));
}

static inline uint64_t load_u64(const unsigned char *at) {
    return load_u32(at) | (uint64_t)load_u32(at + 4) << 32;
}

/** The bytes of a field of size 0, 1, 2 or 3. */
static inline uint32_t field_bytes(uint32_t size) {
    return size + (size >> 1 & size);
}

static inline uint32_t size_of(uint32_t change) {
    return (uint32_t)(change != 0) + (uint32_t)(change > UINT8_MAX) +
           (uint32_t)(change > UINT16_MAX);
}

/** Stores as much of a field as its size says. Returns the place behind it. */
static inline unsigned char *put_field(unsigned char *at, uint32_t change, uint32_t size) {
    store_u32(at, change);
    return at + field_bytes(size);
}

static inline uint32_t get_field(const unsigned char **at, uint32_t size) {
    static const uint32_t masks[4] = {0, UINT8_MAX, UINT16_MAX, UINT32_MAX};
    uint32_t change = load_u32(*at) & masks[size];
    *at += field_bytes(size);
    return change;
}

static inline uint32_t size_of_time(uint64_t passed) {
    // Without a branch on whether time has passed, which nobody can foretell.
    uint32_t bytes = 8 - (uint32_t)__builtin_clzll(passed | 1) / 8 - (uint32_t)(passed == 0);
    return bytes - bytes / 8;
}

static inline unsigned char *put_time(unsigned char *at, uint64_t passed, uint32_t size) {
    store_u64(at, passed);
    return at + size + (size == TIME_WHOLE);
}

static inline uint64_t get_time(const unsigned char **at, uint32_t size) {
    uint64_t passed = load_u64(*at);
    uint32_t bytes = size < TIME_WHOLE ? size : 8;
    *at += bytes;
    return bytes == 8 ? passed : passed & ((UINT64_C(1) << 8 * bytes) - 1);
}

void pack_init(struct pack *pack, struct arena *arena) {
    pack->delivery_kinds = 0;
    for (enum trace_kind kind = TRACE_NODE_START; kind < TRACE_KIND_COUNT; kind++) {
        pack->delivery_kinds |= (uint32_t)trace_kind_is_delivery(kind) << kind;
    }
    for (uint32_t part = 0; part < 2; part++) {
        pack->parts[part].bytes =
            arena_take(arena, MEMORY_TRACE,
                       (size_t)PACK_RECORDS_MAX * PACK_RECORD_BYTES_MAX + PACK_SLACK_BYTES);
    }
    pack_clear(pack);
}

void pack_clear(struct pack *pack) {
    pack->records = 0;
    pack->deliveries = 0;
    memset(pack->bits, 0, sizeof pack->bits);
    for (uint32_t part = 0; part < 2; part++) {
        pack->parts[part].end = pack->parts[part].bytes;
        memset(&pack->parts[part].memory, 0, sizeof pack->parts[part].memory);
    }
}

/** What a record has other than the one before it or the last one of its kind. */
struct changes {
    uint64_t passed_ns;
    uint32_t node;
    struct pack_last of; // exclusive ors
};

/** Tells the changes, and remembers the record. */
static inline struct changes changes_of(struct pack_memory *memory, struct trace_record now) {
    struct pack_last *last = &memory->kinds[now.kind];
    const struct pack_last next = {now.peer, now.message, now.value, now.extra, now.topic};
    struct changes changes = {
        .passed_ns = (uint64_t)now.at_ns - (uint64_t)memory->at_ns,
        .node = now.node ^ memory->node,
        .of = {next.peer ^ last->peer, next.message ^ last->message, next.value ^ last->value,
               next.extra ^ last->extra, next.topic ^ last->topic},
    };
    memory->at_ns = now.at_ns;
    memory->node = now.node;
    *last = next;
    return changes;
}

/** Puts a record, and returns the place behind it. */
static inline unsigned char *put_record(unsigned char *at, struct changes changes, uint32_t head) {
    // All sizes first: what is stored could be anything, for the compiler, these among it.
    uint32_t time = size_of_time(changes.passed_ns);
    uint32_t node = size_of(changes.node);
    uint32_t peer = size_of(changes.of.peer);
    uint32_t message = size_of(changes.of.message);
    uint32_t value = size_of(changes.of.value);
    uint32_t extra = size_of(changes.of.extra);
    uint32_t topic = changes.of.topic != 0;
    store_u32(at, head | time << HEAD_TIME | node << HEAD_NODE | peer << HEAD_PEER |
                      message << HEAD_MESSAGE | value << HEAD_VALUE | extra << HEAD_EXTRA |
                      topic << HEAD_TOPIC);
    at = put_time(at + HEAD_BYTES, changes.passed_ns, time);
    at = put_field(at, changes.node, node);
    at = put_field(at, changes.of.peer, peer);
    at = put_field(at, changes.of.message, message);
    at = put_field(at, changes.of.value, value);
    at = put_field(at, changes.of.extra, extra);
    return put_field(at, changes.of.topic, 2 * topic);
}

void pack_add(struct pack *pack, const struct trace_record *record) {
    CHECK(pack->records < PACK_RECORDS_MAX);
    CHECK(record->kind < PACK_KINDS);
    CHECK(record->reason < 32);
    struct trace_record now = *record;
    uint32_t is_delivery = pack->delivery_kinds >> now.kind & 1;
    struct pack_part *part = &pack->parts[is_delivery];
    struct changes changes = changes_of(&part->memory, now);
    part->end = put_record(part->end, changes, now.kind | (uint32_t)now.reason << HEAD_REASON);
    pack->bits[pack->records / 8] |= (unsigned char)(is_delivery << pack->records % 8);
    pack->deliveries += is_delivery;
    pack->records++;
}

void pack_add_again(struct pack *pack, const struct trace_record *record) {
    CHECK(pack->records > 0);
    CHECK(pack->records < PACK_RECORDS_MAX);
    uint32_t kind = record->kind;
    uint32_t is_delivery = pack->delivery_kinds >> kind & 1;
    struct pack_part *part = &pack->parts[is_delivery];
    struct pack_last *last = &part->memory.kinds[kind];
    CHECK(part->memory.at_ns == record->at_ns);
    CHECK(part->memory.node == record->node);
    CHECK(last->message == record->message);
    uint32_t change = record->peer ^ last->peer;
    uint32_t size = size_of(change);
    last->peer = record->peer;
    store_u32(part->end, kind | (uint32_t)record->reason << HEAD_REASON | size << HEAD_PEER);
    part->end = put_field(part->end + HEAD_BYTES, change, size);
    pack->bits[pack->records / 8] |= (unsigned char)(is_delivery << pack->records % 8);
    pack->deliveries += is_delivery;
    pack->records++;
}

static size_t part_bytes(const struct pack_part *part) {
    return (size_t)(part->end - part->bytes);
}

size_t pack_bytes(const struct pack *pack) {
    return PACK_HEAD_BYTES + (pack->records + 7) / 8 + part_bytes(&pack->parts[0]) +
           part_bytes(&pack->parts[1]);
}

uint32_t pack_head(const struct pack *pack, unsigned char out[PACK_HEAD_BYTES]) {
    store_u32(out, pack->records);
    store_u32(out + 4, pack->deliveries);
    store_u32(out + 8, (uint32_t)part_bytes(&pack->parts[1]));
    store_u32(out + 12, (uint32_t)part_bytes(&pack->parts[0]));
    return (pack->records + 7) / 8;
}

/** A part being unpacked. */
struct unpacking {
    const unsigned char *at;
    const unsigned char *end;
    struct pack_memory memory;
};

static inline void unpack(struct unpacking *part, struct trace_record *record) {
    struct pack_memory *memory = &part->memory;
    uint32_t head = load_u32(part->at);
    uint32_t kind = head & 31;
    part->at += HEAD_BYTES;
    memory->at_ns = (int64_t)((uint64_t)memory->at_ns + get_time(&part->at, head >> HEAD_TIME & 7));
    memory->node ^= get_field(&part->at, head >> HEAD_NODE & 3);
    memory->kinds[kind].peer ^= get_field(&part->at, head >> HEAD_PEER & 3);
    memory->kinds[kind].message ^= get_field(&part->at, head >> HEAD_MESSAGE & 3);
    memory->kinds[kind].value ^= get_field(&part->at, head >> HEAD_VALUE & 3);
    memory->kinds[kind].extra ^= get_field(&part->at, head >> HEAD_EXTRA & 3);
    memory->kinds[kind].topic ^= get_field(&part->at, (head >> HEAD_TOPIC & 1) * 2);
    *record = (struct trace_record){
        .at_ns = memory->at_ns,
        .node = memory->node,
        .peer = memory->kinds[kind].peer,
        .message = memory->kinds[kind].message,
        .value = memory->kinds[kind].value,
        .extra = memory->kinds[kind].extra,
        .topic = (uint16_t)memory->kinds[kind].topic,
        .kind = (uint8_t)kind,
        .reason = (uint8_t)(head >> HEAD_REASON & 31),
    };
}

static bool is_damaged(struct failure *failure) {
    return failure_bad_input(failure, "damaged trace: its packed records do not unpack");
}

/** Unpacks `wanted` records of one part. False if they are not what the part holds. */
static bool unpack_part(struct unpacking *part, uint32_t wanted, struct trace_record *records) {
    for (uint32_t i = 0; i < wanted; i++) {
        if (part->at >= part->end) {
            return false;
        }
        unpack(part, &records[i]);
    }
    return part->at == part->end;
}

/** Unpacks both parts, each record from the part that its bit says. */
static bool unpack_both(struct unpacking parts[2], const unsigned char *bits, uint32_t wanted[2],
                        struct trace_record *records) {
    uint32_t count[2] = {0, 0};
    for (uint32_t i = 0; i < wanted[0] + wanted[1]; i++) {
        uint32_t which = bits[i / 8] >> i % 8 & 1;
        if (parts[which].at >= parts[which].end) {
            return false;
        }
        unpack(&parts[which], &records[i]);
        count[which]++;
    }
    return count[1] == wanted[1] && parts[0].at == parts[0].end && parts[1].at == parts[1].end;
}

bool pack_read(const struct pack_section *section, struct trace_record records[PACK_RECORDS_MAX],
               size_t *count, struct failure *failure) {
    const unsigned char *bytes = section->bytes;
    if (section->size < PACK_HEAD_BYTES) {
        return is_damaged(failure);
    }
    uint32_t all = load_u32(bytes);
    uint32_t deliveries = load_u32(bytes + 4);
    size_t delivery_bytes = load_u32(bytes + 8);
    size_t other_bytes = load_u32(bytes + 12);
    if (all > PACK_RECORDS_MAX || deliveries > all ||
        section->size != PACK_HEAD_BYTES + (all + 7) / 8 + delivery_bytes + other_bytes) {
        return is_damaged(failure);
    }
    const unsigned char *bits = bytes + PACK_HEAD_BYTES;
    const unsigned char *packed = bits + (all + 7) / 8;
    struct unpacking parts[2] = {
        {.at = packed + delivery_bytes, .end = packed + delivery_bytes + other_bytes},
        {.at = packed, .end = packed + delivery_bytes},
    };
    *count = section->deliveries_only ? deliveries : all;
    uint32_t wanted[2] = {all - deliveries, deliveries};
    bool done = section->deliveries_only ? unpack_part(&parts[1], deliveries, records)
                                         : unpack_both(parts, bits, wanted, records);
    return done || is_damaged(failure);
}
