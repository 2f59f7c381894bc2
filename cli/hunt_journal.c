#include "cli/hunt_journal.h"

#include "base/check.h"
#include "cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "gossim-hunt 1\n"
#define SYNC_EVERY_S 1.0

static double wall_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool explain(const struct hunt_journal *journal, struct failure *failure) {
    return files_explain(failure, "cannot keep", journal->path);
}

/** Opens the file and takes hold of it. What a call that was just killed left running takes a
 * moment to end. */
static bool take_hold(struct hunt_journal *journal, struct failure *failure) {
    enum { TRIES = 50, PAUSE_NS = 20000000 };
    journal->file = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (journal->file < 0) {
        return explain(journal, failure);
    }
    for (int i = 0; i < TRIES; i++) {
        if (flock(journal->file, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    return failure_bad_input(failure, "%s is in use: another gossim hunt works there",
                             journal->path);
}

static bool write_all(const struct hunt_journal *journal, const char *text, size_t size,
                      struct failure *failure) {
    return files_write(journal->file, text, size) || explain(journal, failure);
}

/** Brings the file to the disk, once a second at most. */
static bool sync_now_and_then(struct hunt_journal *journal, struct failure *failure) {
    double now_s = wall_s();
    if (now_s - journal->synced_s < SYNC_EVERY_S) {
        return true;
    }
    journal->synced_s = now_s;
    return fdatasync(journal->file) == 0 || explain(journal, failure);
}

/** All that the file holds, NUL-terminated; to be freed. */
static char *read_all(const struct hunt_journal *journal, size_t *size, struct failure *failure) {
    off_t end = lseek(journal->file, 0, SEEK_END);
    char *text = end < 0 ? NULL : malloc((size_t)end + 1);
    if (text == NULL) {
        failure_running(failure, "%s: %s", journal->path, strerror(errno));
        return NULL;
    }
    *size = 0;
    while (*size < (size_t)end) {
        ssize_t got = pread(journal->file, text + *size, (size_t)end - *size, (off_t)*size);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
    text[*size] = '\0';
    return text;
}

static bool add_finding(struct hunt_journal *journal, const struct hunt_finding *finding) {
    if (journal->finding_count == journal->finding_capacity) {
        size_t capacity = journal->finding_capacity == 0 ? 16 : 2 * journal->finding_capacity;
        struct hunt_finding *findings = realloc(journal->findings, capacity * sizeof *findings);
        if (findings == NULL) {
            return false;
        }
        journal->findings = findings;
        journal->finding_capacity = capacity;
    }
    size_t at = journal->finding_count++;
    for (; at > 0 && journal->findings[at - 1].seed > finding->seed; at--) {
        journal->findings[at] = journal->findings[at - 1];
    }
    journal->findings[at] = *finding;
    return seed_set_add(&journal->done, (struct seed_range){finding->seed, finding->seed});
}

static bool read_met(struct hunt_journal *journal, const char *line) {
    struct seed_range range;
    int used = 0;
    while (sscanf(line, " %" SCNu64 "%n", &range.first, &used) == 1) {
        line += used;
        range.last = range.first;
        if (sscanf(line, "..%" SCNu64 "%n", &range.last, &used) == 1) {
            line += used;
        }
        if (range.last < range.first || !seed_set_add(&journal->done, range)) {
            return false;
        }
    }
    return *line == '\0';
}

static bool read_failed(struct hunt_journal *journal, const char *line) {
    struct hunt_finding finding = {0};
    int kind = 0;
    int used = 0;
    int count = sscanf(
        line, "%" SCNu64 " %d %d %" SCNu64 " %" SCNu64 " %16" SCNx64 "%16" SCNx64 " %" SCNx64 " %n",
        &finding.seed, &kind, &finding.key.signal, &finding.events, &finding.nodes,
        &finding.digest.high, &finding.digest.low, &finding.key.hash, &used);
    if (count != 8 || kind <= OUTCOME_MET || kind >= OUTCOME_REFUSED) {
        return false;
    }
    finding.key.kind = (enum outcome_kind)kind;
    snprintf(finding.text, sizeof finding.text, "%s", line + used);
    return seed_set_has(&journal->done, finding.seed) || add_finding(journal, &finding);
}

static bool refuse_line(const struct hunt_journal *journal, uint32_t number,
                        struct failure *failure) {
    failure_bad_input(failure, "this is no line of a hunt's journal; remove the file, or name "
                               "another folder with --out");
    snprintf(failure->file, sizeof failure->file, "%s", journal->path);
    failure->line = number;
    return false;
}

/** Reads the lines of a journal from its third on, up to `past`, where the last one has ended. */
static bool read_lines(struct hunt_journal *journal, char *text, const char *past,
                       struct failure *failure) {
    for (uint32_t number = 3; text < past; number++) {
        char *end = memchr(text, '\n', (size_t)(past - text));
        CHECK(end != NULL);
        *end = '\0';
        bool ok = strncmp(text, "met", 3) == 0
                      ? read_met(journal, text + 3)
                      : strncmp(text, "failed ", 7) == 0 && read_failed(journal, text + 7);
        // A NUL would hide what is behind it.
        if (!ok || strlen(text) != (size_t)(end - text)) {
            return refuse_line(journal, number, failure);
        }
        text = end + 1;
    }
    return true;
}

/** Begins a journal. */
static bool begin(const struct hunt_journal *journal, const char *identity,
                  struct failure *failure) {
    return (ftruncate(journal->file, 0) == 0 || explain(journal, failure)) &&
           write_all(journal, FIRST_LINE, strlen(FIRST_LINE), failure) &&
           write_all(journal, identity, strlen(identity), failure) &&
           (fdatasync(journal->file) == 0 || explain(journal, failure));
}

static bool refuse_other(const struct hunt_journal *journal, const char *other,
                         const char *identity, struct failure *failure) {
    enum { MOST = 100 };
    size_t size = strcspn(other, "\n");
    return failure_bad_input(
        failure,
        "%s is the journal of another hunt (%.*s, and this is %.*s); name another folder with "
        "--out, or remove it",
        journal->path, size < MOST ? (int)size : MOST, other, (int)strcspn(identity, "\n"),
        identity);
}

/** Takes in what the file holds, `text[size]` with a NUL behind it. */
static bool take_in(struct hunt_journal *journal, char *text, size_t size, const char *identity,
                    struct failure *failure) {
    size_t first = strlen(FIRST_LINE);
    size_t compared = size < first ? size : first;
    if (memcmp(text, FIRST_LINE, compared) != 0) {
        return failure_bad_input(failure, "%s is no journal of a hunt", journal->path);
    }
    size_t whole = size; // without a last line that has no end
    while (whole > 0 && text[whole - 1] != '\n') {
        whole--;
    }
    if (whole <= first) {
        return begin(journal, identity, failure); // made just now, or by a call that ended at once
    }
    if (whole < first + strlen(identity) ||
        strncmp(text + first, identity, strlen(identity)) != 0) {
        return refuse_other(journal, text + first, identity, failure);
    }
    if (whole < size && ftruncate(journal->file, (off_t)whole) != 0) {
        return explain(journal, failure);
    }
    return read_lines(journal, text + first + strlen(identity), text + whole, failure);
}

bool hunt_journal_open(struct hunt_journal *journal, const char *folder, const char *identity,
                       struct failure *failure) {
    *journal = (struct hunt_journal){.file = -1};
    if (folder[0] == '\0') {
        return failure_bad_input(failure, "--out: the name of the folder is empty");
    }
    if (asprintf(&journal->path, "%s/hunt.log", folder) < 0) {
        journal->path = NULL;
        return failure_running(failure, "out of memory");
    }
    struct stat status;
    bool there = stat(folder, &status) == 0;
    if (there && S_ISDIR(status.st_mode) && access(journal->path, F_OK) != 0 &&
        !files_is_empty_folder(folder)) {
        return failure_bad_input(
            failure, "%s is not empty and holds no hunt; name another folder with --out", folder);
    }
    if ((!there && !files_make_folder(folder, NULL, failure)) || !take_hold(journal, failure)) {
        return false;
    }
    size_t size = 0;
    char *text = read_all(journal, &size, failure);
    bool ok = text != NULL && take_in(journal, text, size, identity, failure);
    free(text);
    journal->synced_s = wall_s();
    return ok;
}

static bool add_failed(struct hunt_journal *journal, uint64_t seed, const struct outcome *outcome,
                       struct failure *failure) {
    struct hunt_finding finding = {
        .seed = seed,
        .key = outcome_key_of(outcome),
        .events = outcome->events,
        .nodes = outcome->nodes,
        .digest = outcome->digest,
    };
    char digest[DIGEST_TEXT_SIZE];
    char line[1024];
    outcome_describe(outcome, finding.text, sizeof finding.text);
    for (char *at = finding.text; *at != '\0'; at++) {
        *at = *at == '\n' ? ' ' : *at;
    }
    int size = snprintf(
        line, sizeof line, "failed %" PRIu64 " %d %d %" PRIu64 " %" PRIu64 " %s %" PRIx64 " %s\n",
        seed, (int)finding.key.kind, finding.key.signal, finding.events, finding.nodes,
        digest_write(finding.digest, digest), finding.key.hash, finding.text);
    CHECK(size > 0);
    CHECK((size_t)size < sizeof line);
    return (add_finding(journal, &finding) || failure_running(failure, "out of memory")) &&
           write_all(journal, line, (size_t)size, failure) && sync_now_and_then(journal, failure);
}

bool hunt_journal_add(struct hunt_journal *journal, uint64_t seed, const struct outcome *outcome,
                      struct failure *failure) {
    if (outcome_is_failure(outcome)) {
        return add_failed(journal, seed, outcome, failure);
    }
    const struct seed_range one = {seed, seed};
    return (seed_set_add(&journal->done, one) && seed_set_add(&journal->unwritten, one)) ||
           failure_running(failure, "out of memory");
}

bool hunt_journal_end(struct hunt_journal *journal, struct failure *failure) {
    return hunt_journal_flush(journal, failure) &&
           (fdatasync(journal->file) == 0 || explain(journal, failure));
}

bool hunt_journal_flush(struct hunt_journal *journal, struct failure *failure) {
    char *line = NULL;
    size_t size = 0;
    if (journal->unwritten.count == 0) {
        return true;
    }
    FILE *out = open_memstream(&line, &size);
    if (out == NULL) {
        return failure_running(failure, "out of memory");
    }
    fputs("met", out);
    for (size_t i = 0; i < journal->unwritten.count; i++) {
        const struct seed_range *range = &journal->unwritten.ranges[i];
        fprintf(out, " %" PRIu64, range->first);
        if (range->last > range->first) {
            fprintf(out, "..%" PRIu64, range->last);
        }
    }
    fputc('\n', out);
    bool ok = fclose(out) == 0 || failure_running(failure, "out of memory");
    ok = ok && write_all(journal, line, size, failure);
    free(line);
    journal->unwritten.count = 0;
    return ok && sync_now_and_then(journal, failure);
}

void hunt_journal_forget(struct hunt_journal *journal) {
    if (journal->file >= 0) {
        close(journal->file);
        journal->file = -1;
    }
}

void hunt_journal_close(struct hunt_journal *journal) {
    hunt_journal_forget(journal);
    seed_set_finish(&journal->done);
    seed_set_finish(&journal->unwritten);
    free(journal->findings);
    free(journal->path);
    *journal = (struct hunt_journal){.file = -1};
}
