/**
 * A small world of topics, identities and messages for the tests of RPCs and of their wire form.
 *
 * Topics 0 … FIXTURE_NAMED_TOPICS − 1 are "", "a", "b", "foo" and "blocks"; the others have names
 * of every size up to 255 bytes, so that names cross the borders where a length takes one more
 * byte. These begin with a NUL and are no UTF-8: a name is bytes.
 */
#ifndef GOSSIM_TESTS_SUPPORT_MESSAGE_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_MESSAGE_FIXTURE_H

#include "router/message.h"

#include <string.h>

enum {
    FIXTURE_TOPIC_EMPTY,
    FIXTURE_TOPIC_A,
    FIXTURE_TOPIC_B,
    FIXTURE_TOPIC_FOO,
    FIXTURE_TOPIC_BLOCKS,
    FIXTURE_NAMED_TOPICS,
    FIXTURE_TOPICS = FIXTURE_NAMED_TOPICS + 255,
    FIXTURE_NODES = 7,
    FIXTURE_SEED = 42,
};

struct message_fixture {
    struct arena *arena;
    struct identities identities;
    struct message_table messages;
    uint32_t published; // messages published with message_fixture_publish()
    const char *topic_names[FIXTURE_TOPICS];
    uint32_t topic_sizes[FIXTURE_TOPICS];
    char topic_bytes[FIXTURE_TOPICS][256];
};

static inline void message_fixture_name_topics(struct message_fixture *f) {
    static const char *const named[FIXTURE_NAMED_TOPICS] = {"", "a", "b", "foo", "blocks"};
    for (uint32_t i = 0; i < FIXTURE_TOPICS; i++) {
        char *bytes = f->topic_bytes[i];
        uint32_t size =
            i < FIXTURE_NAMED_TOPICS ? (uint32_t)strlen(named[i]) : i - FIXTURE_NAMED_TOPICS + 1;
        if (i < FIXTURE_NAMED_TOPICS) {
            memcpy(bytes, named[i], size + 1);
        } else {
            memset(bytes, 0xff, size);
            bytes[0] = '\0';
        }
        f->topic_names[i] = bytes;
        f->topic_sizes[i] = size;
    }
}

/** A table of `count` messages that nobody has published. */
static inline void message_fixture_init(struct message_fixture *f, uint32_t count, bool sign) {
    f->arena = arena_create(NULL);
    f->published = 0;
    message_fixture_name_topics(f);
    identities_init(&f->identities, f->arena, FIXTURE_NODES, FIXTURE_SEED, sign);
    struct message_table_options options = {.count = count,
                                            .seed = FIXTURE_SEED,
                                            .identities = &f->identities,
                                            .topic_names = f->topic_names,
                                            .topic_sizes = f->topic_sizes,
                                            .topic_count = FIXTURE_TOPICS,
                                            .sign = sign};
    message_table_init(&f->messages, f->arena, &options);
}

static inline void message_fixture_finish(struct message_fixture *f) {
    arena_destroy(f->arena);
}

/** Publishes the next message of the table; returns its number. */
static inline uint32_t message_fixture_publish(struct message_fixture *f, uint16_t topic,
                                               uint32_t size_bytes) {
    uint32_t number = f->published++;
    struct message fields = {.seqno = number + 1,
                             .origin = number % FIXTURE_NODES,
                             .size_bytes = size_bytes,
                             .topic = topic};
    message_publish(&f->messages, number, &fields);
    return number;
}

#endif
