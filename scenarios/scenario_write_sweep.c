#include "scenarios/scenario_writing.h"
#include "scenarios/sweep.h"
#include "scenarios/yaml_flow.h"

#include <inttypes.h>
#include <string.h>

static void write_parameter(struct text *text, const struct sweep_parameter *parameter) {
    text_add_string(text, parameter->path);
    text_add_string(text, ": [");
    for (uint32_t i = 0; i < parameter->value_count; i++) {
        text_add_string(text, i == 0 ? "" : ", ");
        text_add_string(text, parameter->values[i]);
    }
    text_add_string(text, "]");
}

static uint32_t count_axis(const struct scenario_sweep *sweep, uint32_t first) {
    uint32_t end = first;
    while (end < sweep->parameter_count &&
           sweep->parameters[end].axis == sweep->parameters[first].axis) {
        end++;
    }
    return end - first;
}

/** The axis that begins with a parameter: by itself, or as the only one in lock step. */
static void write_axis(struct text *text, const struct scenario_sweep *sweep, uint32_t first,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(text, i == 0 ? "{" : ", ");
        write_parameter(text, &sweep->parameters[first + i]);
    }
    text_add_string(text, "}");
}

/** All axes, single ones in front only if no lock step stands before them: their order counts. */
static void write_axes(struct text *text, const struct scenario_sweep *sweep) {
    uint32_t first = 0;
    while (first < sweep->parameter_count && count_axis(sweep, first) == 1) {
        write_parameter(text, &sweep->parameters[first++]);
        text_add_string(text, ", ");
    }
    bool zipped = first < sweep->parameter_count;
    const char *separator = "zip: [";
    while (first < sweep->parameter_count) {
        uint32_t count = count_axis(sweep, first);
        text_add_string(text, separator);
        write_axis(text, sweep, first, count);
        separator = ", ";
        first += count;
    }
    text_add_string(text, zipped ? "], " : "");
}

void write_sweep(struct text *text, const struct scenario_sweep *sweep) {
    if (sweep == NULL) {
        text_add_string(text, "sweep: {}\n");
        return;
    }
    text_add_string(text, "sweep: {");
    write_axes(text, sweep);
    for (uint32_t i = 0; i < sweep->condition_count; i++) {
        const char *condition = sweep->conditions[i].text;
        text_add_string(text, i == 0 ? "where: [" : ", ");
        yaml_flow_quoted(text, condition, strlen(condition));
    }
    text_add_string(text, sweep->condition_count > 0 ? "], " : "");
    text_add_format(text, "repeat: %" PRIu32, sweep->repeat);
    for (uint32_t i = 0; i < sweep->until_count; i++) {
        text_add_string(text, i == 0 ? ", until: [" : ", ");
        yaml_flow_quoted(text, sweep->until[i].text, strlen(sweep->until[i].text));
    }
    if (sweep->until_count > 0) {
        text_add_format(text, "], max_repeat: %" PRIu32, sweep->max_repeat);
    }
    text_add_string(text, "}\n");
}
