/**
 * Makes a workload, on standard output: each node dials DEGREE / 2 distinct others at random, so
 * DEGREE is the mean and half of it the least.
 *
 * Usage: generate NODES [DEGREE [SEED [SECONDS [MESSAGES]]]], by default 20 1 120 100.
 */
#include "tests/bench/yardsticks/workload.h"

enum {
    DIALS_MAX = 100,
    DELAY_US_MIN = 10000,
    DELAY_US_RANGE = 140001,
    SECOND_US = 1000000,
    START_US = 5000000
};

struct generator {
    uint64_t stream;
    uint32_t node_count;
    uint32_t dials;
    uint32_t capacity; // of each node's neighbours
    uint32_t *neighbours;
    uint32_t *degrees;
};

static bool can_link(const struct generator *generator, uint32_t node, uint32_t other) {
    const uint32_t *neighbours = &generator->neighbours[(size_t)node * generator->capacity];
    bool ok = other != node;
    for (uint32_t i = 0; ok && i < generator->degrees[node]; i++) {
        ok = neighbours[i] != other;
    }
    return ok;
}

static void note(struct generator *generator, uint32_t node, uint32_t other) {
    if (generator->degrees[node] == generator->capacity) {
        refuse("a node has too many links");
    }
    size_t first = (size_t)node * generator->capacity;
    generator->neighbours[first + generator->degrees[node]++] = other;
}

static void dial(struct generator *generator, uint32_t node) {
    for (uint32_t dialled = 0; dialled < generator->dials;) {
        uint32_t other = draw(&generator->stream, generator->node_count);
        if (can_link(generator, node, other)) {
            note(generator, node, other);
            note(generator, other, node);
            uint32_t delay_us = DELAY_US_MIN + draw(&generator->stream, DELAY_US_RANGE);
            printf("link %u %u %u\n", node, other, delay_us);
            dialled++;
        }
    }
}

static void print_header(const struct generator *generator, uint64_t seconds, uint32_t messages) {
    printf("gsw 1\nnodes %u\nlinks %u\nmessages %u\nuntil_us %llu\nheartbeat_us %d\npayload 1024\n"
           "D 6 Dlo 4 Dhi 12 Dlazy 6 mcache 5 gossip 3\n",
           generator->node_count, generator->node_count * generator->dials, messages,
           (unsigned long long)seconds * SECOND_US, SECOND_US);
}

static void print_messages(struct generator *generator, uint32_t messages) {
    for (uint32_t i = 0; i < messages; i++) {
        uint32_t node = draw(&generator->stream, generator->node_count);
        printf("pub %u %u %llu\n", i, node, START_US + (unsigned long long)i * SECOND_US);
    }
}

int main(int argument_count, char **arguments) {
    uint64_t numbers[] = {0, 20, 1, 120, 100};
    for (int i = 1; i < argument_count && i <= 5; i++) {
        char *end = NULL;
        numbers[i - 1] = strtoull(arguments[i], &end, 10);
        numbers[0] = *end == '\0' ? numbers[0] : 0;
    }
    uint64_t dials = numbers[1] / 2;
    bool ok = argument_count <= 6 && dials >= 1 && dials <= DIALS_MAX && numbers[0] >= 4 * dials &&
              numbers[0] <= UINT32_MAX / (2 * dials);
    if (!ok) {
        fprintf(stderr, "usage: generate NODES [DEGREE [SEED [SECONDS [MESSAGES]]]]\n");
        return 2;
    }
    struct generator generator = {
        .stream = numbers[2],
        .node_count = (uint32_t)numbers[0],
        .dials = (uint32_t)dials,
        .capacity = (uint32_t)(16 * dials + 64),
    };
    generator.neighbours = take((uint64_t)generator.node_count * generator.capacity, 4);
    generator.degrees = take(generator.node_count, 4);
    print_header(&generator, numbers[3], (uint32_t)numbers[4]);
    for (uint32_t node = 0; node < generator.node_count; node++) {
        printf("phase %u %u\n", node, draw(&generator.stream, SECOND_US));
    }
    for (uint32_t node = 0; node < generator.node_count; node++) {
        dial(&generator, node);
    }
    print_messages(&generator, (uint32_t)numbers[4]);
    return 0;
}
