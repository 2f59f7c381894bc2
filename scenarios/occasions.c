#include "scenarios/occasions.h"

#include "base/prng.h"

/** From when on there are no more occasions of an event that happens again and again. */
static int64_t end_ns(const struct scenario *scenario, const struct scenario_event *event) {
    bool sooner = event->until_ns > 0 && event->until_ns < scenario->duration_ns;
    return sooner ? event->until_ns : scenario->duration_ns;
}

uint32_t occasion_count(const struct scenario *scenario, const struct scenario_event *event) {
    if (event->when != OCCASION_EVERY) {
        return 1;
    }
    int64_t left_ns = end_ns(scenario, event) - event->from_ns;
    CHECK(event->every_ns > 0);
    uint64_t count = left_ns <= 0 ? 0 : (uint64_t)((left_ns - 1) / event->every_ns) + 1;
    // One more than allowed stands for all that are too many.
    return count > SCENARIO_OCCASIONS_MAX ? SCENARIO_OCCASIONS_MAX + 1 : (uint32_t)count;
}

int64_t occasion_at(const struct scenario *scenario, uint32_t index, uint32_t k) {
    CHECK(index < scenario->event_count);
    const struct scenario_event *event = &scenario->events[index];
    switch (event->when) {
    case OCCASION_AT:
        CHECK(k == 0);
        return event->at_ns;
    case OCCASION_EVERY:
        return event->from_ns + (int64_t)k * event->every_ns;
    case OCCASION_DRAWN: {
        CHECK(k == 0);
        struct prng prng =
            prng_stream(scenario->seed, STREAM_FAULT, occasion_stream(index, k, OCCASION_TIME));
        uint64_t span_ns = (uint64_t)(event->until_ns - event->from_ns);
        return event->from_ns + (int64_t)(span_ns == 0 ? 0 : prng_below_u64(&prng, span_ns));
    }
    }
    CHECK(false);
}
