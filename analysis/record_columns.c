#include "analysis/record_columns.h"

#include <string.h>

static const struct {
    const char *name;
    bool text;
} columns[COLUMN_COUNT] = {
    [COLUMN_AT_NS] = {"at_ns", false},       [COLUMN_NODE] = {"node", false},
    [COLUMN_KIND] = {"kind", true},          [COLUMN_PEER] = {"peer", false},
    [COLUMN_TOPIC] = {"topic", true},        [COLUMN_MESSAGE] = {"message", false},
    [COLUMN_REASON] = {"reason", true},      [COLUMN_RPC] = {"rpc", true},
    [COLUMN_CAUSE] = {"cause", true},        [COLUMN_BYTES] = {"bytes", false},
    [COLUMN_ENTRIES] = {"entries", false},   [COLUMN_HOPS] = {"hops", false},
    [COLUMN_EXPECTED] = {"expected", false}, [COLUMN_SIZE] = {"size", false},
    [COLUMN_VALUE] = {"value", false},       [COLUMN_EXTRA] = {"extra", false},
};

/** Where the two numbers of each kind stand; the default is 0, which no number stands at. */
static const struct {
    enum record_column value;
    enum record_column extra;
} meanings[TRACE_KIND_COUNT] = {
    [TRACE_PUBLISH] = {COLUMN_BYTES, COLUMN_EXPECTED},
    [TRACE_DELIVER] = {COLUMN_HOPS, COLUMN_EXPECTED},
    [TRACE_DUPLICATE] = {.value = COLUMN_HOPS},
    [TRACE_IGNORE] = {.value = COLUMN_HOPS},
    [TRACE_SEND] = {COLUMN_BYTES, COLUMN_ENTRIES},
    [TRACE_LOST] = {COLUMN_BYTES, COLUMN_ENTRIES},
    [TRACE_RECEIVE] = {COLUMN_BYTES, COLUMN_ENTRIES},
    [TRACE_SUPPRESSED] = {COLUMN_BYTES, COLUMN_ENTRIES},
    [TRACE_UNREAD] = {COLUMN_BYTES, COLUMN_ENTRIES},
    [TRACE_DROPPED] = {COLUMN_BYTES, COLUMN_CAUSE},
    [TRACE_INJECT] = {.value = COLUMN_BYTES},
    [TRACE_GRAFT] = {.value = COLUMN_SIZE},
    [TRACE_PRUNE] = {.value = COLUMN_SIZE},
    [TRACE_FANOUT_ADD] = {.value = COLUMN_SIZE},
    [TRACE_FANOUT_REMOVE] = {.value = COLUMN_SIZE},
};

const char *record_column_name(enum record_column column) {
    return columns[column].name;
}

bool record_column_is_text(enum record_column column) {
    return columns[column].text;
}

static void set_number(struct record_field *field, int64_t number, bool present) {
    *field = (struct record_field){.present = present, .number = number};
}

static void set_text(struct record_field *field, const char *text) {
    *field = (struct record_field){.present = text != NULL, .text = text};
}

/** Puts one of the two numbers where its kind has it. */
static void set_meaning(struct record_field *fields, enum record_column meaning,
                        enum record_column otherwise, uint32_t number) {
    if (meaning == COLUMN_CAUSE) {
        set_text(&fields[COLUMN_CAUSE], trace_cause_name((enum trace_cause)number));
    } else if (meaning != 0) {
        set_number(&fields[meaning], number, true);
    } else {
        set_number(&fields[otherwise], number, number != 0);
    }
}

void record_to_columns(const struct trace_record *record, const char *const *topics,
                       struct record_field fields[COLUMN_COUNT]) {
    enum trace_kind kind = (enum trace_kind)record->kind;
    bool rpc = trace_kind_is_rpc(kind);
    memset(fields, 0, COLUMN_COUNT * sizeof *fields);
    set_number(&fields[COLUMN_AT_NS], record->at_ns, true);
    set_number(&fields[COLUMN_NODE], record->node, record->node != TRACE_NONE);
    set_text(&fields[COLUMN_KIND], trace_kind_name(kind));
    set_number(&fields[COLUMN_PEER], record->peer, record->peer != TRACE_NONE);
    set_text(&fields[COLUMN_TOPIC],
             record->topic == TRACE_TOPIC_NONE ? NULL : topics[record->topic]);
    set_number(&fields[COLUMN_MESSAGE], record->message, record->message != TRACE_NONE);
    if (rpc) {
        set_text(&fields[COLUMN_RPC], trace_rpc_name((enum trace_rpc)record->reason));
    } else if (record->reason != REASON_NONE) {
        set_text(&fields[COLUMN_REASON], trace_reason_name((enum trace_reason)record->reason));
    }
    set_meaning(fields, meanings[kind].value, COLUMN_VALUE, record->value);
    set_meaning(fields, meanings[kind].extra, COLUMN_EXTRA, record->extra);
}

/** The number that a name stands for; `count` if for none. An absent one stands for 0. */
static uint32_t find_name(const struct record_field *field, const char *(*name_of)(uint32_t number),
                          uint32_t count) {
    uint32_t number = 0;
    while (field->present && number < count && strcmp(name_of(number), field->text) != 0) {
        number++;
    }
    return number;
}

static const char *kind_name(uint32_t number) {
    return trace_kind_name((enum trace_kind)number);
}

static const char *rpc_name(uint32_t number) {
    return trace_rpc_name((enum trace_rpc)number);
}

static const char *reason_name(uint32_t number) {
    return trace_reason_name((enum trace_reason)number);
}

static const char *cause_name(uint32_t number) {
    return trace_cause_name((enum trace_cause)number);
}

/** Takes one of the two numbers from where its kind has it. */
static bool take_meaning(const struct record_field *fields, enum record_column meaning,
                         enum record_column otherwise, uint32_t *number) {
    if (meaning == COLUMN_CAUSE) {
        *number = find_name(&fields[COLUMN_CAUSE], cause_name, CAUSE_COUNT);
        return *number < CAUSE_COUNT;
    }
    const struct record_field *field = &fields[meaning != 0 ? meaning : otherwise];
    *number = field->present ? (uint32_t)field->number : 0;
    return field->present ? field->number == (int64_t)*number : meaning == 0;
}

/** A number of 32 bits, or NONE. */
static bool take_number(const struct record_field *field, uint32_t *number) {
    *number = field->present ? (uint32_t)field->number : TRACE_NONE;
    return !field->present || field->number == (int64_t)*number;
}

bool record_from_columns(const struct record_field fields[COLUMN_COUNT], const char *const *topics,
                         uint32_t topic_count, struct trace_record *record) {
    uint32_t kind = find_name(&fields[COLUMN_KIND], kind_name, TRACE_KIND_COUNT);
    if (!fields[COLUMN_AT_NS].present || kind == 0 || kind == TRACE_KIND_COUNT) {
        return false;
    }
    bool rpc = trace_kind_is_rpc((enum trace_kind)kind);
    uint32_t count = rpc ? (uint32_t)TRACE_RPC_COUNT : (uint32_t)REASON_COUNT;
    uint32_t reason =
        find_name(&fields[rpc ? COLUMN_RPC : COLUMN_REASON], rpc ? rpc_name : reason_name, count);
    uint32_t topic = 0;
    const struct record_field *name = &fields[COLUMN_TOPIC];
    while (name->present && topic < topic_count && strcmp(topics[topic], name->text) != 0) {
        topic++;
    }
    *record = (struct trace_record){
        .at_ns = fields[COLUMN_AT_NS].number,
        .topic = name->present ? (uint16_t)topic : TRACE_TOPIC_NONE,
        .kind = (uint8_t)kind,
        .reason = (uint8_t)reason,
    };
    return reason < count && (!name->present || topic < topic_count) &&
           take_number(&fields[COLUMN_NODE], &record->node) &&
           take_number(&fields[COLUMN_PEER], &record->peer) &&
           take_number(&fields[COLUMN_MESSAGE], &record->message) &&
           take_meaning(fields, meanings[kind].value, COLUMN_VALUE, &record->value) &&
           take_meaning(fields, meanings[kind].extra, COLUMN_EXTRA, &record->extra);
}
