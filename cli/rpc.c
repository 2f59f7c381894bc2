#include "base/check.h"
#include "cli/command.h"
#include "cli/hex.h"
#include "cli/rpc_json.h"
#include "cli/standard_options.h"
#include "router/codec_nim_2020.h"
#include "router/codec_standard.h"
#include "router/wire_varint.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FORM = 1000, KEY_PREFIX };

enum { INPUT_BYTES_MAX = 64 << 20, READ_BYTES_MIN = 1 << 16 };

enum form { FORM_STANDARD, FORM_NIM_2020 };

struct rpc_command {
    const char *verb;
    const char *argument; // NULL: standard input
    enum form form;
    bool has_prefix;
    struct wire_scratch scratch;
    struct failure failure;
};

/** What is decoded or encoded, and what it is called in messages. */
struct input {
    const char *name;
    const char *text;
    size_t size;
    char *memory; // of what was read, to be freed
};

static const struct argp_option options[] = {
    {.name = "form",
     .key = KEY_FORM,
     .arg = "standard|nim-2020",
     .doc = "the wire form: protobuf as libp2p specifies it (the default), or that of the router "
            "of 2020, faults included"},
    {.name = "prefix", .key = KEY_PREFIX, .doc = "the bytes begin with their length as a varint"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct rpc_command *command = state->input;
    switch (key) {
    case KEY_FORM:
        command->form = strcmp(argument, "nim-2020") == 0 ? FORM_NIM_2020 : FORM_STANDARD;
        if (command->form == FORM_STANDARD && strcmp(argument, "standard") != 0) {
            argp_error(state, "--form is standard or nim-2020, not '%s'", argument);
        }
        return 0;
    case KEY_PREFIX:
        command->has_prefix = true;
        return 0;
    case ARGP_KEY_ARG:
        if (command->argument != NULL) {
            argp_error(state, "one RPC at a time; this is more: %s", argument);
        }
        if (command->verb == NULL) {
            command->verb = argument;
        } else {
            command->argument = argument;
        }
        return 0;
    case ARGP_KEY_END:
        if (command->verb == NULL ||
            (strcmp(command->verb, "decode") != 0 && strcmp(command->verb, "encode") != 0)) {
            argp_error(state, "say decode or encode");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .args_doc = "decode [HEX]\nencode [JSON]",
    .doc = "Decode one RPC from hexadecimal digits to JSON, or encode one from JSON to digits; "
           "what is not given as an argument is read from standard input.\v"
           "JSON is {\"subs\": [{\"subscribe\": true, \"topic\": HEX}], \"messages\": [{\"from\", "
           "\"data\", \"seqno\", \"topics\": [], \"signature\", \"key\"}], \"control\": "
           "{\"ihave\": [{\"topic\", \"ids\": []}], \"iwant\": [[ID]], \"graft\": [], \"prune\": "
           "[]}}; to encode, {\"text\": \"foo\"} may stand for HEX.",
};

// --- in and out ----------------------------------------------------------------------------------

static bool read_all(struct input *input, struct failure *failure) {
    size_t capacity = 0;
    size_t got = 0;
    do {
        if (input->size == capacity) {
            capacity = capacity == 0 ? READ_BYTES_MIN : 2 * capacity;
            char *larger = realloc(input->memory, capacity);
            if (larger == NULL) {
                return failure_running(failure, "out of memory");
            }
            input->memory = larger;
        }
        got = fread(input->memory + input->size, 1, capacity - input->size, stdin);
        input->size += got;
        if (input->size > INPUT_BYTES_MAX) {
            return failure_bad_input(failure, "standard input is larger than 64 MiB");
        }
    } while (got > 0);
    input->text = input->memory;
    CHECK(input->text != NULL);
    return ferror(stdin) == 0 || failure_running(failure, "cannot read standard input");
}

static bool read_input(struct rpc_command *command, struct input *input) {
    if (command->argument == NULL) {
        input->name = "standard input";
        return read_all(input, &command->failure);
    }
    input->name = "argument";
    input->text = command->argument;
    input->size = strlen(command->argument);
    return true;
}

/** Gives a failure its place: the offset in a text as line and column. */
static bool fail_at(struct rpc_command *command, const struct input *input, size_t offset) {
    struct failure *failure = &command->failure;
    CHECK(input->text != NULL);
    CHECK(offset <= input->size);
    failure->line = 1;
    failure->column = 1;
    for (size_t i = 0; i < offset; i++) {
        failure->column = input->text[i] == '\n' ? 1 : failure->column + 1;
        failure->line += input->text[i] == '\n';
    }
    return false;
}

static bool read_bytes(struct rpc_command *command, const struct input *input,
                       struct byte_span *bytes) {
    size_t count = hex_count(input->text, input->size);
    uint8_t *memory = wire_scratch_take(&command->scratch, count);
    size_t end = 0;
    CHECK(memory != NULL);
    if (hex_read(input->text, input->size, true, memory, &end)) {
        *bytes = (struct byte_span){.bytes = memory, .size = count};
        return true;
    }
    unsigned char found = (unsigned char)input->text[end];
    if (hex_is_digit((char)found)) {
        failure_bad_input(&command->failure, "'%c' is half a byte; a byte has two digits", found);
    } else if (found > ' ' && found < 0x7f) {
        failure_bad_input(&command->failure, "'%c' is no hexadecimal digit", found);
    } else {
        failure_bad_input(&command->failure, "a character 0x%02x is no hexadecimal digit", found);
    }
    return fail_at(command, input, end);
}

// --- decode --------------------------------------------------------------------------------------

/** Takes the length prefix away; it must cover what follows. */
static bool take_prefix(struct rpc_command *command, struct byte_span *bytes) {
    uint64_t length = 0;
    size_t count = wire_varint_read(bytes->bytes, bytes->size, &length);
    if (count == 0) {
        return failure_bad_input(&command->failure, "the length prefix does not end");
    }
    if (length != bytes->size - count) {
        return failure_bad_input(&command->failure,
                                 "the length prefix says %llu bytes, and %zu follow",
                                 (unsigned long long)length, bytes->size - count);
    }
    *bytes = (struct byte_span){.bytes = bytes->bytes + count, .size = bytes->size - count};
    return true;
}

static bool decode_nim_2020(struct rpc_command *command, struct byte_span bytes,
                            struct rpc_document *document) {
    struct codec_nim_2020 codec = codec_nim_2020_original();
    struct nim_2020_decoded decoded;
    if (!codec_nim_2020_decode(&codec, bytes, &command->scratch, &decoded, &command->failure)) {
        return false;
    }
    *document = decoded.document;
    if (decoded.read_bytes < bytes.size) {
        fprintf(stderr,
                "gossim: decoding stopped without an error at byte %zu; %zu of %zu bytes were not "
                "read\n",
                decoded.read_bytes, bytes.size - decoded.read_bytes, bytes.size);
    }
    return true;
}

/** The document as JSON, or NULL and a failure. */
static const char *decode(struct rpc_command *command, const struct input *input) {
    struct byte_span bytes = {0};
    struct rpc_document document;
    if (!read_bytes(command, input, &bytes) ||
        (command->has_prefix && !take_prefix(command, &bytes))) {
        return NULL;
    }
    bool ok = command->form == FORM_NIM_2020
                  ? decode_nim_2020(command, bytes, &document)
                  : codec_standard_decode(bytes, &command->scratch, &document, &command->failure);
    if (!ok) {
        return NULL;
    }
    json_t *json = rpc_json_write(&document, &command->scratch);
    size_t size = json_dumpb(json, NULL, 0, JSON_INDENT(2));
    char *text = wire_scratch_take(&command->scratch, size + 1);
    CHECK(text != NULL);
    json_dumpb(json, text, size, JSON_INDENT(2));
    text[size] = '\0';
    json_decref(json);
    return text;
}

// --- encode --------------------------------------------------------------------------------------

static bool read_json(struct rpc_command *command, const struct input *input,
                      struct rpc_document *document) {
    json_error_t error;
    json_t *json =
        json_loadb(input->text, input->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    struct failure *failure = &command->failure;
    if (json == NULL) {
        failure_bad_input(failure, "%s", error.text);
        failure->line = error.line > 0 ? (uint32_t)error.line : 0;
        failure->column = error.column > 0 ? (uint32_t)error.column : 0;
        return false;
    }
    bool ok = rpc_json_read(json, &command->scratch, document, failure);
    json_decref(json);
    return ok;
}

/** The bytes as digits, or NULL and a failure. */
static const char *encode(struct rpc_command *command, const struct input *input) {
    struct codec_nim_2020 codec = codec_nim_2020_original();
    struct rpc_document document;
    struct byte_span bytes = {0};
    if (!read_json(command, input, &document)) {
        return NULL;
    }
    bool ok =
        command->form == FORM_NIM_2020
            ? codec_nim_2020_encode(&codec, &document, &command->scratch, &bytes, &command->failure)
            : codec_standard_encode(&document, &command->scratch, &bytes, &command->failure);
    if (!ok) {
        return NULL;
    }
    uint8_t prefix[WIRE_VARINT_BYTES_MAX];
    size_t prefix_bytes = command->has_prefix ? wire_varint_write(bytes.size, prefix) : 0;
    char *text = wire_scratch_take(&command->scratch, 2 * (prefix_bytes + bytes.size) + 1);
    CHECK(text != NULL);
    hex_write(prefix, prefix_bytes, text);
    hex_write(bytes.bytes, bytes.size, text + 2 * prefix_bytes);
    return text;
}

/** Returns the exit status that goes with it. */
static int print_failure(struct failure *failure, const char *input_name) {
    bool is_bad_input = failure->kind == FAILURE_BAD_INPUT;
    snprintf(failure->file, sizeof failure->file, "%s", is_bad_input ? input_name : "");
    fputs("gossim: ", stderr);
    failure_print(failure, stderr);
    return is_bad_input ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_rpc(int argument_count, char **arguments) {
    struct rpc_command command = {0};
    if (standard_parse(&argp, argument_count, arguments, &command) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    struct arena *arena = arena_create(NULL);
    struct pool pool;
    struct input input = {.text = ""};
    pool_init(&pool, arena, MEMORY_MESSAGES);
    wire_scratch_init(&command.scratch, &pool, SIZE_MAX);
    const char *text = NULL;
    if (read_input(&command, &input)) {
        bool decodes = strcmp(command.verb, "decode") == 0;
        text = decodes ? decode(&command, &input) : encode(&command, &input);
    }
    int status = EXIT_STATUS_DONE;
    if (text != NULL) {
        puts(text);
        status = standard_output_end();
    } else {
        status = print_failure(&command.failure, input.name);
    }
    free(input.memory);
    arena_destroy(arena);
    return status;
}
