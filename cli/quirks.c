#include "base/check.h"
#include "cli/command.h"
#include "cli/paragraph.h"
#include "cli/standard_options.h"
#include "router/profile.h"

#include <argp.h>
#include <jansson.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEY_JSON = 1000, KEY_PROFILE };

enum {
    COLUMNS_DEFAULT = 100, // where nobody says how wide the output is
    TEXT_COLUMNS_MIN = 28, // a sentence gets at least these, however narrow the terminal
    NAMES_SIZE = 80,
};

static const struct argp_option options[] = {
    {.name = "json", .key = KEY_JSON, .doc = "print the table as JSON"},
    {.name = "profile",
     .key = KEY_PROFILE,
     .arg = "NAME",
     .doc = "only the departures of this profile"},
    {0},
};

struct quirks_request {
    const struct profile *only; // NULL: all profiles
    bool json;
};

/** How wide the columns of the table are, in characters. */
struct quirk_columns {
    int number;
    int name;
    int profiles;
    int indent; // of the last one
    int width;  // of all
};

static const struct profile *find_profile(struct argp_state *state, const char *name) {
    const struct profile *profile = profile_find(name, strlen(name));
    if (profile == NULL) {
        char names[NAMES_SIZE] = "";
        size_t used = 0;
        for (size_t i = 0; i < profile_count; i++) {
            used += (size_t)snprintf(names + used, sizeof names - used, " %s", profiles[i].name);
            CHECK(used < sizeof names);
        }
        argp_error(state, "unknown profile '%s'; there are:%s", name, names);
    }
    return profile;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct quirks_request *request = state->input;
    switch (key) {
    case KEY_JSON:
        request->json = true;
        return 0;
    case KEY_PROFILE:
        request->only = find_profile(state, argument);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "takes options alone, not '%s'", argument);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .doc = "List where the router of nim-libp2p of July 2020 departs from the specification. "
           "Those with a name are switches for `router.quirks` of a scenario.",
};

static bool is_wanted(const struct quirks_request *request, const struct quirk_row *row) {
    return request->only == NULL || profile_departs(request->only, row);
}

static json_t *row_as_json(const struct quirk_row *row) {
    bool has_switch = row->quirk != QUIRK_COUNT;
    json_t *object = json_object();
    json_t *names = json_array();
    for (size_t i = 0; i < profile_count; i++) {
        if (profile_departs(&profiles[i], row)) {
            json_array_append_new(names, json_string(profiles[i].name));
        }
    }
    json_object_set_new(object, "number", json_string(row->number));
    json_object_set_new(object, "name", has_switch ? json_string(row->name) : json_null());
    json_object_set_new(object, "major", json_boolean(row->major));
    json_object_set_new(object, "profiles", names);
    json_object_set_new(object, "sentence", json_string(row->sentence));
    json_object_set_new(object, "reason", has_switch ? json_null() : json_string(row->reason));
    return object;
}

static void print_json(const struct quirks_request *request) {
    json_t *rows = json_array();
    for (size_t i = 0; i < quirk_row_count; i++) {
        if (is_wanted(request, &quirk_rows[i])) {
            json_array_append_new(rows, row_as_json(&quirk_rows[i]));
        }
    }
    json_dumpf(rows, stdout, JSON_INDENT(2));
    json_decref(rows);
    putchar('\n');
}

/** The names of the profiles that depart as the row says, or a dash, in `out[NAMES_SIZE]`. */
static const char *profiles_of(const struct quirk_row *row, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < profile_count; i++) {
        if (profile_departs(&profiles[i], row)) {
            used += (size_t)snprintf(out + used, NAMES_SIZE - used, "%s%s", used == 0 ? "" : ", ",
                                     profiles[i].name);
            CHECK(used < NAMES_SIZE);
        }
    }
    if (used == 0) {
        snprintf(out, NAMES_SIZE, "–");
    }
    return out;
}

static int max_of(int a, int b) {
    return a > b ? a : b;
}

static struct quirk_columns measure(const struct quirks_request *request) {
    struct quirk_columns columns = {.profiles = text_columns("profiles")};
    char names[NAMES_SIZE];
    for (size_t i = 0; i < quirk_row_count; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        if (is_wanted(request, row)) {
            columns.number = max_of(columns.number, text_columns(row->number));
            columns.name = max_of(columns.name, text_columns(row->name));
            columns.profiles = max_of(columns.profiles, text_columns(profiles_of(row, names)));
        }
    }
    struct winsize window = {0};
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    int width = told ? window.ws_col : COLUMNS_DEFAULT;
    // The gaps between the columns, and the star.
    columns.indent = columns.number + 1 + 2 + columns.name + 2 + columns.profiles + 2;
    columns.width = max_of(width, columns.indent + TEXT_COLUMNS_MIN);
    return columns;
}

/** The four columns before the last. */
static void print_beginning(const struct quirk_columns *columns, const char *const cells[4]) {
    text_print_padded(cells[0], columns->number + 1, stdout);
    text_print_padded(cells[1], 2, stdout);
    text_print_padded(cells[2], columns->name + 2, stdout);
    text_print_padded(cells[3], columns->profiles + 2, stdout);
}

static void print_row(const struct quirk_columns *columns, const struct quirk_row *row) {
    char names[NAMES_SIZE];
    bool has_switch = row->quirk != QUIRK_COUNT;
    const char *const cells[4] = {row->number, row->major ? "★" : "", has_switch ? row->name : "–",
                                  profiles_of(row, names)};
    print_beginning(columns, cells);
    paragraph_print(row->sentence, columns->width, columns->indent, stdout);
    if (!has_switch) {
        char reason[256];
        snprintf(reason, sizeof reason, "(%s)", row->reason);
        printf("%*s", columns->indent, "");
        paragraph_print(reason, columns->width, columns->indent, stdout);
    }
}

static void print_table(const struct quirks_request *request) {
    uint32_t count = 0;
    struct quirk_columns columns = measure(request);
    static const char *const heading[4] = {"", "★", "name", "profiles"};
    for (size_t i = 0; i < quirk_row_count; i++) {
        if (!is_wanted(request, &quirk_rows[i])) {
            continue;
        }
        if (count++ == 0) {
            print_beginning(&columns, heading);
            puts("what the router does");
        }
        print_row(&columns, &quirk_rows[i]);
    }
    if (count == 0) {
        printf("The profile %s does as the specification says.\n", request->only->name);
    } else {
        puts("\n★ changes results in ordinary runs of the 2020 router alone.\n"
             "– has no switch, for the reason in brackets. A scenario switches the others\n"
             "by name or number, as in `router: {quirks: {echo: false, Q37: true}}`.");
    }
}

int command_quirks(int argument_count, char **arguments) {
    struct quirks_request request = {0};
    if (standard_parse(&argp, argument_count, arguments, &request) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    if (request.json) {
        print_json(&request);
    } else {
        print_table(&request);
    }
    return standard_output_end();
}
