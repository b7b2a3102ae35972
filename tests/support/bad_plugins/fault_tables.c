/* SPDX-License-Identifier: MIT
 * The static tables of fault.c, and what happens when the file is loaded. */
#include "fault_tables.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* rest(void* arg) {
    for (;;) {
        usleep(100000);
    }
    return arg;
}

__attribute__((constructor)) static void on_load(void) {
    pthread_t thread;
    switch (fault) {
    case F_constructor_crashes:
        raise(SIGSEGV);
        break;
    case F_constructor_exits:
        _exit(0);
    case F_constructor_hangs:
        (void)rest(NULL);
        break;
    case F_constructor_starts_thread:
        (void)!pthread_create(&thread, NULL, &rest, NULL);
        break;
    case F_constructor_prints:
        puts("hello");
        break;
    case F_constructor_opens:
        (void)!open("/dev/null", O_RDONLY);
        break;
    case F_constructor_sets_environment:
        setenv("TACTUS_FAULT", "1", 1);
        break;
    case F_constructor_ignores_sigterm:
        signal(SIGTERM, SIG_IGN);
        break;
    case F_constructor_changes_folder:
        (void)!chdir("/");
        (void)!chdir("/tmp");
        break;
    case F_constructor_closes_stdin:
        close(STDIN_FILENO);
        break;
    case F_constructor_closes_others:
        for (int fd = 3; fd < 200; ++fd) {
            close(fd);
        }
        break;
    default:
        break;
    }
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    const tactus_host* host = fault_host(plugin);
    tactus_str text = {NULL, 0};
    if (fault == F_configure_refuses) {
        return TACTUS_E_CONFIG;
    }
    if (fault == F_configure_opens_socket) {
        const tactus_udp_0* udp = host->get_interface(host, TACTUS_UDP_0);
        const tactus_str endpoint = {"udp://127.0.0.1:9000", 20};
        tactus_address address;
        (void)udp->parse(host, endpoint, &address);
    }
    if (fault == F_configure_leaves_descriptor) {
        (void)!open("/dev/null", O_RDONLY);
    }
    const tactus_status status = config->get_str(config, 0, 0, &text);
    if (fault == F_configure_follows_null) {
        const volatile char first = text.ptr[0];
        (void)first;
        return TACTUS_OK;
    }
    return fault == F_configure_ignores_status ? TACTUS_OK : status;
}

static tactus_status take(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    static int sends;
    (void)plugin;
    if (fault == F_send_exits) {
        exit(0);
    }
    if (fault == F_send_crashes) {
        raise(SIGSEGV);
    }
    if (fault == F_sleeps_in_send && ++sends == 1) {
        usleep(60000);
    }
    if (fault == F_send_says_nothing) {
        return TACTUS_OK;
    }
    *accepted = fault == F_send_accepts_more      ? batch->count + 1
                : fault == F_send_accepts_nothing ? 0
                                                  : batch->count;
    if (fault == F_send_small_room && batch->count > 16) {
        abort();
    }
    for (uint32_t i = 0; i < batch->count; ++i) {
        const size_t stride =
            fault == F_send_ignores_stride ? sizeof(tactus_event) : batch->event_stride;
        const tactus_event* event = (const tactus_event*)((const char*)batch->events + i * stride);
        if (event->size > TACTUS_EVENT_SIZE_MAX) { /* what no host sends: memory beside an event */
            abort();
        }
        if (fault == F_send_fears_unknown && event->protocol > TACTUS_PROTO_OSC) {
            abort();
        }
    }
    return fault == F_send_positive ? TACTUS_PENDING : TACTUS_OK;
}

static void make_second_metric(const tactus_host* host, const tactus_metrics_0* metrics) {
    uint32_t metric = 0;
    switch (fault) {
    case F_metric_own:
        (void)metrics->create(host, TACTUS_METRIC_GAUGE, "state", "Ours.", &metric);
        break;
    case F_metric_twice:
        (void)metrics->create(host, TACTUS_METRIC_COUNTER, "turns_total", "Again.", &metric);
        break;
    case F_metric_labels:
        (void)metrics->create(host, TACTUS_METRIC_COUNTER, "turns_total{cause=\"b\"}", "b.",
                              &metric);
        break;
    case F_metric_of_histogram:
        (void)metrics->create(host, TACTUS_METRIC_HISTOGRAM, "turn_seconds", "Times.", &metric);
        (void)metrics->create(host, TACTUS_METRIC_GAUGE, "turn_seconds_count", "Two.", &metric);
        break;
    default:
        break;
    }
}

void fault_make_metric(const tactus_host* host) {
    const tactus_metrics_0* metrics = host->get_interface(host, TACTUS_METRICS_0);
    const char* name = fault == F_metric_name     ? "Turns"
                       : fault == F_metric_labels ? "turns_total{kind=\"a\"}"
                                                  : "turns_total";
    const char* help = fault == F_metric_latin1 ? "Gez\xe4hlt." : "Turns of the plugin.";
    uint32_t metric = 0;
    if (metrics != NULL &&
        metrics->create(host, TACTUS_METRIC_COUNTER, name, help, &metric) != TACTUS_OK &&
        fault == F_needs_metric) {
        abort();
    }
    if (metrics != NULL) {
        make_second_metric(host, metrics);
    }
}

static int64_t ahead_ns(tactus_plugin* plugin) {
    (void)plugin;
    return fault == F_ahead_negative ? -1 : 0;
}

static void flush(tactus_plugin* plugin, uint32_t port) {
    (void)plugin;
    if (fault == F_flush_crashes && port > 1) {
        abort();
    }
}

static tactus_status want_port(tactus_plugin* plugin, tactus_str name) {
    (void)plugin;
    (void)name;
    return fault == F_want_port_lies ? TACTUS_OK : TACTUS_E_INVALID;
}

static const tactus_output_0 output = {sizeof output,
                                       0,
                                       FAULT == F_no_protocols ? 0 : 1u << TACTUS_PROTO_OSC,
                                       0,
                                       &ahead_ns,
                                       &take,
                                       &flush,
                                       &want_port,
                                       NULL};

static uint32_t wants(tactus_plugin* plugin) {
    (void)plugin;
    return TACTUS_OUTCOME_DROPPED;
}

static void report(tactus_plugin* plugin, const tactus_outcome* outcomes, uint32_t n,
                   uint64_t lost) {
    (void)plugin;
    (void)lost;
    if (fault == F_report_crashes && n != 0 && outcomes[n - 1].kind > TACTUS_OUTCOME_SENT) {
        abort();
    }
}

static const tactus_outcome_0 outcome = {sizeof outcome, 0, &wants, &report};

static tactus_status
list(tactus_plugin* plugin,
     void (*visit)(void* arg, tactus_str system, tactus_str name, tactus_str note), void* arg) {
    const tactus_str system = {"TEST", 4};
    const tactus_str name = {fault == F_discover_latin1 ? "Ger\xe4t" : "Port", 4};
    const tactus_str none = {NULL, 0};
    (void)plugin;
    visit(arg, system, name, none);
    return TACTUS_OK;
}

static const tactus_discover_0 discover = {FAULT == F_discover_short ? 8 : sizeof discover, 0,
                                           &list};

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    static tactus_output_0 fresh[1000];
    static int used;
    (void)plugin;
    if (fault == F_interface_fresh && strcmp(id, TACTUS_OUTPUT_0) == 0) {
        used = (used + 1) % 1000;
        fresh[used] = output;
        return &fresh[used];
    }
    const size_t size = strlen(TACTUS_OUTPUT_0) - (fault == F_interface_by_prefix ? 1 : 0);
    if (fault == F_no_output_table && strcmp(id, TACTUS_OUTPUT_0) == 0) {
        return NULL;
    }
    if (strncmp(id, TACTUS_OUTPUT_0, size) == 0 &&
        (fault == F_interface_by_prefix || strlen(id) == size)) {
        return &output;
    }
    if (strcmp(id, TACTUS_OUTCOME_0) == 0) {
        return &outcome;
    }
    return strcmp(id, TACTUS_DISCOVER_0) == 0 ? &discover : NULL;
}

const tactus_plugin fault_plugin = {FAULT == F_create_short ? 8 : sizeof fault_plugin,
                                    0,
                                    NULL,
                                    &configure,
                                    &fault_start,
                                    &fault_stop,
                                    &fault_destroy,
                                    &get_interface};

static const char* const words[] = {"one", "two", NULL};
static const tactus_option options[] = {
    {.type = FAULT == F_option_type_unknown ? 99 : TACTUS_OPT_STRING,
     .key = FAULT == F_option_key_capital ? "Text"
            : FAULT == F_option_key_taken ? "type"
                                          : "text",
     .default_toml = FAULT == F_default_unquoted    ? "heard"
                     : FAULT == F_default_with_zero ? "\"a\\u0000b\""
                                                    : "\"heard \"",
     .min_toml = FAULT == F_range_of_text ? "\"a\"" : NULL,
     .doc = FAULT == F_option_without_doc ? "" : "A text."},
    {.type = TACTUS_OPT_CHOICE,
     .key = FAULT == F_option_key_twice ? "text" : "form",
     .default_toml = FAULT == F_default_no_choice ? "\"three\"" : "\"one\"",
     .doc = "One of two.",
     .choices = FAULT == F_option_without_choices ? NULL : words},
    {.type = TACTUS_OPT_DURATION,
     .key = "wait",
     .default_toml = FAULT == F_default_wrong_unit     ? "\"10 msec\""
                     : FAULT == F_default_too_large    ? "\"99999999999999h\""
                     : FAULT == F_default_out_of_range ? "\"20s\""
                                                       : "\"10ms\"",
     .doc = "How long.",
     .min_toml = FAULT == F_range_reversed ? "\"11s\"" : "\"1ms\"",
     .max_toml = "\"10s\""}};

static const char* const needed[] = {FAULT == F_needs_unknown ? "tactus.teleport/0"
                                                              : TACTUS_TIMER_0,
                                     FAULT == F_connects_unnamed ? NULL : TACTUS_STREAM_0, NULL};

static const tactus_descriptor first = {
    FAULT == F_descriptor_short ? 16 : sizeof first,
    FAULT == F_descriptor_kinds ? 0x40u : TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT,
    FAULT_ID,
    FAULT == F_type_capital ? "Fault" : "fault",
    FAULT == F_text_empty ? "" : "1.0.0",
    FAULT == F_text_latin1 ? "M\xfcller" : "tests",
    FAULT == F_text_null ? NULL : "MIT",
    "Sound, but for one fault.",
    needed,
    options,
    sizeof options / sizeof *options,
    FAULT == F_option_stride ? 12 : sizeof *options};

static const tactus_descriptor second = {sizeof second,
                                         TACTUS_KIND_INPUT,
                                         FAULT == F_id_twice ? FAULT_ID : "tests.fault_two",
                                         FAULT == F_type_twice ? "fault" : "fault_two",
                                         "1.0.0",
                                         "tests",
                                         "MIT",
                                         "Another.",
                                         NULL,
                                         NULL,
                                         0,
                                         sizeof(tactus_option)};

static const tactus_descriptor* const descriptors[] = {
    FAULT == F_entry_null_descriptor ? NULL : &first, &second};

const tactus_entry tactus_entry_v0 = {FAULT == F_entry_short ? 16 : sizeof tactus_entry_v0,
                                      FAULT == F_entry_minor ? TACTUS_ABI_MINOR + 41
                                                             : TACTUS_ABI_MINOR,
                                      TACTUS_SDK_VERSION,
                                      FAULT == F_id_twice || FAULT == F_type_twice ? 2 : 1,
                                      FAULT == F_entry_reserved ? 1 : 0,
                                      descriptors,
                                      FAULT == F_entry_without_create ? NULL : &fault_create};

TACTUS_EXPORT extern const int fault_symbol;
#ifdef FAULT_EXPORTS
const int fault_symbol = 1;
#endif
