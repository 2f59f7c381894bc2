#include "analysis/spill_sort.h"

#include "base/check.h"
#include "base/sort.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ITEM_BYTES_MAX = 64,
    // A page that is touched first costs as much as sorting what fits in it, so what is more than
    // a little comes in pages of 2 MiB (base/arena.c).
    ITEMS_FIRST = 4096,
    BYTES_LARGE = 1 << 22,
    BYTES_LARGE_OF_WORDS = 1 << 21,
    BYTES_SMALL_MAX = 1 << 18,
    WRITE_BYTES = 1 << 18,
    READ_BYTES_MIN = 4096
};

/** Items in ascending order in the file. */
struct spilled_run {
    uint64_t first; // number of the first item in the file
    uint64_t count;
    uint64_t loaded;       // items that have been in the buffer, those in it among them
    unsigned char *buffer; // [merge_items]
    uint32_t used;         // items of the buffer that are done with
    uint32_t have;         // items in the buffer
};

/** The next item of a run, in a heap with the least one first. */
struct merge_place {
    uint64_t key;
    uint32_t run;
};

struct spill_sort {
    struct spill_sort_options options;
    struct pool pool;
    uint64_t count;
    unsigned char *items; // [capacity] in the order of pushing
    uint32_t capacity;
    uint32_t room;           // items that may be pushed, of these
    uint32_t item_count;     // in memory
    bool by_order;           // sorted, they lie as `order` says, and not one behind the other
    struct sort_item *order; // of the items in memory
    size_t order_bytes;      // that, and room to sort; words have theirs behind the items
    uint64_t next;           // place in `order`
    int file;                // −1: all is in memory
    int error;               // errno of the first failure, or 0
    unsigned char *gathered; // [WRITE_BYTES], a run on its way to the file
    struct spilled_run *runs;
    uint32_t run_count;
    uint32_t run_capacity;
    struct merge_place *heap; // [run_count]
    uint32_t heap_count;
    uint32_t given; // items of the run at the top of the heap that have been
    uint32_t merge_items;
};

struct spill_sort *spill_sort_create(const struct spill_sort_options *options) {
    CHECK(options->item_bytes % sizeof(uint64_t) == 0);
    CHECK(options->item_bytes > 0);
    CHECK(options->item_bytes <= ITEM_BYTES_MAX);
    CHECK(options->items_max > 0);
    CHECK(options->key_shift < 64);
    struct spill_sort *sort = arena_take(options->arena, MEMORY_TABLES, sizeof *sort);
    sort->options = *options;
    sort->file = -1;
    pool_init(&sort->pool, options->arena, MEMORY_TABLES);
    return sort;
}

static void note(struct spill_sort *sort, int error) {
    if (sort->error == 0) {
        sort->error = error != 0 ? error : EIO;
    }
}

/** Copies an item without a call, for which items are too small: by the word, those of deliveries
 * at once. */
static inline void copy_item(const struct spill_sort *sort, unsigned char *to,
                             const unsigned char *from) {
    if (sort->options.item_bytes == 24) {
        memcpy(to, from, 24);
        return;
    }
    if (sort->options.item_bytes == 8) {
        memcpy(to, from, 8);
        return;
    }
    for (uint32_t at = 0; at < sort->options.item_bytes; at += sizeof(uint64_t)) {
        memcpy(to + at, from + at, sizeof(uint64_t));
    }
}

static inline uint64_t key_of(const struct spill_sort *sort, const unsigned char *item) {
    uint64_t word;
    memcpy(&word, item, sizeof word);
    return word >> sort->options.key_shift;
}

static inline const unsigned char *item_at(const struct spill_sort *sort, uint64_t index) {
    return sort->items + index * sort->options.item_bytes;
}

static bool has_words(const struct spill_sort *sort) {
    return sort->options.item_bytes == sizeof(uint64_t);
}

/** What an item takes of `items`: words have room there to be sorted, as large pages, which are
 * cleared as a whole, are well filled. */
static size_t taken_bytes(const struct spill_sort *sort) {
    return has_words(sort) ? 2 * sizeof(uint64_t) : sort->options.item_bytes;
}

static size_t large_bytes(const struct spill_sort *sort) {
    return has_words(sort) ? BYTES_LARGE_OF_WORDS : BYTES_LARGE;
}

/** Makes room for an order, and to sort it. What was there goes. */
static void make_order(struct spill_sort *sort, size_t bytes) {
    bytes = bytes > BYTES_SMALL_MAX && bytes < BYTES_LARGE ? BYTES_LARGE : bytes;
    if (bytes > sort->order_bytes) {
        pool_give(&sort->pool, sort->order, sort->order_bytes);
        sort->order = pool_take(&sort->pool, bytes);
        sort->order_bytes = bytes;
    }
}

/** True if some item in memory has a lower key than the one before it. */
static bool descends(const struct spill_sort *sort) {
    uint64_t last_key = 0;
    bool descends = false;
    for (uint32_t i = 0; i < sort->item_count && !descends; i++) {
        uint64_t key = key_of(sort, item_at(sort, i));
        descends = key < last_key;
        last_key = key;
    }
    return descends;
}

/** Puts the items in memory in order; they often are. */
static void sort_items(struct spill_sort *sort) {
    sort->by_order = descends(sort);
    if (!sort->by_order) {
        return;
    }
    if (has_words(sort)) {
        uint64_t *words = (uint64_t *)(void *)sort->items;
        sort_words(words, words + sort->capacity, sort->item_count, sort->options.key_shift);
        sort->by_order = false;
        return;
    }
    make_order(sort, (size_t)2 * sort->item_count * sizeof *sort->order);
    for (uint32_t i = 0; i < sort->item_count; i++) {
        sort->order[i] = (struct sort_item){key_of(sort, item_at(sort, i)), i};
    }
    sort_by_key(sort->order, sort->order + sort->item_count, sort->item_count);
}

/** The item at a place of the order. */
static const unsigned char *sorted_at(const struct spill_sort *sort, uint64_t place) {
    return item_at(sort, sort->by_order ? sort->order[place].value : place);
}

static void open_file(struct spill_sort *sort) {
    sort->file = open(sort->options.folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (sort->file < 0) {
        // The folder may be one that cannot be written, or a file system without nameless files.
        FILE *file = tmpfile();
        sort->file = file == NULL ? -1 : dup(fileno(file));
        if (file != NULL) {
            fclose(file);
        }
    }
    if (sort->file < 0) {
        note(sort, errno);
    }
}

static void write_all(struct spill_sort *sort, const unsigned char *bytes, size_t size) {
    while (size > 0 && sort->error == 0) {
        ssize_t written = write(sort->file, bytes, size);
        if (written < 0 && errno != EINTR) {
            note(sort, errno);
        } else if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

/** Appends the items in memory to the file as one more run. */
static void spill(struct spill_sort *sort) {
    if (sort->file < 0 && sort->error == 0) {
        open_file(sort);
    }
    if (sort->run_count == sort->run_capacity) {
        sort->runs = pool_grow(&sort->pool, sort->runs, &sort->run_capacity, sort->run_count + 1,
                               sizeof *sort->runs);
    }
    if (sort->gathered == NULL) {
        sort->gathered = pool_take(&sort->pool, WRITE_BYTES);
    }
    sort_items(sort);
    size_t item_bytes = sort->options.item_bytes;
    size_t filled = 0;
    for (uint32_t i = 0; i < sort->item_count; i++) {
        if (filled + item_bytes > WRITE_BYTES) {
            write_all(sort, sort->gathered, filled);
            filled = 0;
        }
        copy_item(sort, sort->gathered + filled, sorted_at(sort, i));
        filled += item_bytes;
    }
    write_all(sort, sort->gathered, filled);
    sort->runs[sort->run_count++] =
        (struct spilled_run){.first = sort->count - sort->item_count, .count = sort->item_count};
    sort->item_count = 0;
}

/** Makes room for more items, up to items_max. */
static __attribute__((noinline)) void make_room(struct spill_sort *sort) {
    uint32_t large = (uint32_t)(large_bytes(sort) / taken_bytes(sort));
    uint32_t wanted = sort->capacity == 0      ? ITEMS_FIRST
                      : sort->capacity < large ? large
                                               : sort->capacity + sort->capacity / 2;
    wanted = wanted < sort->options.items_max ? wanted : sort->options.items_max;
    sort->items = pool_grow(&sort->pool, sort->items, &sort->capacity, wanted, taken_bytes(sort));
    sort->room =
        sort->capacity < sort->options.items_max ? sort->capacity : sort->options.items_max;
}

void *spill_sort_place(struct spill_sort *sort) {
    if (sort->item_count == sort->room) {
        if (sort->item_count == sort->options.items_max) {
            spill(sort);
        } else {
            make_room(sort);
        }
    }
    sort->count++;
    return sort->items + (size_t)sort->item_count++ * sort->options.item_bytes;
}

void spill_sort_push(struct spill_sort *sort, const void *item) {
    memcpy(spill_sort_place(sort), item, sort->options.item_bytes);
}

/** Gives the memory of the items back and takes that of the merge from it. */
static void begin_merge(struct spill_sort *sort) {
    size_t item_bytes = sort->options.item_bytes;
    pool_give(&sort->pool, sort->items, sort->capacity * taken_bytes(sort));
    pool_give(&sort->pool, sort->order, sort->order_bytes);
    sort->items = NULL;
    sort->order = NULL;
    size_t each = SPILL_SORT_MERGE_BYTES / sort->run_count;
    each = each < READ_BYTES_MIN ? READ_BYTES_MIN : each;
    sort->merge_items = (uint32_t)(each / item_bytes);
    for (uint32_t i = 0; i < sort->run_count; i++) {
        uint64_t count = sort->runs[i].count;
        uint64_t wanted = count < sort->merge_items ? count : sort->merge_items;
        sort->runs[i].buffer = pool_take(&sort->pool, wanted * item_bytes);
    }
    sort->heap = pool_take(&sort->pool, sort->run_count * sizeof *sort->heap);
}

bool spill_sort_finish(struct spill_sort *sort, struct failure *failure) {
    if (sort->run_count == 0) {
        sort_items(sort);
    } else {
        if (sort->item_count > 0) {
            spill(sort);
        }
        begin_merge(sort);
    }
    spill_sort_rewind(sort);
    return spill_sort_ok(sort, failure);
}

static void read_all(struct spill_sort *sort, unsigned char *bytes, size_t size, uint64_t place) {
    while (size > 0 && sort->error == 0) {
        ssize_t got = pread(sort->file, bytes, size, (off_t)place);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            note(sort, got == 0 ? EIO : errno);
        } else if (got > 0) {
            bytes += got;
            size -= (size_t)got;
            place += (uint64_t)got;
        }
    }
}

/** Fills the buffer of a run that has more. */
static void load_run(struct spill_sort *sort, struct spilled_run *run) {
    size_t item_bytes = sort->options.item_bytes;
    uint64_t left = run->count - run->loaded;
    run->have = left < sort->merge_items ? (uint32_t)left : sort->merge_items;
    run->used = 0;
    read_all(sort, run->buffer, run->have * item_bytes, (run->first + run->loaded) * item_bytes);
    run->loaded += run->have;
}

static const unsigned char *first_of(const struct spill_sort *sort, uint32_t run) {
    return sort->runs[run].buffer + (size_t)sort->runs[run].used * sort->options.item_bytes;
}

/** Of equal keys the earlier run comes first, which was pushed first. */
static bool is_before(struct merge_place a, struct merge_place b) {
    return a.key < b.key || (a.key == b.key && a.run < b.run);
}

static void sink(struct spill_sort *sort, uint32_t place) {
    struct merge_place moved = sort->heap[place];
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= sort->heap_count) {
            break;
        }
        if (child + 1 < sort->heap_count && is_before(sort->heap[child + 1], sort->heap[child])) {
            child++;
        }
        if (!is_before(sort->heap[child], moved)) {
            break;
        }
        sort->heap[place] = sort->heap[child];
        place = child;
    }
    sort->heap[place] = moved;
}

void spill_sort_rewind(struct spill_sort *sort) {
    sort->next = 0;
    sort->given = 0;
    sort->heap_count = sort->run_count;
    for (uint32_t run = 0; run < sort->run_count && sort->error == 0; run++) {
        sort->runs[run].loaded = 0;
        load_run(sort, &sort->runs[run]);
        sort->heap[run] = (struct merge_place){key_of(sort, first_of(sort, run)), run};
    }
    for (uint32_t place = sort->heap_count / 2; place-- > 0;) {
        sink(sort, place);
    }
}

/** Steps over the items of the run at the top of the heap that were given. */
static void pass_given(struct spill_sort *sort) {
    uint32_t index = sort->heap[0].run;
    struct spilled_run *run = &sort->runs[index];
    run->used += sort->given;
    sort->given = 0;
    if (run->used == run->have && run->loaded < run->count) {
        load_run(sort, run);
    }
    if (run->used < run->have) {
        sort->heap[0].key = key_of(sort, first_of(sort, index));
    } else {
        sort->heap[0] = sort->heap[--sort->heap_count];
    }
    sink(sort, 0);
}

/** How many items of the run at the top come before those of all others, at most `most`: of items
 * that were almost in order when they were pushed, whole runs. */
static uint32_t count_ahead(const struct spill_sort *sort, uint32_t most) {
    struct merge_place top = sort->heap[0];
    const struct spilled_run *run = &sort->runs[top.run];
    const unsigned char *item = first_of(sort, top.run);
    uint32_t left = run->have - run->used;
    uint32_t count = 1;
    for (most = left < most ? left : most; count < most; count++) {
        top.key = key_of(sort, item += sort->options.item_bytes);
        if ((sort->heap_count > 1 && is_before(sort->heap[1], top)) ||
            (sort->heap_count > 2 && is_before(sort->heap[2], top))) {
            break;
        }
    }
    return count;
}

static uint32_t some_of_merge(struct spill_sort *sort, const void **items, uint32_t most) {
    if (sort->given > 0) {
        pass_given(sort);
    }
    bool more = sort->heap_count > 0 && sort->error == 0;
    sort->given = more ? count_ahead(sort, most) : 0;
    *items = more ? first_of(sort, sort->heap[0].run) : NULL;
    return sort->given;
}

const void *spill_sort_next(struct spill_sort *sort) {
    if (sort->run_count == 0) {
        return sort->next == sort->item_count ? NULL : sorted_at(sort, sort->next++);
    }
    const void *item = NULL;
    return some_of_merge(sort, &item, 1) == 0 ? NULL : item;
}

uint32_t spill_sort_some(struct spill_sort *sort, const void **items, uint32_t most) {
    if (sort->run_count > 0) {
        return some_of_merge(sort, items, most);
    }
    if (sort->by_order) {
        *items = spill_sort_next(sort);
        return *items == NULL ? 0 : 1;
    }
    uint32_t left = sort->item_count - (uint32_t)sort->next;
    uint32_t count = left < most ? left : most;
    *items = item_at(sort, sort->next);
    sort->next += count;
    return count;
}

bool spill_sort_ok(const struct spill_sort *sort, struct failure *failure) {
    return sort->error == 0 ||
           failure_running(failure, "cannot keep %llu items to be sorted in a file in %s: %s",
                           (unsigned long long)sort->count, sort->options.folder,
                           strerror(sort->error));
}

uint64_t spill_sort_count(const struct spill_sort *sort) {
    return sort->count;
}

void spill_sort_close(struct spill_sort *sort) {
    if (sort != NULL && sort->file >= 0) {
        close(sort->file);
        sort->file = -1;
    }
}
