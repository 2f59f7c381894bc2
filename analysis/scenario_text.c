#include "analysis/scenario_text.h"

#include "base/quantity.h"

#include <string.h>

static const char *line_end(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL ? end : line + strlen(line);
}

static const char *line_next(const char *line) {
    const char *end = line_end(line);
    return *end == '\0' ? end : end + 1;
}

static size_t line_indent(const char *line) {
    return strspn(line, " ");
}

/** What follows `key:` on a line indented by `indent` spaces; NULL if the line holds another key.
 */
static const char *line_value(const char *line, size_t indent, const char *key) {
    size_t size = strlen(key);
    if (line_indent(line) != indent || strncmp(line + indent, key, size) != 0 ||
        line[indent + size] != ':') {
        return NULL;
    }
    const char *value = line + indent + size + 1;
    return value + strspn(value, " ");
}

/** The value of the key among the lines indented by `indent` from `line` on, before an outer line
 * comes. */
static const char *find_value(const char *line, size_t indent, const char *key) {
    for (; *line != '\0'; line = line_next(line)) {
        if (line_indent(line) < indent && *line != '\n') {
            return NULL;
        }
        const char *value = line_value(line, indent, key);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

bool scenario_text_value(const char *text, const char *section, const char *key, char *out,
                         size_t out_size) {
    const char *value = NULL;
    out[0] = '\0';
    if (section == NULL) {
        value = find_value(text, 0, key);
    } else {
        const char *inside = find_value(text, 0, section);
        value = inside == NULL ? NULL : find_value(line_next(inside), 2, key);
    }
    if (value == NULL) {
        return false;
    }
    size_t size = (size_t)(line_end(value) - value);
    bool quoted = size >= 2 && (value[0] == '"' || value[0] == '\'') && value[size - 1] == value[0];
    value += quoted ? 1 : 0;
    size -= quoted ? 2 : 0;
    size = size < out_size ? size : out_size - 1;
    memcpy(out, value, size);
    out[size] = '\0';
    return size > 0;
}

bool scenario_text_number(const char *text, const char *section, const char *key,
                          uint32_t *number) {
    char digits[16];
    if (!scenario_text_value(text, section, key, digits, sizeof digits) ||
        strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 9) {
        return false;
    }
    *number = 0;
    for (const char *digit = digits; *digit != '\0'; digit++) {
        *number = *number * 10 + (uint32_t)(*digit - '0');
    }
    return true;
}

/** Reads a row `- [2ms, 45ms]`; returns how many durations it has, 0 for another line. */
static uint32_t read_row(const char *line, uint32_t count_max, int64_t *delay_ns) {
    static const char start[] = "    - [";
    if (strncmp(line, start, sizeof start - 1) != 0) {
        return 0;
    }
    const char *end = line_end(line);
    uint32_t count = 0;
    for (const char *from = line + sizeof start - 1; from < end && count < count_max;) {
        size_t size = strcspn(from, ",]\n");
        const char *why = NULL;
        if (!quantity_read_duration(from, size, &delay_ns[count], &why)) {
            return 0;
        }
        count++;
        from += size;
        from += strspn(from, ",] ");
    }
    return count;
}

bool scenario_text_latency(const char *text, uint32_t count, int64_t *delay_ns) {
    const char *regions = find_value(text, 0, "regions");
    const char *line = regions == NULL ? NULL : find_value(line_next(regions), 2, "latency");
    if (line == NULL) {
        return false;
    }
    for (uint32_t row = 0; row < count; row++) {
        line = line_next(line);
        if (read_row(line, count, delay_ns + (size_t)row * count) != count) {
            return false;
        }
    }
    return true;
}
