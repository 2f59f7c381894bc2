#include "cli/search.h"

#include "analysis/figure_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const struct search_step *step_of(const struct search_report *report, uint32_t value) {
    const struct search_step *step = report->steps;
    while (step->value != value) {
        step++;
    }
    return step;
}

static const char *path_of(const struct search_report *report) {
    return report->study->points.sweep->parameters[0].path;
}

/** Adds to a text that may be full. */
static __attribute__((format(printf, 2, 3))) void add(char *out, const char *format, ...) {
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, SEARCH_TEXT_SIZE - used, format, arguments);
    va_end(arguments);
}

/** `1 run`, `8 runs` */
static void add_count(uint32_t count, const char *thing, char *out) {
    add(out, "%" PRIu32 " %s%s", count, thing, figure_noun(count, "", "s"));
}

/** `8 (67 of 67 runs)` */
static void add_value(const struct search_report *report, uint32_t value, char *out) {
    const struct search_step *step = step_of(report, value);
    add(out, "%s (%" PRIu32 " of ", search_value(report, value), step->met);
    add_count(step->runs, "run", out);
    add(out, ")");
}

/** Values between two, neither included. */
struct stretch {
    uint32_t first;
    uint32_t end;
};

/** What lies between the last that is known to fail and the first that is known to hold. */
static struct stretch doubtful(const struct search_report *report) {
    const struct value_result *result = &report->result;
    bool largest = report->options->largest;
    uint32_t low = largest ? result->answer : result->known_fails;
    uint32_t high = largest ? result->known_fails : result->answer;
    return (struct stretch){low == VALUE_NONE ? 0 : low + 1,
                            high == VALUE_NONE ? report->search.count : high};
}

static uint32_t count_of(const struct search_report *report, struct stretch stretch,
                         enum value_answer answer) {
    uint32_t count = 0;
    for (uint32_t value = stretch.first; value < stretch.end; value++) {
        count += report->search.answers[value] == answer ? 1 : 0;
    }
    return count;
}

/** Names the values that stayed undecided: all, or the first few of them. */
static void add_undecided(const struct search_report *report, struct stretch stretch, char *out) {
    enum { NAMED_MAX = 5 };
    uint32_t count = count_of(report, stretch, VALUE_UNDECIDED);
    uint32_t named = 0;
    for (uint32_t value = stretch.first; value < stretch.end && named < NAMED_MAX; value++) {
        if (report->search.answers[value] != VALUE_UNDECIDED) {
            continue;
        }
        named++;
        add(out, "%s", named == 1 ? "" : named == count ? " and " : ", ");
        add_value(report, value, out);
    }
    if (count > named) {
        add(out, " and ");
        add_count(count - named, "other", out);
    }
    add(out, " stayed undecided");
}

/** Why values stay undecided. */
static void add_reason(const struct search_report *report, char *out) {
    uint32_t most = report->options->max_repeat;
    uint32_t to_meet = share_least_runs(&report->question, true);
    uint32_t to_fail = share_least_runs(&report->question, false);
    double percent = 100 * report->question.share;
    if (most >= to_meet && most >= to_fail) {
        add(out, " ");
        add_count(most, "run", out);
        add(out, " of a value did not tell on which side of %.4g %% its share is.", percent);
        return;
    }
    add(out, " With this confidence ");
    add_count(most, "run", out);
    if (most < to_meet && most < to_fail) {
        add(out,
            " of a value cannot tell anything: at least %" PRIu32 " %s needed to show that it "
            "meets the expectations, and %" PRIu32 " to show that it fails",
            to_meet, figure_noun(to_meet, "is", "are"), to_fail);
    } else if (most < to_meet) {
        add(out,
            " of a value cannot show that it meets the expectations, even if all do: at least "
            "%" PRIu32 " %s needed",
            to_meet, figure_noun(to_meet, "is", "are"));
    } else {
        add(out,
            " of a value cannot show that it fails, even if all do: at least %" PRIu32 " %s needed",
            to_fail, figure_noun(to_fail, "is", "are"));
    }
    add(out, " (--max-repeat).");
}

/** What lies between the values that are known, where something stayed undecided. */
static void add_doubt(const struct search_report *report, char *out) {
    const struct value_result *result = &report->result;
    bool largest = report->options->largest;
    const char *path = path_of(report);
    add(out, "Undecided: ");
    if (result->answer != VALUE_NONE) {
        add(out, "the %s %s that is known to meet the expectations is ",
            largest ? "largest" : "smallest", path);
        add_value(report, result->answer, out);
    } else {
        add(out, "no %s is known to meet the expectations", path);
    }
    if (result->known_fails != VALUE_NONE) {
        add(out, ", the %s that is known to fail is ", largest ? "smallest" : "largest");
        add_value(report, result->known_fails, out);
    } else {
        add(out, ", and none %sto fail",
            result->answer == VALUE_NONE ? ""
            : largest                    ? "above it "
                                         : "below it ");
    }
    add(out, ".");
    struct stretch stretch = doubtful(report);
    uint32_t undecided = count_of(report, stretch, VALUE_UNDECIDED);
    uint32_t untried = count_of(report, stretch, VALUE_UNKNOWN);
    if (undecided > 0) {
        add(out, " Of the values in doubt, ");
        add_undecided(report, stretch, out);
        if (untried > 0) {
            add(out, ", and %" PRIu32 " %s not tried", untried,
                figure_noun(untried, "was", "were"));
        }
        add(out, ".");
        add_reason(report, out);
    } else {
        add(out, " ");
        add_count(untried, "value", out);
        add(out, " between them %s not tried.", figure_noun(untried, "was", "were"));
    }
}

/** The near end holds: what others do. */
static void add_first(const struct search_report *report, char *out) {
    const struct value_result *result = &report->result;
    bool largest = report->options->largest;
    uint32_t far = largest ? 0 : report->search.count - 1;
    struct stretch all = {0, report->search.count};
    add(out, "The %s %s of the range meets the expectations, ", largest ? "largest" : "smallest",
        path_of(report));
    add_value(report, result->answer, out);
    if (report->search.answers[far] == VALUE_FAILS) {
        add(out, ", and the %s fails, ", largest ? "smallest" : "largest");
        add_value(report, far, out);
        add(out, ". Usually the question is which is the %s that meets them, --find %s.",
            largest ? "smallest" : "largest", largest ? "min" : "max");
    } else if (result->last_fails != VALUE_NONE) {
        add(out, ". But it is not monotone: ");
        add_value(report, result->last_fails, out);
        add(out, " fails");
        if (result->holds_again != VALUE_NONE) {
            bool undecided = count_of(report, all, VALUE_UNDECIDED) > 0;
            add(out, ", and from ");
            add_value(report, result->holds_again, out);
            add(out, " %s those that were tried meet them again%s", largest ? "down" : "up",
                undecided ? ", or are undecided" : "");
        }
        add(out, ".");
    } else {
        add(out, ". Of the others, ");
        add_undecided(report, all, out);
        add(out, ".");
        add_reason(report, out);
    }
}

/** All that were tried go the same way. */
static void add_same(const struct search_report *report, char *out) {
    uint32_t tried = report->search.tried;
    bool meet = report->result.outcome == VALUE_ALL;
    bool whole = tried == report->search.count;
    uint32_t end = meet == report->options->largest ? report->search.count - 1 : 0;
    if (tried == 1) {
        add(out, "The only %s of the range %s the expectations, ", path_of(report),
            meet ? "meets" : "fails");
    } else if (meet) {
        add(out, "All %" PRIu32 " values of %s %s meet the expectations, the %s with them, ", tried,
            path_of(report), whole ? "in the range" : "that were tried",
            report->options->largest ? "largest" : "smallest");
    } else {
        add(out,
            "No %s of the range %smeets the expectations: all %" PRIu32 " fail, the %s with "
            "them, ",
            path_of(report), whole ? "" : "that was tried ", tried,
            report->options->largest ? "smallest" : "largest");
    }
    add_value(report, end, out);
    add(out, ".");
}

const char *search_sentence(const struct search_report *report, char *out) {
    const struct value_result *result = &report->result;
    bool in_doubt = result->not_monotone && report->search.tried < report->search.count;
    out[0] = '\0';
    switch (result->outcome) {
    case VALUE_FOUND:
        add(out, "The %s %s that %s the expectations is ",
            report->options->largest ? "largest" : "smallest", path_of(report),
            in_doubt ? "was found to meet" : "meets");
        add_value(report, result->answer, out);
        add(out, "; ");
        add_value(report, result->known_fails, out);
        add(out, " fails.");
        break;
    case VALUE_FIRST:
        add_first(report, out);
        return out;
    case VALUE_ALL:
    case VALUE_NOWHERE:
        add_same(report, out);
        break;
    case VALUE_IN_DOUBT:
        add_doubt(report, out);
        break;
    }
    if (result->not_monotone) {
        add(out, " But it is not monotone: ");
        add_value(report, result->holds, out);
        add(out, " meets them, and ");
        add_value(report, result->yet_fails, out);
        add(out, " fails.");
    }
    return out;
}

bool search_infers(const struct search_report *report) {
    const struct value_result *result = &report->result;
    return report->search.tried < report->search.count && !result->not_monotone &&
           result->outcome != VALUE_FIRST;
}

/** What is said of values that were not tried, and why. */
static void add_inference(const struct search_report *report, char *out) {
    if (report->result.outcome == VALUE_FIRST) {
        add(out, " The answer is the end of the range and needs no others, of which nothing is "
                 "known.");
    } else if (report->result.not_monotone) {
        add(out,
            " As these are not monotone, of the others nothing is known: also a %s one may "
            "meet the expectations.",
            report->options->largest ? "larger" : "smaller");
    } else {
        add(out,
            " What is said of the whole range is inferred: it is assumed that the expectations "
            "are monotone in %s, and met at all %s values once they are met. The tries agree with "
            "that, and do not prove it; the confidence does not cover it.",
            path_of(report), report->options->largest ? "smaller" : "larger");
    }
    if (report->result.stopped) {
        add(out, " The search ended as the tries were used up that its confidence is shared out "
                 "between.");
    }
    add(out, " --all tries every value.");
}

/** `10s to 14s meet, 16s fails, 20s meets`: what was tried, in the order of values. */
static void add_stretches(const struct search_report *report, char *out) {
    enum { NAMED_MAX = 12 };
    static const char *const words[][2] = {
        [VALUE_HOLDS] = {"meets", "meet"},
        [VALUE_FAILS] = {"fails", "fail"},
        [VALUE_UNDECIDED] = {"is undecided", "are undecided"},
    };
    const enum value_answer *answers = report->search.answers;
    uint32_t named = 0;
    for (uint32_t first = 0; first < report->search.count; first++) {
        if (answers[first] == VALUE_UNKNOWN) {
            continue;
        }
        uint32_t last = first;
        while (last + 1 < report->search.count && answers[last + 1] == answers[first]) {
            last++;
        }
        if (named++ == NAMED_MAX) {
            add(out, ", and so on");
            return;
        }
        add(out, "%s%s", named == 1 ? "" : ", ", search_value(report, first));
        if (last > first) {
            add(out, " to %s", search_value(report, last));
        }
        add(out, " %s", words[answers[first]][last > first]);
        first = last;
    }
}

const char *search_basis(const struct search_report *report, char *out) {
    uint32_t tried = report->search.tried;
    uint32_t count = report->search.count;
    out[0] = '\0';
    add(out, "Tried: ");
    if (tried == count) {
        add(out, "%s", count == 1 ? "the only value" : "all ");
        if (count > 1) {
            add_count(count, "value", out);
        }
        add(out, " of the range; nothing is inferred.");
    } else {
        add(out, "%" PRIu32 " of ", tried);
        add_count(count, "value", out);
        add(out, ".");
        add_inference(report, out);
    }
    if (report->result.not_monotone) {
        add(out, " In order: ");
        add_stretches(report, out);
        add(out, ".");
    }
    return out;
}
