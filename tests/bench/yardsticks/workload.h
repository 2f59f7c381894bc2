/**
 * A workload as the yardsticks read it, and the world that it describes.
 *
 * The file has a word and whole numbers a line, times in µs. A header says how large all is
 * (`nodes`, `links`, `messages`, `until_us`, `heartbeat_us`, `payload`, and the parameters of the
 * mesh); then come, in any order, `phase NODE US`, when a node's first heartbeat is, `link A B US`,
 * how long a packet takes either way, and `pub MESSAGE NODE US`, who publishes when, by time.
 * generate.c makes such files, and so does `gossim bench`, of its own graph.
 *
 * Limits: 128 messages, as a set of them is a word of 128 bits; five windows of history.
 * Memory: 128 bytes a node, 32 a link.
 */
#ifndef GOSSIM_TESTS_BENCH_YARDSTICKS_WORKLOAD_H
#define GOSSIM_TESTS_BENCH_YARDSTICKS_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGES_MAX = 128, WINDOWS = 5, ALIGNMENT = 64, WORD_SIZE = 32 };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
/** Messages, one bit each. */
typedef unsigned __int128 message_set;
#pragma GCC diagnostic pop

enum { LINK_SUBSCRIBED = 1, LINK_IN_MESH = 2 };

/** A link as one of its ends sees it. */
struct half_link {
    uint32_t peer;
    uint32_t reverse; // the half at the other end
    uint32_t delay_us;
    uint32_t flags;
};

struct node {
    message_set seen;
    message_set history[WINDOWS]; // the newest first
    uint64_t random;
    uint32_t first; // of its half links
    uint32_t degree;
    uint32_t mesh_size;
    uint32_t unused;
};

/** What an event is about; also the kinds that are counted. */
enum kind {
    KIND_SUBSCRIBE = 1,
    KIND_GRAFT,
    KIND_PRUNE,
    KIND_IHAVE,
    KIND_IWANT,
    KIND_MESSAGE,
    KIND_HEARTBEAT,
    KIND_COUNT
};

struct world {
    uint32_t node_count;
    uint32_t link_count;
    uint32_t message_count;
    uint32_t d;
    uint32_t d_low;
    uint32_t d_high;
    uint32_t d_lazy;
    uint32_t windows;
    uint32_t gossip_windows;
    uint32_t payload_bytes;
    uint64_t until_us;
    uint64_t heartbeat_us;
    struct half_link *half_links;
    struct node *nodes;
    uint32_t *phase_us;     // [node_count]
    uint32_t *origin;       // [message_count]
    uint64_t *published_us; // [message_count]
    uint64_t counts[KIND_COUNT];
    uint64_t deliveries;
    uint64_t duplicates;
    uint64_t check; // of who got which message when: equal for engines that do the same
    uint64_t latency_us_sum;
    uint64_t latency_us_max;
    double loaded_s; // processor time until the world stood
};

static inline double clock_s(clockid_t which) {
    struct timespec time;
    clock_gettime(which, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/** The finaliser of SplitMix64. */
static inline uint64_t mix(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

#define GOLDEN_RATIO UINT64_C(0x9E3779B97F4A7C15)

/** The next number below a bound of a stream, which is its state. */
static inline uint32_t draw(uint64_t *stream, uint32_t bound) {
    *stream += GOLDEN_RATIO;
    return (uint32_t)(((mix(*stream) >> 32) * bound) >> 32);
}

static inline void refuse(const char *why) {
    fprintf(stderr, "workload: %s\n", why);
    exit(2);
}

/** Memory of zeros that begins at a line of the cache. */
static inline void *take(uint64_t count, size_t size) {
    void *memory = NULL;
    if (posix_memalign(&memory, ALIGNMENT, count * size + ALIGNMENT) != 0) {
        refuse("out of memory");
    }
    memset(memory, 0, count * size + ALIGNMENT);
    return memory;
}

/** The links of a file, before they are sorted by their ends. */
struct link_list {
    uint32_t (*links)[3]; // [world.link_count] two ends and a delay
    uint32_t count;
};

static inline uint64_t read_number(FILE *file) {
    unsigned long long number = 0;
    if (fscanf(file, "%llu", &number) != 1) {
        refuse("a number is missing");
    }
    return number;
}

static inline uint32_t read_below(FILE *file, uint64_t bound) {
    uint64_t number = read_number(file);
    if (number >= bound) {
        refuse("a number is too large");
    }
    return (uint32_t)number;
}

/** A line of the header. */
static inline void read_quantity(struct world *world, struct link_list *list, const char *word,
                                 uint64_t number) {
    struct quantity {
        const char *word;
        uint32_t *place;
    } quantities[] = {
        {"nodes", &world->node_count},
        {"links", &world->link_count},
        {"D", &world->d},
        {"Dlo", &world->d_low},
        {"Dhi", &world->d_high},
        {"Dlazy", &world->d_lazy},
        {"mcache", &world->windows},
        {"gossip", &world->gossip_windows},
        {"payload", &world->payload_bytes},
        {"messages", &world->message_count},
    };
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++) {
        if (strcmp(word, quantities[i].word) == 0) {
            *quantities[i].place = (uint32_t)number;
        }
    }
    if (strcmp(word, "until_us") == 0) {
        world->until_us = number;
    } else if (strcmp(word, "heartbeat_us") == 0) {
        world->heartbeat_us = number;
    } else if (strcmp(word, "nodes") == 0) {
        world->phase_us = take(number, sizeof *world->phase_us);
        world->nodes = take(number, sizeof *world->nodes);
    } else if (strcmp(word, "links") == 0) {
        list->links = take(number, sizeof *list->links);
    } else if (strcmp(word, "messages") == 0) {
        world->origin = take(number, sizeof *world->origin);
        world->published_us = take(number, sizeof *world->published_us);
    }
}

static inline void read_link(struct world *world, struct link_list *list, FILE *file) {
    if (list->links == NULL || list->count >= world->link_count) {
        refuse("more links than were announced");
    }
    uint32_t *link = list->links[list->count++];
    link[0] = read_below(file, world->node_count);
    link[1] = read_below(file, world->node_count);
    link[2] = read_below(file, UINT32_MAX);
    world->nodes[link[0]].degree++;
    world->nodes[link[1]].degree++;
}

/** Gives each node its half links, in the order of the file. */
static inline void place_links(struct world *world, const struct link_list *list) {
    uint32_t *next = take(world->node_count, sizeof *next);
    uint32_t first = 0;
    for (uint32_t i = 0; i < world->node_count; i++) {
        struct node *node = &world->nodes[i];
        node->first = first;
        node->random = mix(i + 1);
        next[i] = first;
        first += node->degree;
    }
    world->half_links = take(2 * (uint64_t)list->count, sizeof *world->half_links);
    for (uint32_t i = 0; i < list->count; i++) {
        const uint32_t *link = list->links[i];
        uint32_t a = next[link[0]]++;
        uint32_t b = next[link[1]]++;
        world->half_links[a] = (struct half_link){link[1], b, link[2], 0};
        world->half_links[b] = (struct half_link){link[0], a, link[2], 0};
    }
    free(next);
}

/** Reads a workload, or ends the program with a message. */
static inline void world_read(struct world *world, const char *path) {
    memset(world, 0, sizeof *world);
    struct link_list list = {NULL, 0};
    char word[WORD_SIZE];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while (fscanf(file, "%31s", word) == 1) {
        if (strcmp(word, "link") == 0) {
            read_link(world, &list, file);
        } else if (strcmp(word, "phase") == 0) {
            uint32_t node = read_below(file, world->node_count);
            world->phase_us[node] = read_below(file, UINT32_MAX);
        } else if (strcmp(word, "pub") == 0) {
            uint32_t message = read_below(file, world->message_count);
            world->origin[message] = read_below(file, world->node_count);
            world->published_us[message] = read_number(file);
        } else {
            read_quantity(world, &list, word, read_number(file));
        }
    }
    fclose(file);
    if (world->windows != WINDOWS || world->message_count > MESSAGES_MAX ||
        list.count != world->link_count) {
        refuse("too many messages, another history, or links that are missing");
    }
    place_links(world, &list);
    free(list.links);
    world->loaded_s = clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

/** Prints the result of a run, which `gossim bench` reads: words and what they come to. */
static inline void world_report(const struct world *world, const char *engine) {
    static const char *const names[KIND_COUNT] = {"",      "sub",   "graft", "prune",
                                                  "ihave", "iwant", "msg",   "hb"};
    double run_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - world->loaded_s;
    double deliveries = world->deliveries > 0 ? (double)world->deliveries : 1;
    uint64_t events = 0;
    for (int kind = 1; kind < KIND_COUNT; kind++) {
        events += world->counts[kind];
    }
    printf("RESULT engine=%s nodes=%u events=%llu deliveries=%llu dups=%llu check=%016llx", engine,
           world->node_count, (unsigned long long)events, (unsigned long long)world->deliveries,
           (unsigned long long)world->duplicates, (unsigned long long)world->check);
    for (int kind = 1; kind < KIND_COUNT; kind++) {
        printf(" %s=%llu", names[kind], (unsigned long long)world->counts[kind]);
    }
    printf(" load_cpu_s=%.4f run_cpu_s=%.4f lat_ms_mean=%.2f lat_ms_max=%.2f\n", world->loaded_s,
           run_s, (double)world->latency_us_sum / 1e3 / deliveries,
           (double)world->latency_us_max / 1e3);
}

#endif
