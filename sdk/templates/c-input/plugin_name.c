/* SPDX-License-Identifier: MIT
 *
 * An input that emits the OSC message "/hello" each `period`.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <tactus/tactus.h>

#define ID "org.example.plugin_name"

struct instance {
    tactus_plugin plugin; /* first: the host's pointer is ours */
    const tactus_host* host;
    tactus_op timer;
    int is_waiting;
    int is_stopping;
    int64_t period_ns;
    int64_t due_ns;
};

static tactus_status wait(struct instance* self) {
    const tactus_timer_0* timer = self->host->get_interface(self->host, TACTUS_TIMER_0);
    const tactus_status status =
        timer != NULL ? timer->wait_until(self->host, &self->timer, self->due_ns)
                      : TACTUS_E_UNSUPPORTED;
    self->is_waiting = status == TACTUS_PENDING;
    return self->is_waiting ? TACTUS_OK : status;
}

static void emit(const struct instance* self) {
    static const uint8_t hello[] = {'/', 'h', 'e', 'l', 'l', 'o', 0, 0, ',', 0, 0, 0};
    const tactus_emit_0* out = self->host->get_interface(self->host, TACTUS_EMIT_0);
    const tactus_event event = {.bytes = hello, .size = sizeof hello, .protocol = TACTUS_PROTO_OSC};
    /* Without room the kernel refuses and counts it: the next one comes soon. */
    const tactus_batch batch = {sizeof batch, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
    uint32_t accepted = 0;
    if (out != NULL) {
        (void)out->emit(self->host, &batch, &accepted);
    }
}

static void done(tactus_op* op, tactus_status status, uint64_t result) {
    struct instance* self = (struct instance*)((char*)op - offsetof(struct instance, timer));
    (void)result;
    self->is_waiting = 0;
    if (self->is_stopping) {
        self->host->stopped(self->host, TACTUS_OK);
        return;
    }
    if (status != TACTUS_OK) {
        return; /* canceled by the daemon, which then stops the instance */
    }
    emit(self);
    self->due_ns += self->period_ns;
    status = wait(self);
    if (status != TACTUS_OK && status != TACTUS_E_CLOSED) {
        self->host->stopped(self->host, status); /* the daemon makes a new one, after a while */
    }
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    return config->get_int(config, 0, 0, &((struct instance*)plugin)->period_ns);
}

static tactus_status add_port(const tactus_host* host) {
    const tactus_ports_0* ports = host->get_interface(host, TACTUS_PORTS_0);
    const tactus_str key = {"hello", 5};
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, key, key};
    uint32_t port = 0;
    return ports != NULL ? ports->add(host, &info, &port) : TACTUS_E_UNSUPPORTED;
}

static tactus_status start(tactus_plugin* plugin) {
    struct instance* self = (struct instance*)plugin;
    const tactus_status status = add_port(self->host);
    self->timer.done = done;
    self->due_ns = self->host->now_ns(self->host);
    return status == TACTUS_OK ? wait(self) : status;
}

static void stop(tactus_plugin* plugin) {
    struct instance* self = (struct instance*)plugin;
    self->is_stopping = 1;
    if (self->is_waiting) {
        (void)self->host->cancel(self->host, &self->timer); /* done() follows */
    } else {
        self->host->stopped(self->host, TACTUS_OK);
    }
}

static void destroy(tactus_plugin* plugin) {
    free(plugin);
}

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    (void)plugin;
    (void)id;
    return NULL;
}

static tactus_plugin* create(const char* id, const tactus_host* host) {
    struct instance* made = strcmp(id, ID) == 0 ? calloc(1, sizeof *made) : NULL;
    if (made == NULL) {
        return NULL;
    }
    const tactus_plugin plugin = {sizeof plugin, 0,    made,    configure,
                                  start,         stop, destroy, get_interface};
    made->plugin = plugin;
    made->host = host;
    return &made->plugin;
}

static const char* const needed[] = {TACTUS_TIMER_0, TACTUS_EMIT_0, TACTUS_PORTS_0, NULL};
static const tactus_option options[] = {{.type = TACTUS_OPT_DURATION,
                                         .key = "period",
                                         .default_toml = "\"100ms\"",
                                         .doc = "From one message to the next.",
                                         .min_toml = "\"1ms\"",
                                         .max_toml = "\"1m\""}};
static const tactus_descriptor descriptor = {.struct_size = sizeof descriptor,
                                             .kinds = TACTUS_KIND_INPUT,
                                             .id = ID,
                                             .type = "plugin_type",
                                             .version = "0.1.0",
                                             .vendor = "Your name",
                                             .license = "MIT",
                                             .doc = "Says hello.",
                                             .requires_interfaces = needed,
                                             .options = options,
                                             .n_options = 1,
                                             .option_size = sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};

const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, create};
