#include "scenarios/scenario_print.h"

#include "base/quantity.h"

static void print_rate(struct text *text, uint64_t bits_per_s) {
    char quantity[QUANTITY_TEXT_SIZE];
    if (bits_per_s == SCENARIO_RATE_AUTO) {
        text_add_string(text, "auto");
        return;
    }
    text_add_string(text,
                    bits_per_s == 0 ? "unlimited" : quantity_write_rate(bits_per_s, quantity));
}

static void print_rate_or_none(struct text *text, uint64_t bits_per_s) {
    if (bits_per_s == SCENARIO_RATE_AUTO) {
        text_add_string(text, "none");
    } else {
        print_rate(text, bits_per_s);
    }
}

void print_rates(struct text *text, const struct scenario_rates *rates, uint32_t count) {
    enum { PER_LINE = 4 };
    if (rates == NULL) {
        text_add_string(text, "none");
        return;
    }
    text_add_string(text, "[");
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(text, i == 0 ? "\n    [" : i % PER_LINE == 0 ? ",\n    [" : ", [");
        print_rate_or_none(text, rates[i].bits_per_s[BANDWIDTH_UP]);
        text_add_string(text, ", ");
        print_rate_or_none(text, rates[i].bits_per_s[BANDWIDTH_DOWN]);
        text_add_string(text, "]");
    }
    text_add_string(text, "]");
}

/** A word or a list. */
static void print_kinds(struct text *text, uint32_t kinds) {
    if (kinds == SCENARIO_LOSS_MESSAGES || kinds == SCENARIO_LOSS_ALL) {
        text_add_string(text, kinds == SCENARIO_LOSS_ALL ? "all" : "messages");
        return;
    }
    const char *separator = "";
    text_add_string(text, "[");
    for (enum trace_rpc kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        if ((kinds >> kind & 1) != 0) {
            text_add_format(text, "%s%s", separator, trace_rpc_name(kind));
            separator = ", ";
        }
    }
    text_add_string(text, "]");
}

static void print_loss_rates(struct text *text, const struct scenario_links *links) {
    const char *separator = ", rates: {";
    for (enum trace_rpc kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        if ((links->loss_rates >> kind & 1) != 0) {
            text_add_format(text, "%s%s: ", separator, trace_rpc_name(kind));
            print_share(text, links->loss_rate_ppb[kind]);
            separator = ", ";
        }
    }
    text_add_string(text, links->loss_rates == 0 ? "" : "}");
}

static void print_burst(struct text *text, const struct burst_options *burst) {
    text_add_string(text, ", burst: {good: ");
    print_duration(text, burst->good_ns);
    text_add_string(text, ", bad: ");
    print_duration(text, burst->bad_ns);
    text_add_string(text, ", loss_good: ");
    print_share(text, burst->good_loss_ppb);
    text_add_string(text, ", loss_bad: ");
    print_share(text, burst->bad_loss_ppb);
    text_add_string(text, "}");
}

/** A bare share where that says it all. */
static void print_loss(struct text *text, const struct scenario_links *links) {
    if (links->loss_of == SCENARIO_LOSS_MESSAGES && links->loss_rates == 0 && !links->has_burst) {
        print_share(text, links->loss_ppb);
        return;
    }
    text_add_string(text, "{rate: ");
    print_share(text, links->loss_ppb);
    text_add_string(text, ", of: ");
    print_kinds(text, links->loss_of);
    print_loss_rates(text, links);
    if (links->has_burst) {
        print_burst(text, &links->burst);
    }
    text_add_string(text, "}");
}

static void print_delay(struct text *text, const struct scenario_links *links) {
    if (links->delay_kind == SCENARIO_DELAY_REGIONS) {
        text_add_string(text, "regions");
    } else {
        print_distribution(text, &links->delay);
    }
}

static void print_jitter(struct text *text, const struct scenario_links *links) {
    if (links->has_jitter) {
        print_distribution(text, &links->jitter);
    } else {
        text_add_string(text, "none");
    }
}

static void print_matrix(struct text *text, const struct scenario_links *links) {
    if (links->matrix_ns == NULL) {
        text_add_string(text, "none");
        return;
    }
    size_t count = links->matrix_count;
    text_add_string(text, "[");
    for (size_t i = 0; i < count * count; i++) {
        text_add_string(text, i % count != 0 ? ", " : i == 0 ? "\n    [" : "],\n    [");
        if (links->matrix_ns[i] == LINK_SLOT_DELAY_NONE) {
            text_add_string(text, "none");
        } else {
            print_duration(text, links->matrix_ns[i]);
        }
    }
    text_add_string(text, "]]");
}

static void print_range(struct text *text, const struct scenario_links *links) {
    text_add_string(text, "[");
    print_duration(text, links->delay_range.a_ns);
    text_add_string(text, ", ");
    print_duration(text, links->delay_range.b_ns);
    text_add_string(text, "]");
}

bool print_link_value(struct text *text, const struct schema_row *row, const void *base) {
    const void *field = (const char *)base + row->offset;
    if (row->type == SCHEMA_RATE) {
        print_rate(text, *(const uint64_t *)field);
    } else if (row->type == SCHEMA_RATES) {
        const struct scenario_links *links = base;
        print_rates(text, links->host_rates, links->host_count);
    } else if (row->type == SCHEMA_QUEUE && *(const uint32_t *)field == UINT32_MAX) {
        text_add_string(text, "unlimited");
    } else if (row->type == SCHEMA_QUEUE) {
        print_size(text, *(const uint32_t *)field);
    } else if (row->type == SCHEMA_SHARING) {
        bool fair = *(const enum bandwidth_sharing *)field == BANDWIDTH_FAIR;
        text_add_string(text, fair ? "fair" : "fifo");
    } else if (row->type == SCHEMA_TRANSPORT) {
        bool stream = *(const enum link_transport *)field == LINK_STREAM;
        text_add_string(text, stream ? "stream" : "datagram");
    } else if (row->type == SCHEMA_TIMEOUT && *(const int64_t *)field == 0) {
        text_add_string(text, "auto");
    } else if (row->type == SCHEMA_TIMEOUT) {
        print_duration(text, *(const int64_t *)field);
    } else if (row->type == SCHEMA_MATRIX) {
        print_matrix(text, base);
    } else if (row->type == SCHEMA_SPAN && row->parent == KEY_LINKS) {
        print_range(text, base);
    } else if (row->type == SCHEMA_LOSS) {
        print_loss(text, base);
    } else if (row->type == SCHEMA_DELAY) {
        print_delay(text, base);
    } else if (row->type == SCHEMA_JITTER) {
        print_jitter(text, base);
    } else {
        return false;
    }
    return true;
}
