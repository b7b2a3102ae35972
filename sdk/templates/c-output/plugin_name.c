/* SPDX-License-Identifier: MIT
 *
 * An output that writes the address of each OSC message into the log.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <tactus/tactus.h>

#define ID "org.example.plugin_name"

struct instance {
    tactus_plugin plugin; /* first: the host's pointer is ours */
    const tactus_host* host;
    char prefix[64];
};

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    struct instance* self = (struct instance*)plugin;
    tactus_str text = {NULL, 0};
    const tactus_status status = config->get_str(config, 0, 0, &text);
    if (status == TACTUS_OK && text.len >= sizeof self->prefix) {
        const tactus_str key = {"prefix", 6};
        const tactus_str why = {"The prefix has at most 63 bytes.", 32};
        self->host->set_error(self->host, TACTUS_E_CONFIG, key, why);
        return TACTUS_E_CONFIG;
    }
    if (status == TACTUS_OK && text.len != 0) {
        memcpy(self->prefix, text.ptr, text.len);
    }
    return status;
}

static tactus_status add_port(const tactus_host* host) {
    const tactus_ports_0* ports = host->get_interface(host, TACTUS_PORTS_0);
    const tactus_str key = {"hello", 5};
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, key, key};
    uint32_t port = 0;
    return ports != NULL ? ports->add(host, &info, &port) : TACTUS_E_UNSUPPORTED;
}

static tactus_status start(tactus_plugin* plugin) {
    return add_port(((struct instance*)plugin)->host);
}

static void stop(tactus_plugin* plugin) {
    const tactus_host* host = ((struct instance*)plugin)->host;
    host->stopped(host, TACTUS_OK);
}

static void destroy(tactus_plugin* plugin) {
    free(plugin);
}

static tactus_status send(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    const struct instance* self = (const struct instance*)plugin;
    const tactus_log_0* log = self->host->get_interface(self->host, TACTUS_LOG_0);
    const char* at = (const char*)batch->events; /* go by the stride: a later host's are longer */
    for (*accepted = 0; *accepted < batch->count; ++*accepted, at += batch->event_stride) {
        const tactus_event* event = (const tactus_event*)at;
        char line[256] = "";
        if (log == NULL || event->protocol != TACTUS_PROTO_OSC) {
            continue;
        }
        /* The kernel has checked the message: its address ends with a zero byte. */
        strcat(line, self->prefix);
        strncat(line, (const char*)event->bytes, sizeof line - strlen(line) - 1);
        const tactus_str text = {line, strlen(line)};
        log->write(self->host, TACTUS_LOG_INFO, text);
    }
    return TACTUS_OK;
}

static const tactus_output_0 output = {
    .struct_size = sizeof output, .protocols = 1u << TACTUS_PROTO_OSC, .send = send};

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    (void)plugin;
    return strcmp(id, TACTUS_OUTPUT_0) == 0 ? &output : NULL;
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

static const char* const needed[] = {TACTUS_PORTS_0, NULL};
static const tactus_option options[] = {{.type = TACTUS_OPT_STRING,
                                         .key = "prefix",
                                         .default_toml = "\"\"",
                                         .doc = "The text before each address."}};
static const tactus_descriptor descriptor = {.struct_size = sizeof descriptor,
                                             .kinds = TACTUS_KIND_OUTPUT,
                                             .id = ID,
                                             .type = "plugin_type",
                                             .version = "0.1.0",
                                             .vendor = "Your name",
                                             .license = "MIT",
                                             .doc = "Logs addresses.",
                                             .requires_interfaces = needed,
                                             .options = options,
                                             .n_options = 1,
                                             .option_size = sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};

const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, create};
