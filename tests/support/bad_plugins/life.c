/* SPDX-License-Identifier: MIT
 * Instances that go wrong, one way for each descriptor: its type says how. In C, as a plugin may
 * be. The test speaks to it through life.h. */
#include "life.h"

#include <tactus/tactus.h>

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static tests_life life;

typedef struct instance {
    tactus_plugin raw;
    const tactus_host* host;
    const char* type;
    tactus_op op;
    tactus_op wait;  /* for an hour */
    tactus_op close; /* its last work */
    int must_stop;   /* once its work has ended */
} instance;

static int add(int32_t* to, int32_t n) {
    return __atomic_add_fetch(to, n, __ATOMIC_SEQ_CST);
}

static int is(const instance* self, const char* type) {
    return strcmp(self->type, type) == 0;
}

static void say(const tactus_host* host, tactus_status status, const char* key, const char* text) {
    const tactus_str k = {key, strlen(key)};
    const tactus_str t = {text, strlen(text)};
    host->set_error(host, status, k, t);
}

static int may_return(void) {
    int32_t left = __atomic_load_n(&life.may_return, __ATOMIC_SEQ_CST);
    return left > 0 && __atomic_compare_exchange_n(&life.may_return, &left, left - 1, 0,
                                                   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static void hang(void) {
    add(&life.hanging, 1);
    while (__atomic_load_n(&life.must_hang, __ATOMIC_SEQ_CST) && !may_return()) {
        usleep(500);
    }
    add(&life.hanging, -1);
}

static void work(void* arg) {
    (void)arg;
    hang();
}

static void close_device(void* arg) {
    (void)arg;
    hang();
    add(&life.closed, 1);
}

static void has_closed(tactus_op* op, tactus_status status, uint64_t result) {
    const instance* self = (instance*)((char*)op - offsetof(instance, close));
    (void)status;
    (void)result;
    self->host->stopped(self->host, TACTUS_OK);
}

/* As the SDK does: what waits was cancelled, so it ends, and that takes work. */
static void has_waited(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = (instance*)((char*)op - offsetof(instance, wait));
    const tactus_exec_0* exec = self->host->get_interface(self->host, TACTUS_EXEC_0);
    (void)status;
    (void)result;
    self->close.done = &has_closed;
    if (exec->work(self->host, &self->close, &close_device, NULL) < 0) {
        self->host->stopped(self->host, TACTUS_E_INTERNAL);
    }
}

static tactus_status begin_to_wait(instance* self) {
    const tactus_timer_0* timer = self->host->get_interface(self->host, TACTUS_TIMER_0);
    self->wait.done = &has_waited;
    return timer->wait_until(self->host, &self->wait,
                             self->host->now_ns(self->host) + 3600000000000) < 0
               ? TACTUS_E_INTERNAL
               : TACTUS_OK;
}

static void done(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = (instance*)((char*)op - offsetof(instance, op));
    (void)result;
    if (status == TACTUS_E_CANCELED) {
        add(&life.canceled, 1);
    }
    if (self->must_stop) {
        self->host->stopped(self->host, TACTUS_OK);
    }
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    instance* self = (instance*)plugin;
    (void)config;
    if (is(self, "refuses")) {
        say(self->host, TACTUS_E_CONFIG, "colour", "The colour \"loud\" cannot be played.");
        return TACTUS_E_CONFIG;
    }
    return is(self, "refuses_silently") ? TACTUS_E_CONFIG : TACTUS_OK;
}

static void hold(void) {
    for (;;) {
        usleep(100000);
    }
}

static void come_up(instance* self) {
    const tactus_ports_0* ports = self->host->get_interface(self->host, TACTUS_PORTS_0);
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, {"p", 1}, {"p", 1}};
    uint32_t port = 0;
    (void)ports->add(self->host, &info, &port);
}

static tactus_status start(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    const tactus_host* host = self->host;
    self->op.done = &done;
    if (is(self, "holds_start")) {
        hold();
    }
    come_up(self);
    if (is(self, "start_fails")) {
        say(host, TACTUS_E_IO, "", "The device \"none\" is not there.");
        return TACTUS_E_IO;
    }
    if (is(self, "stops_at_once") || is(self, "stops_twice")) {
        say(host, TACTUS_E_IO, "", "The device went away at once.");
        host->stopped(host, TACTUS_E_IO);
        if (is(self, "stops_twice")) {
            host->stopped(host, TACTUS_E_INTERNAL);
        }
    }
    if (is(self, "never_stops") || is(self, "leaves_ops")) {
        const tactus_timer_0* timer = host->get_interface(host, TACTUS_TIMER_0);
        return timer->wait_until(host, &self->op, host->now_ns(host) + 3600000000000) < 0
                   ? TACTUS_E_INTERNAL
                   : TACTUS_OK;
    }
    if (is(self, "closes_by_work") && begin_to_wait(self) != TACTUS_OK) {
        return TACTUS_E_INTERNAL;
    }
    if (is(self, "hangs_in_work") || is(self, "closes_by_work")) {
        const tactus_exec_0* exec = host->get_interface(host, TACTUS_EXEC_0);
        return exec->work(host, &self->op, &work, NULL) < 0 ? TACTUS_E_INTERNAL : TACTUS_OK;
    }
    return TACTUS_OK;
}

static void stop(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    if (is(self, "holds_stop")) {
        hold();
    }
    if (is(self, "hangs_in_work")) {
        self->must_stop = 1;
    }
    if (is(self, "closes_by_work")) {
        self->host->cancel(self->host, &self->wait);
    }
    if (is(self, "never_stops") || is(self, "hangs_in_work") || is(self, "closes_by_work")) {
        return;
    }
    self->host->stopped(self->host, TACTUS_OK);
    if (is(self, "stops_twice")) {
        self->host->stopped(self->host, TACTUS_OK);
    }
}

static void destroy(tactus_plugin* plugin) {
    add(&life.destroyed, 1);
    free(plugin);
}

static tactus_status send(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    if (is((instance*)plugin, "holds_the_loop")) {
        hold();
    }
    if (is((instance*)plugin, "crashes")) {
        raise(SIGSEGV);
    }
    if (__atomic_load_n(&life.must_hang, __ATOMIC_SEQ_CST)) {
        hang();
    }
    *accepted = batch->count;
    add(&life.sent, (int32_t)batch->count);
    return TACTUS_OK;
}

static const tactus_output_0 blocking = {sizeof blocking,
                                         TACTUS_OUT_MAY_BLOCK,
                                         1u << TACTUS_PROTO_OSC,
                                         0,
                                         NULL,
                                         &send,
                                         NULL,
                                         NULL,
                                         NULL};
static const tactus_output_0 direct = {
    sizeof direct, 0, 1u << TACTUS_PROTO_OSC, 0, NULL, &send, NULL, NULL, NULL};

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    const instance* self = (const instance*)plugin;
    if (strcmp(id, TESTS_LIFE_0) == 0) {
        return &life;
    }
    if (strcmp(id, TACTUS_OUTPUT_0) != 0 || is(self, "no_output")) {
        return NULL;
    }
    return is(self, "hangs_in_send") ? &blocking : &direct;
}

static tactus_plugin* create(const char* id, const tactus_host* host) {
    if (strcmp(id, "life.create_null_said") == 0) {
        say(host, TACTUS_E_NOMEM, "", "There is no licence for this machine.");
    }
    if (strncmp(id, "life.create_null", 16) == 0) {
        return NULL;
    }
    instance* self = calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    add(&life.created, 1);
    self->raw.struct_size = sizeof self->raw;
    self->host = host;
    self->type = id + strlen("life.");
    if (is(self, "no_functions")) {
        static tactus_plugin empty = {.struct_size = sizeof empty};
        free(self);
        return &empty;
    }
    self->raw.configure = &configure;
    self->raw.start = &start;
    self->raw.stop = &stop;
    self->raw.destroy = &destroy;
    self->raw.get_interface = &get_interface;
    return &self->raw;
}

#define WAY(name)                                                                                  \
    static const tactus_descriptor name = {.struct_size = sizeof(tactus_descriptor),               \
                                           .kinds = TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT,        \
                                           .id = "life." #name,                                    \
                                           .type = #name,                                          \
                                           .version = "1",                                         \
                                           .vendor = "tests",                                      \
                                           .license = "MIT",                                       \
                                           .doc = "Goes wrong: " #name "."}
WAY(create_null);
WAY(create_null_said);
WAY(no_functions);
WAY(refuses);
WAY(refuses_silently);
WAY(start_fails);
WAY(stops_at_once);
WAY(stops_twice);
WAY(never_stops);
WAY(leaves_ops);
WAY(no_output);
WAY(hangs_in_send);
WAY(hangs_in_work);
WAY(closes_by_work);
WAY(holds_the_loop);
WAY(holds_start);
WAY(holds_stop);
WAY(crashes);
WAY(well);

static const tactus_descriptor* const descriptors[] = {
    &create_null,   &create_null_said, &no_functions,
    &refuses,       &refuses_silently, &start_fails,
    &stops_at_once, &stops_twice,      &never_stops,
    &leaves_ops,    &no_output,        &hangs_in_send,
    &hangs_in_work, &closes_by_work,   &holds_the_loop,
    &holds_start,   &holds_stop,       &crashes,
    &well};

const tactus_entry tactus_entry_v0 = {.struct_size = sizeof tactus_entry_v0,
                                      .abi_minor = TACTUS_ABI_MINOR,
                                      .sdk_version = TACTUS_SDK_VERSION,
                                      .n_descriptors = sizeof descriptors / sizeof *descriptors,
                                      .descriptors = descriptors,
                                      .create = &create};
