#include "scenarios/schema_table.h"

#include "base/check.h"
#include "router/profile.h"

/*
 * What JSON Schema says of a type, and an example of it. How the JSON is put together stands in
 * schema_json.c; the signs in it are
 *
 *   %low %high   the limits of the row
 *   %form        the mapping that may stand there: the row's `children`
 *   %words       the words that schema_allowed() lists ("a, b or c"), as JSON strings
 *   %keys        the names of the keys below `children`, as JSON strings
 *   %quirks      a property for each quirk
 *   @duration    one of the forms that types share: duration, size, rate, share, percentage, text,
 *                name, node, range, node-list, link, values, lockstep
 *
 * `gossim check --schema` prints the result, and the suite `schema` holds it against an independent
 * validator and the loader. An example that is NULL is made from the limits of the row, or from the
 * keys below it.
 */
static const struct schema_form forms[SCHEMA_TYPE_COUNT] = {
    [SCHEMA_MAPPING] = {"%form", NULL},
    [SCHEMA_LIST] = {"\"type\": \"array\", \"items\": {%form}", NULL},
    [SCHEMA_WHOLE] = {"\"type\": \"integer\", \"minimum\": %low, \"maximum\": %high", NULL},
    [SCHEMA_WHOLE_LONG] = {"\"type\": \"integer\", \"minimum\": %low, \"maximum\": %high", NULL},
    [SCHEMA_SWITCH] = {"\"type\": \"boolean\"", "true"},
    [SCHEMA_DURATION] = {"\"allOf\": [@duration]", "20ms"},
    [SCHEMA_SIZE] = {"\"allOf\": [@size]", "1KiB"},
    [SCHEMA_RATE] = {"\"anyOf\": [{\"enum\": [\"auto\", \"unlimited\"]}, @rate]", "20Mbit/s"},
    [SCHEMA_QUEUE] = {"\"anyOf\": [{\"enum\": [\"unlimited\"]}, @size]", "1MiB"},
    [SCHEMA_SHARING] = {"\"enum\": [%words]", "fair"},
    [SCHEMA_TRANSPORT] = {"\"enum\": [%words]", "stream"},
    [SCHEMA_TIMEOUT] = {"\"anyOf\": [{\"enum\": [\"auto\"]}, @duration]", "200ms"},
    [SCHEMA_SHARE] = {"\"allOf\": [@share]", "10%"},
    [SCHEMA_SIGMA] = {"\"type\": \"number\", \"minimum\": 0, \"maximum\": 3.5", "0.5"},
    [SCHEMA_FACTOR] = {"\"type\": \"number\", \"minimum\": 1, \"maximum\": 1000", "3"},
    [SCHEMA_EXPONENT] = {"\"type\": \"number\", \"minimum\": 0, \"maximum\": 4", "1"},
    [SCHEMA_BYTES] = {"\"allOf\": [@size]", "1KiB"},
    [SCHEMA_TOPICS] = {"\"allOf\": [@text]", "blocks"},
    [SCHEMA_PICK] = {"\"anyOf\": [{\"enum\": [\"random\", \"in-turn\"]}, {%form}]", "in-turn"},
    [SCHEMA_POPULARITY] = {"\"anyOf\": [{\"enum\": [\"uniform\"]}, {%form}]", "{zipf: 1}"},
    [SCHEMA_PAIR] = {"\"type\": \"array\", \"items\": {\"type\": [\"string\", \"number\"]}, "
                     "\"minItems\": 2, \"maxItems\": 2",
                     "[1KiB, 2KiB]"},
    [SCHEMA_OFFSET] = {"\"anyOf\": [@duration, {\"type\": \"string\", \"pattern\": \"^-\"}]",
                       "-20ms"},
    [SCHEMA_PPM] = {"\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"string\", \"pattern\": "
                    "\"^-\"}]",
                    "20"},
    [SCHEMA_ROWS_PATH] = {"\"type\": \"string\", \"pattern\": \"\\\\.csv$\"", "traffic.csv"},
    [SCHEMA_ROWS] = {"\"type\": \"string\"", "\"time,node\\n5s,0\\n\""},
    [SCHEMA_CHURN_ROWS] = {"\"type\": \"string\"", "\"20s,5,down\\n35s,5,up\\n\""},
    [SCHEMA_PHASE] = {"\"anyOf\": [{\"enum\": [\"uniform\"]}, @duration, {%form}]", "uniform"},
    [SCHEMA_OFFSETS] = {"\"anyOf\": [@duration, {\"type\": \"string\", \"pattern\": \"^-\"}, "
                        "{%form}]",
                        "-20ms"},
    [SCHEMA_DRIFTS] = {"\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"string\", \"pattern\": "
                       "\"^-\"}, {%form}]",
                       "50"},
    [SCHEMA_SIZES] = {"\"anyOf\": [@size, {%form}]", "1KiB"},
    [SCHEMA_CHOICES] =
        {"\"type\": \"array\", \"items\": @size, \"minItems\": 1, \"maxItems\": 1024",
         "[240B, 100KiB]"},
    [SCHEMA_CHANCES] = {"\"type\": \"array\", \"items\": {\"type\": \"integer\", \"minimum\": "
                        "%low, \"maximum\": %high}",
                        "[9, 1]"},
    [SCHEMA_TOPIC] = {"\"allOf\": [@text]", "blocks"},
    [SCHEMA_GROUP] = {"\"allOf\": [@text]", "old"},
    [SCHEMA_INBOUND] = {"\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, {\"type\": \"integer\", "
                        "\"minimum\": %low, \"maximum\": %high}]",
                        "none"},
    [SCHEMA_REGION] = {"\"allOf\": [@text]", "europe"},
    [SCHEMA_SELECTOR] = {"\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, @node, @range, @percentage, "
                         "@node-list, {%form}]",
                         "10%"},
    [SCHEMA_DISTRIBUTION] = {"\"anyOf\": [@duration, {%form}]", "{uniform: [10ms, 150ms]}"},
    [SCHEMA_GAP] = {"\"anyOf\": [@duration, {%form}]", "20ms"},
    [SCHEMA_SPAN] = {"\"type\": \"array\", \"items\": @duration, \"minItems\": 2, \"maxItems\": 2",
                     "[10ms, 150ms]"},
    [SCHEMA_NAME] = {"\"allOf\": [@name]", "old"},
    [SCHEMA_TOPIC_NAME] =
        {"\"allOf\": [@text], \"pattern\": \"^[^\\\\u0000-\\\\u001f\\\\u007f]{1,255}$\"", "blocks"},
    [SCHEMA_PROFILE] = {"\"enum\": [%words]", PROFILE_DEFAULT},
    [SCHEMA_QUIRKS] = {"\"type\": [\"object\", \"null\"], \"properties\": {%quirks}, "
                       "\"additionalProperties\": false",
                       "{echo: true}"},
    [SCHEMA_KIND] = {"\"enum\": [%words]", "ring"},
    [SCHEMA_DEGREE] = {"\"type\": \"number\", \"minimum\": 0, \"maximum\": 16777215", "8"},
    [SCHEMA_GRAPH_PATH] = {"\"type\": \"string\", \"pattern\": \"\\\\.(csv|gml|graphml)$\"",
                           "graph.gml"},
    [SCHEMA_EDGES] = {"\"type\": \"array\", \"items\": @link", "[[0, 1], [1, 2]]"},
    [SCHEMA_REGIONS] = {"\"anyOf\": [{\"enum\": [\"world-8\", \"none\"]}, {%form}]", "world-8"},
    [SCHEMA_REGION_NAMES] = {"\"type\": \"array\", \"items\": @name, \"minItems\": 1, "
                             "\"maxItems\": 256, \"uniqueItems\": true",
                             "[here, there]"},
    [SCHEMA_WEIGHTS] = {"\"type\": \"array\", \"items\": {\"type\": \"integer\", \"minimum\": "
                        "%low, \"maximum\": %high}",
                        "[2, 1]"},
    [SCHEMA_LATENCIES] =
        {"\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": @duration}",
         "[[1ms, 80ms], [80ms, 2ms]]"},
    [SCHEMA_LOSSES] = {"\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": @share}",
                       "[[0%, 1%], [1%, 0%]]"},
    [SCHEMA_RATES] =
        {"\"anyOf\": [{\"enum\": [\"none\"]}, {\"type\": \"array\", \"items\": "
         "{\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": {\"anyOf\": "
         "[{\"enum\": [\"none\", \"unlimited\"]}, @rate]}}}]",
         "none"},
    [SCHEMA_EMPIRICAL] = {"\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, {\"type\": "
                          "\"array\", \"items\": {\"type\": \"array\", \"minItems\": 2, "
                          "\"maxItems\": 2}, \"minItems\": 1}]",
                          "[[10ms, 0%], [50ms, 90%], [1s, 100%]]"},
    [SCHEMA_MATRIX] = {"\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, {\"type\": "
                       "\"array\", \"items\": {\"type\": \"array\"}, \"minItems\": 1, "
                       "\"maxItems\": 1024}]",
                       "none"},
    [SCHEMA_DELAY] = {"\"anyOf\": [{\"enum\": [\"regions\"]}, @duration, {%form}]", "20ms"},
    [SCHEMA_JITTER] = {"\"anyOf\": [{\"enum\": [\"none\"]}, @duration, {%form}]", "20ms"},
    [SCHEMA_LOSS] = {"\"anyOf\": [@share, {%form}]", "10%"},
    [SCHEMA_LOSS_SCOPE] = {"\"anyOf\": [{\"enum\": [\"messages\", \"all\"]}, {\"type\": "
                           "\"array\", \"items\": {\"enum\": [\"subscriptions\", "
                           "\"messages\", \"ihave\", \"iwant\", \"graft\", \"prune\"]}}]",
                           "all"},
    [SCHEMA_PUBLISHER] = {"\"anyOf\": [{\"enum\": [\"random\", \"any\"]}, @node, {\"type\": "
                          "\"array\", \"items\": @node, \"minItems\": 1}, {%form}]",
                          "[0, 1]"},
    [SCHEMA_HEX] = {"\"type\": [\"string\", \"integer\"], \"pattern\": \"^([0-9A-Fa-f]{2})+$\", "
                    "\"maxLength\": 131072",
                    "1a0a1a080a06626c6f636b73"},
    [SCHEMA_NODE_FAULT] = {"\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, @node, @range, "
                           "@percentage, @node-list, {%form}]",
                           "10%"},
    [SCHEMA_END] = {"\"anyOf\": [{\"enum\": [\"all\"]}, {%form}]", "all"},
    [SCHEMA_SIDES] = {"\"type\": \"array\", \"minItems\": 2, \"maxItems\": 64, \"items\": "
                      "{\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, @node, @range, "
                      "@percentage, @node-list, {%form}]}",
                      "[0..4, 5..9]"},
    [SCHEMA_ENDS] = {"\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": "
                     "{\"anyOf\": [{\"enum\": [\"all\", \"none\"]}, @node, @range, "
                     "@percentage, @node-list, {%form}]}",
                     "[0..4, all]"},
    [SCHEMA_STATE] = {"\"enum\": [%words]", "kept"},
    [SCHEMA_PATIENCE] = {"\"anyOf\": [{\"enum\": [\"never\"]}, @duration]", "30s"},
    [SCHEMA_ROLES] =
        {"\"anyOf\": [{\"type\": \"null\"}, {\"enum\": [\"none\", %keys]}, {\"type\": \"array\", "
         "\"items\": "
         "{\"anyOf\": [{\"enum\": [%keys]}, {%form}]}}, {%form}]",
         "never_forwards"},
    [SCHEMA_ROLE] = {"\"anyOf\": [{\"type\": [\"boolean\", \"null\"]}, {%form}]", "true"},
    [SCHEMA_ROLE_PEERS] = {"\"anyOf\": [{\"enum\": [\"all\"]}, {\"type\": \"integer\", "
                           "\"minimum\": %low, \"maximum\": %high}]",
                           "5"},
    [SCHEMA_ROLE_IDS] = {"\"anyOf\": [{\"enum\": [\"cached\"]}, {\"type\": \"integer\", "
                         "\"minimum\": %low, \"maximum\": %high}]",
                         "500"},
    [SCHEMA_VALIDATORS] = {"\"type\": \"array\", \"maxItems\": 8, \"items\": {%form}", NULL},
    [SCHEMA_EXPECTATIONS] =
        {"\"type\": \"array\", \"items\": {\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, "
         "{\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 1, "
         "\"additionalProperties\": {\"type\": [\"string\", \"null\"]}}]}",
         "[delivery_ratio >= 0.99, latency.p99 <= 2s]"},
    [SCHEMA_SWEEP] = {"\"anyOf\": [{\"enum\": [null, []]}, {%form}]", NULL},
    [SCHEMA_SWEEP_ZIP] = {"\"anyOf\": [{\"type\": \"array\", \"items\": @lockstep}, @lockstep]",
                          "[{router.D: [6, 8], router.Dhi: [10, 16]}]"},
    [SCHEMA_SWEEP_WHERE] = {"\"anyOf\": [{\"type\": \"string\", \"pattern\": \"[<>=!]\"}, "
                            "{\"type\": \"array\", \"items\": {\"type\": \"string\", "
                            "\"pattern\": \"[<>=!]\"}}]",
                            "[router.Dlo <= router.D]"},
    [SCHEMA_SWEEP_UNTIL] = {"\"anyOf\": [{\"type\": \"string\", \"pattern\": \"^ *ci *\\\\(\"}, "
                            "{\"type\": \"array\", \"maxItems\": 8, \"items\": {\"type\": "
                            "\"string\", \"pattern\": \"^ *ci *\\\\(\"}}]",
                            "[ci(latency.p99) < 2%]"},
};

struct schema_form schema_form(enum schema_type type) {
    CHECK(type < SCHEMA_TYPE_COUNT);
    CHECK(forms[type].json != NULL); // a type that has no line above yet, or that no key has
    return forms[type];
}
