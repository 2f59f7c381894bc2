#include "cli/topology.h"

#include "analysis/figure_text.h"
#include "analysis/graph_picture.h"
#include "base/bitset.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/result_file.h"
#include "cli/result_folder.h"
#include "cli/standard_options.h"
#include "scenarios/graph.h"
#include "scenarios/graph_file.h"
#include "scenarios/regions.h"
#include "scenarios/scenario_print.h"

#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_SEED = 1000, OPTION_SET, OPTION_JSON, OPTION_EXPORT, OPTION_PICTURE };

/** One call of the command. */
struct topology_command {
    struct load_request request;
    bool json;
    const char *export;
    enum topology_format format;
    const char *picture;
    bool is_svg;
    struct arena *arena;
    struct topology_report report;
    struct result_file exported;
    struct result_folder folder;
    struct failure failure;
};

static const struct argp_option options[] = {
    {.name = "seed", .key = OPTION_SEED, .arg = "N", .doc = "the scenario's seed"},
    {.name = "set",
     .key = OPTION_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as topology.degree=8"},
    {.name = "json", .key = OPTION_JSON, .doc = "print JSON"},
    {.name = "export",
     .key = OPTION_EXPORT,
     .arg = "FILE",
     .doc = "write the graph to a file that ends in .csv, .gml or .graphml"},
    {.name = "picture",
     .key = OPTION_PICTURE,
     .arg = "FILE",
     .doc = "draw the graph to a file that ends in .png or .svg"},
    {0},
};

static bool ends_with(const char *path, const char *ending) {
    size_t size = strlen(path);
    size_t ending_size = strlen(ending);
    return size > ending_size && strcmp(path + size - ending_size, ending) == 0;
}

static bool set_export(struct topology_command *command, const char *path) {
    static const struct {
        const char *ending;
        enum topology_format format;
    } formats[] = {{".csv", TOPOLOGY_CSV}, {".gml", TOPOLOGY_GML}, {".graphml", TOPOLOGY_GRAPHML}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (ends_with(path, formats[i].ending)) {
            command->export = path;
            command->format = formats[i].format;
            return true;
        }
    }
    return false;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct topology_command *command = state->input;
    switch (key) {
    case OPTION_SEED:
        return load_add_seed(&command->request, argument) ? 0 : EINVAL;
    case OPTION_SET:
        return load_add_set(&command->request, argument) ? 0 : EINVAL;
    case OPTION_JSON:
        command->json = true;
        return 0;
    case OPTION_EXPORT:
        if (!set_export(command, argument)) {
            argp_error(state, "--export %s: allowed: a file that ends in .csv, .gml or .graphml",
                       argument);
        }
        return 0;
    case OPTION_PICTURE:
        command->picture = argument;
        command->is_svg = ends_with(argument, ".svg");
        if (!command->is_svg && !ends_with(argument, ".png")) {
            argp_error(state, "--picture %s: allowed: a file that ends in .png or .svg", argument);
        }
        return 0;
    default:
        return load_parse_file(&command->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Build the graph of a scenario, or read the one in a file that ends in .csv, .gml or "
           ".graphml, and tell what it is like.",
};

struct topology_calls topology_calls_of(const struct topology *topology) {
    struct topology_calls calls = {.dialled_min = UINT32_MAX, .inbound_min = UINT32_MAX};
    for (uint32_t node = 0; node < topology->node_count; node++) {
        uint32_t dialled = 0;
        uint32_t first = topology->slot_first[node];
        uint32_t end = topology->slot_first[node + 1];
        for (uint32_t slot = first; slot < end; slot++) {
            dialled += bitset_has(topology->dialled, slot) ? 1 : 0;
        }
        uint32_t inbound = end - first - dialled;
        calls.dialled_min = dialled < calls.dialled_min ? dialled : calls.dialled_min;
        calls.dialled_max = dialled > calls.dialled_max ? dialled : calls.dialled_max;
        calls.inbound_min = inbound < calls.inbound_min ? inbound : calls.inbound_min;
        calls.inbound_max = inbound > calls.inbound_max ? inbound : calls.inbound_max;
    }
    return calls;
}

uint64_t topology_count_local(const struct run_data *run) {
    uint64_t local = 0;
    for (uint32_t i = 0; i < run->link_count; i++) {
        bool same = run->nodes[run->links[i].a].region == run->nodes[run->links[i].b].region;
        local += same ? 1 : 0;
    }
    return local;
}

uint32_t topology_region_nodes(const struct run_data *run, uint32_t region) {
    uint32_t count = 0;
    for (uint32_t node = 0; node < run->node_count; node++) {
        count += run->nodes[node].region == region ? 1 : 0;
    }
    return count;
}

/** The links in the order of their nodes, the one that dialled first. */
static const struct topology_edge *list_edges(const struct topology *topology,
                                              struct arena *arena) {
    struct topology_edge *edges =
        arena_take_array(arena, MEMORY_TABLES, topology->link_count, sizeof *edges);
    uint64_t count = 0;
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint32_t a = topology->owner[slot];
        uint32_t b = topology->peer[slot];
        if (a < b) {
            bool turn = topology->dialled != NULL && !bitset_has(topology->dialled, (uint32_t)slot);
            edges[count++] = (struct topology_edge){turn ? b : a, turn ? a : b};
        }
    }
    CHECK(count == topology->link_count);
    return edges;
}

/** Nodes and links in the form that the analysis takes. */
static void fill_run(struct topology_command *command, const uint32_t *region) {
    struct topology_report *report = &command->report;
    const struct topology *topology = &report->topology;
    struct arena *arena = command->arena;
    struct trace_node *nodes =
        arena_take_array(arena, MEMORY_TABLES, topology->node_count, sizeof *nodes);
    struct trace_link *links =
        arena_take_array(arena, MEMORY_TABLES, topology->link_count, sizeof *links);
    for (uint32_t node = 0; node < topology->node_count; node++) {
        nodes[node] = (struct trace_node){
            .region = region == NULL ? TRACE_NONE : region[node],
            .degree = topology->slot_first[node + 1] - topology->slot_first[node],
        };
    }
    for (uint64_t i = 0; i < topology->link_count; i++) {
        struct topology_edge edge = report->edges[i];
        bool turn = edge.a > edge.b;
        links[i] = (struct trace_link){.a = turn ? edge.b : edge.a, .b = turn ? edge.a : edge.b};
    }
    report->run.nodes = nodes;
    report->run.node_count = topology->node_count;
    report->run.links = links;
    report->run.link_count = (uint32_t)topology->link_count;
}

/** A graph written out or from a file keeps its order, and what its links have of their own. */
static void take_values(struct topology_report *report, const struct topology_options *graph,
                        const struct scenario_edge_values *values) {
    report->edges = graph->edges;
    report->delay_ns = values->delay_ns;
    report->loss_ppb = values->loss_ppb;
}

static bool build_scenario(struct topology_command *command) {
    struct topology_report *report = &command->report;
    const struct scenario *scenario = load_scenario(command->arena, &command->request);
    if (scenario == NULL) {
        return false;
    }
    report->kind = topology_kind_name(scenario->topology.kind);
    if (!graph_build(&report->topology, command->arena, scenario, &command->failure)) {
        load_print_failure(&command->request, &command->failure);
        return false;
    }
    if (scenario->topology.kind == TOPOLOGY_EDGES) {
        take_values(report, &scenario->topology, &scenario->edge_values);
    } else {
        report->edges = list_edges(&report->topology, command->arena);
    }
    const char **names =
        arena_take_array(command->arena, MEMORY_TABLES, scenario->regions.count, sizeof *names);
    for (uint32_t i = 0; i < scenario->regions.count; i++) {
        names[i] = scenario->regions.items[i].name;
    }
    report->run.regions = (struct run_names){.items = names, .count = scenario->regions.count};
    fill_run(command, regions_assign(scenario, command->arena));
    return true;
}

static bool build_file(struct topology_command *command) {
    struct topology_report *report = &command->report;
    struct failure_list *failures = calloc(1, sizeof *failures);
    CHECK(failures != NULL);
    const struct graph_file *graph =
        graph_file_read(command->arena, command->request.path, failures);
    graph = graph == NULL ? NULL : graph_file_simple(command->arena, graph, failures);
    failure_list_print(failures, stderr);
    free(failures);
    if (graph == NULL) {
        return false;
    }
    struct topology_options graph_options = {.kind = TOPOLOGY_EDGES,
                                             .node_count = graph->node_count,
                                             .edges = graph->edges,
                                             .edge_count = graph->edge_count};
    bool built =
        topology_build(&report->topology, command->arena, &graph_options, &command->failure);
    CHECK(built);
    report->kind = "file";
    report->names = graph->names;
    take_values(report, &graph_options,
                &(struct scenario_edge_values){graph->delay_ns, graph->loss_ppb});
    fill_run(command, NULL);
    return true;
}

static bool build(struct topology_command *command) {
    const char *path = command->request.path;
    command->report.path = path;
    bool is_graph =
        ends_with(path, ".csv") || ends_with(path, ".gml") || ends_with(path, ".graphml");
    if (is_graph && command->request.override_count > 0) {
        fputs("gossim: --set and --seed override a scenario, and this file is a graph\n", stderr);
        return false;
    }
    return is_graph ? build_file(command) : build_scenario(command);
}

static bool export_graph(struct topology_command *command) {
    if (command->export == NULL) {
        return true;
    }
    if (!result_file_open(&command->exported, command->export, &command->failure)) {
        return false;
    }
    topology_export(&command->report, command->format, command->exported.stream);
    return result_file_complete(&command->exported, &command->failure) &&
           result_file_publish(&command->exported, &command->failure);
}

/** Draws in a hidden folder beside the picture's place. */
static bool draw(struct topology_command *command) {
    const struct topology_report *report = &command->report;
    if (command->picture == NULL) {
        return true;
    }
    char *beside = NULL;
    char note[100];
    char nodes[FIGURE_TEXT_SIZE];
    char links[FIGURE_TEXT_SIZE];
    snprintf(note, sizeof note, "%s nodes, %s links",
             figure_count(report->topology.node_count, nodes),
             figure_count(report->topology.link_count, links));
    bool ok = asprintf(&beside, "%s.folder", command->picture) >= 0;
    const char *const words[2] = {report->kind, note};
    ok = ok && result_folder_open(&command->folder, beside, &command->failure) &&
         graph_picture_draw(&report->run, command->arena, command->folder.hidden, words,
                            &command->failure);
    char *drawn =
        ok ? result_folder_path(&command->folder,
                                command->is_svg ? "figures/topology.svg" : "figures/topology.png")
           : NULL;
    if (ok && rename(drawn, command->picture) != 0) {
        ok = failure_bad_input(&command->failure, "cannot write %s: %s", command->picture,
                               strerror(errno));
    }
    free(drawn);
    free(beside);
    return ok;
}

static int tell(struct topology_command *command) {
    struct topology_report *report = &command->report;
    interrupt_watch();
    if (!export_graph(command) || !draw(command)) {
        fputs("gossim: ", stderr);
        failure_print(&command->failure, stderr);
        return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT
                                                          : EXIT_STATUS_FAILED;
    }
    graph_measure(&report->measures, &report->run, command->arena);
    graph_measure_clustering(&report->clustering, &report->run);
    if (interrupt_seen()) {
        fputs("gossim: interrupted\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    if (command->json) {
        topology_print_json(report, stdout);
    } else {
        topology_print(report, stdout);
    }
    return standard_output_end();
}

int command_topology(int argument_count, char **arguments) {
    struct topology_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (standard_parse(&argp, argument_count, arguments, command) == 0) {
        interrupt_end_at_once();
        command->arena = arena_create(NULL);
        status = build(command) ? tell(command) : EXIT_STATUS_BAD_INPUT;
        result_file_abandon(&command->exported);
        result_folder_abandon(&command->folder);
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
