// What becomes of the RPCs between the two ends of a pair, as far as they are about the message.
#include "analysis/why_parts.h"

/** Whether the holder came to the message by itself. */
static bool is_publisher(const struct why_evidence *evidence, const struct why_pair *pair) {
    return pair->holder == evidence->survey->publisher;
}

/** Whether its role makes the holder keep the message for itself. */
static bool withholds(const struct why_evidence *evidence, const struct why_pair *pair) {
    if (is_publisher(evidence, pair)) {
        return false;
    }
    const struct why_neighbour *facts = &pair->facts;
    bool sometimes = why_has_role(facts, WHY_ROLE_CENSORS) || why_has_role(facts, WHY_ROLE_DROPS);
    bool silent = facts->pushed_others == 0 && facts->counts[WHY_STAGE_COPY][WHY_FATE_CAME] == 0;
    return why_has_role(facts, WHY_ROLE_NEVER_FORWARDS) || (sometimes && silent);
}

/** Whether an IHAVE of the holder names the message: see why.h. */
static bool names(const struct why_evidence *evidence, struct why_pair *pair,
                  const struct trace_record *record) {
    if (record->message == evidence->question->message) {
        return true;
    }
    if (pair->facts.had_ns < 0 || pair->gossip_over || record->message == TRACE_NONE ||
        record->topic != evidence->survey->topic || withholds(evidence, pair)) {
        return false;
    }
    bool uncached = why_has_habit(evidence->setting, pair->holder, WHY_HABIT_FORWARDED_NOT_CACHED);
    if (uncached && !is_publisher(evidence, pair)) {
        return false;
    }
    for (uint32_t i = 0; i < pair->later_count; i++) {
        if (pair->later[i] == record->message) {
            pair->gossip_over = true;
            return false;
        }
    }
    return true;
}

static struct why_step step_of(const struct trace_record *record, enum why_stage stage,
                               enum why_fate fate) {
    return (struct why_step){
        .at_ns = record->at_ns,
        .delay_ns = -1,
        .node = record->node,
        .peer = record->peer,
        .what = WHY_WHAT_RPC,
        .stage = (uint8_t)stage,
        .fate = (uint8_t)fate,
    };
}

static void add_flight(struct why_evidence *evidence, struct why_pair *pair,
                       const struct why_flight *flight) {
    if (pair->flight_count == pair->flight_capacity) {
        pair->flights = pool_grow(&evidence->pool, pair->flights, &pair->flight_capacity,
                                  pair->flight_count + 1, sizeof *pair->flights);
    }
    pair->flights[pair->flight_count++] = *flight;
}

static void remove_flight(struct why_pair *pair, uint32_t index) {
    pair->flight_count--;
    for (uint32_t i = index; i < pair->flight_count; i++) {
        pair->flights[i] = pair->flights[i + 1];
    }
}

/** The stage of an RPC that goes out, if it is about the message. */
static bool find_stage(const struct why_evidence *evidence, struct why_pair *pair,
                       const struct trace_record *record, enum why_stage *stage) {
    bool forward = record->node == pair->holder;
    switch ((enum trace_rpc)record->reason) {
    case TRACE_RPC_MESSAGES:
        *stage = pair->asked_ns == record->at_ns ? WHY_STAGE_ANSWER : WHY_STAGE_COPY;
        return forward && (record->message == evidence->question->message ||
                           (record->extra > 1 && pair->facts.had_ns >= 0));
    case TRACE_RPC_IHAVE:
        *stage = WHY_STAGE_IHAVE;
        return forward && names(evidence, pair, record);
    case TRACE_RPC_IWANT:
        *stage = WHY_STAGE_IWANT;
        return !forward &&
               (pair->told_ns == record->at_ns || record->message == evidence->question->message);
    case TRACE_RPC_SUBSCRIPTIONS:
    case TRACE_RPC_GRAFT:
    case TRACE_RPC_PRUNE:
    case TRACE_RPC_COUNT:
        return false;
    }
    return false;
}

/** An RPC goes out, or would have. */
static void on_send(struct why_evidence *evidence, struct why_pair *pair,
                    const struct trace_record *record) {
    enum why_stage stage = WHY_STAGE_COPY;
    if (!find_stage(evidence, pair, record, &stage)) {
        return;
    }
    bool several =
        record->reason == TRACE_RPC_MESSAGES && record->message != evidence->question->message;
    bool waits = evidence->survey->had_ns[pair->node] >= record->at_ns;
    bool suppressed = record->kind == TRACE_SUPPRESSED;
    enum why_fate fate = suppressed ? WHY_FATE_SUPPRESSED : WHY_FATE_SENT;
    uint32_t number = TRACE_NONE;
    if (waits && !several) {
        struct why_step step = step_of(record, stage, fate);
        step.on_path = pair->on_path;
        number = why_add_step(evidence, &step);
        pair->facts.counts[stage][fate]++;
    }
    if (!suppressed) {
        add_flight(evidence, pair,
                   &(struct why_flight){
                       .sent_ns = record->at_ns,
                       .message = record->message,
                       .bytes = record->value,
                       .rpc = record->reason,
                       .stage = (uint8_t)stage,
                       .backward = record->node == pair->node,
                       .several = several,
                       .counted = waits && !several,
                       .step = number,
                   });
    }
}

/**
 * The flight that a record tells the end of: the earliest alike; of one that is dropped as it is
 * sent, which its sender says, the one of this instant.
 */
static uint32_t find_flight(const struct why_pair *pair, const struct trace_record *record,
                            bool at_sender) {
    bool backward = (record->node == pair->node) == at_sender;
    for (uint32_t i = 0; i < pair->flight_count; i++) {
        const struct why_flight *flight = &pair->flights[i];
        bool nameless = record->kind == TRACE_SKIPPED; // of control, such a record names no message
        if (flight->rpc == record->reason && flight->bytes == record->value &&
            flight->backward == backward && (nameless || flight->message == record->message) &&
            (!at_sender || flight->sent_ns == record->at_ns)) {
            return i;
        }
    }
    return TRACE_NONE;
}

/** An RPC ended here without coming to anything. */
static void on_failed(struct why_evidence *evidence, struct why_pair *pair,
                      const struct trace_record *record, enum why_fate fate) {
    bool at_sender = fate == WHY_FATE_LOST;
    uint32_t index = at_sender ? find_flight(pair, record, true) : TRACE_NONE;
    at_sender = index != TRACE_NONE;
    index = at_sender ? index : find_flight(pair, record, false);
    if (index == TRACE_NONE) {
        return;
    }
    struct why_flight flight = pair->flights[index];
    remove_flight(pair, index);
    if (!flight.counted) {
        return;
    }
    uint8_t cause = record->kind == TRACE_DROPPED ? (uint8_t)record->extra : CAUSE_NONE;
    pair->facts.counts[flight.stage][WHY_FATE_SENT]--;
    pair->facts.counts[flight.stage][fate]++;
    pair->facts.losses[flight.stage][cause] += fate == WHY_FATE_LOST;
    if (at_sender && flight.step != TRACE_NONE) {
        evidence->steps[flight.step].fate = (uint8_t)fate;
        evidence->steps[flight.step].cause = cause;
    } else if (!at_sender) {
        struct why_step step = step_of(record, (enum why_stage)flight.stage, fate);
        step.cause = cause;
        step.delay_ns = record->at_ns - flight.sent_ns;
        step.on_path = pair->on_path;
        why_add_step(evidence, &step);
    }
}

/** IHAVE or IWANT came. */
static void on_receive(struct why_evidence *evidence, struct why_pair *pair,
                       const struct trace_record *record) {
    uint32_t index = find_flight(pair, record, false);
    if (index == TRACE_NONE) {
        return;
    }
    struct why_flight flight = pair->flights[index];
    remove_flight(pair, index);
    if (flight.counted) {
        pair->facts.counts[flight.stage][WHY_FATE_SENT]--;
    }
    pair->facts.counts[flight.stage][WHY_FATE_CAME]++;
    if (flight.stage == WHY_STAGE_IHAVE) {
        pair->told_ns = record->at_ns;
    } else {
        pair->asked_ns = record->at_ns;
    }
    struct why_step step = step_of(record, (enum why_stage)flight.stage, WHY_FATE_CAME);
    step.delay_ns = record->at_ns - flight.sent_ns;
    step.on_path = pair->on_path;
    pair->last_came = why_add_step(evidence, &step);
}

/** The received cache has an RPC. Control has come already, by the record before. */
static void on_skipped(struct why_evidence *evidence, struct why_pair *pair,
                       const struct trace_record *record) {
    if (record->reason == TRACE_RPC_MESSAGES) {
        on_failed(evidence, pair, record, WHY_FATE_SKIPPED);
        return;
    }
    if (pair->last_came == TRACE_NONE) {
        return;
    }
    struct why_step *came = &evidence->steps[pair->last_came];
    enum trace_rpc rpc = came->stage == WHY_STAGE_IHAVE ? TRACE_RPC_IHAVE : TRACE_RPC_IWANT;
    if (came->at_ns == record->at_ns && came->node == record->node && rpc == record->reason) {
        came->fate = WHY_FATE_SKIPPED;
        pair->facts.counts[came->stage][WHY_FATE_CAME]--;
        pair->facts.counts[came->stage][WHY_FATE_SKIPPED]++;
        pair->told_ns = rpc == TRACE_RPC_IHAVE ? -1 : pair->told_ns;
        pair->asked_ns = rpc == TRACE_RPC_IWANT ? -1 : pair->asked_ns;
    }
}

void why_on_rpc(struct why_evidence *evidence, struct why_pair *pair,
                const struct trace_record *record) {
    if (record->kind == TRACE_SEND || record->kind == TRACE_SUPPRESSED) {
        on_send(evidence, pair, record);
    } else if (record->kind == TRACE_LOST || record->kind == TRACE_DROPPED) {
        on_failed(evidence, pair, record, WHY_FATE_LOST);
    } else if (record->kind == TRACE_UNREAD) {
        on_failed(evidence, pair, record, WHY_FATE_UNREAD);
    } else if (record->kind == TRACE_SKIPPED) {
        on_skipped(evidence, pair, record);
    } else if (record->kind == TRACE_RECEIVE) {
        on_receive(evidence, pair, record);
    }
}

/** What has become of an RPC that no record tells the end of. */
static enum why_fate fate_at_end(const struct why_evidence *evidence, const struct why_pair *pair,
                                 const struct why_flight *flight) {
    const struct why_setting *setting = evidence->setting;
    uint32_t receiver = flight->backward ? pair->holder : pair->node;
    uint16_t topic = evidence->survey->topic;
    bool placed = topic < evidence->survey->topic_count && setting->validates != NULL;
    bool lingers = setting->rules == NULL || setting->processes ||
                   (flight->rpc == TRACE_RPC_MESSAGES && placed && setting->validates[topic]);
    // What is on its way to a node that stops ends with a record: this had come, or never will.
    return evidence->ended_ns[receiver] >= flight->sent_ns ? WHY_FATE_STOPPED
           : evidence->paused_ns[receiver] >= 0            ? WHY_FATE_PAUSED
           : lingers                                       ? WHY_FATE_UNHANDLED
                                                           : WHY_FATE_SENT;
}

void why_end_flights(struct why_evidence *evidence) {
    for (uint32_t i = evidence->path_count; i < evidence->pair_count; i++) {
        struct why_pair *pair = &evidence->pairs[i];
        bool missing = evidence->survey->had_ns[pair->node] == WHY_NEVER;
        for (uint32_t k = 0; missing && k < pair->flight_count; k++) {
            const struct why_flight *flight = &pair->flights[k];
            enum why_fate fate = fate_at_end(evidence, pair, flight);
            if (flight->counted) {
                pair->facts.counts[flight->stage][WHY_FATE_SENT]--;
                pair->facts.counts[flight->stage][fate]++;
            }
            if (flight->step != TRACE_NONE) {
                evidence->steps[flight->step].fate = (uint8_t)fate;
            }
        }
    }
}

void why_on_other(struct why_evidence *evidence, struct why_pair *pair,
                  const struct trace_record *record) {
    bool sent = record->kind == TRACE_SEND;
    bool held_back = record->kind == TRACE_SUPPRESSED; // and it was drawn all the same
    if ((!sent && !held_back) || record->peer == pair->node || pair->facts.had_ns < 0) {
        return;
    }
    if (record->reason == TRACE_RPC_MESSAGES) {
        pair->facts.pushed_others += sent && record->message == evidence->question->message;
    } else if (record->reason == TRACE_RPC_IHAVE && names(evidence, pair, record)) {
        pair->facts.told_others += sent;
        why_tells_other(evidence, pair, record->at_ns);
    }
}

int64_t why_on_copy(struct why_pair *pair, const struct trace_record *record) {
    uint32_t index = TRACE_NONE;
    for (uint32_t i = 0; i < pair->flight_count; i++) {
        const struct why_flight *flight = &pair->flights[i];
        if (flight->rpc != TRACE_RPC_MESSAGES || flight->backward) {
            continue;
        }
        // One that is surely about the message goes before one that may be.
        if (index == TRACE_NONE || (pair->flights[index].several && !flight->several)) {
            index = i;
        }
    }
    if (index == TRACE_NONE) {
        return -1;
    }
    struct why_flight flight = pair->flights[index];
    remove_flight(pair, index);
    if (flight.counted) {
        pair->facts.counts[flight.stage][WHY_FATE_SENT]--;
        pair->facts.counts[flight.stage][WHY_FATE_CAME]++;
    }
    return record->at_ns - flight.sent_ns;
}
