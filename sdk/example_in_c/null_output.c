/* SPDX-License-Identifier: MIT
 *
 * The smallest possible plugin: an output that takes everything and does nothing. It is in C,
 * against the C headers alone: the ABI is C, for plugins in any language.
 */
#include <stdlib.h>
#include <string.h>

#include <tactus/tactus.h>

struct instance {
    tactus_plugin plugin; /* first: the host's pointer is ours */
    const tactus_host* host;
};

static struct instance* instance_of(tactus_plugin* plugin) {
    return (struct instance*)plugin->impl;
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    (void)plugin;
    (void)config;
    return TACTUS_OK;
}

static tactus_status start(tactus_plugin* plugin) {
    const tactus_host* host = instance_of(plugin)->host;
    const tactus_ports_0* ports = host->get_interface(host, TACTUS_PORTS_0);
    const tactus_str key = {"null", 4};
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, key, key};
    uint32_t port = 0;
    return ports != NULL ? ports->add(host, &info, &port) : TACTUS_E_UNSUPPORTED;
}

static void stop(tactus_plugin* plugin) {
    const tactus_host* host = instance_of(plugin)->host;
    host->stopped(host, TACTUS_OK);
}

static void destroy(tactus_plugin* plugin) {
    free(instance_of(plugin));
}

static tactus_status send(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    (void)plugin;
    *accepted = batch->count;
    return TACTUS_OK;
}

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    static const tactus_output_0 output = {
        sizeof output, 0,   1u << TACTUS_PROTO_MIDI | 1u << TACTUS_PROTO_OSC, 0, NULL, send, NULL,
        NULL,          NULL};
    (void)plugin;
    return strcmp(id, TACTUS_OUTPUT_0) == 0 ? &output : NULL;
}

static const char own_id[] = "org.example.null";

static tactus_plugin* create(const char* id, const tactus_host* host) {
    struct instance* made = strcmp(id, own_id) == 0 ? calloc(1, sizeof *made) : NULL;
    if (made != NULL) {
        const tactus_plugin plugin = {sizeof plugin, 0,    made,    configure,
                                      start,         stop, destroy, get_interface};
        made->plugin = plugin;
        made->host = host;
    }
    return made != NULL ? &made->plugin : NULL;
}

static const char* const needed[] = {TACTUS_PORTS_0, NULL};
static const tactus_descriptor descriptor = {sizeof descriptor,
                                             TACTUS_KIND_OUTPUT,
                                             own_id,
                                             "null_output",
                                             "1.0.0",
                                             "Example",
                                             "MIT",
                                             "Takes all events.",
                                             needed,
                                             NULL,
                                             0,
                                             sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};

const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, create};
