/* SPDX-License-Identifier: MIT
 *
 * Writes the bytes of each MIDI message into a named pipe, as into a raw MIDI device. Opening and
 * writing may block, so `send` runs on the instance's own worker. A reader may come and go: while
 * there is none, events are dropped as output_down. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tactus/tactus.h>

#define ID "org.example.fifo_out"
#define WAIT_MS 200 /* for a reader that is slow: a stop must not wait for long */

struct instance {
    tactus_plugin plugin; /* first: the host's pointer is ours */
    const tactus_host* host;
    char path[1024];
    int fd; /* -1: not open. Only the worker uses it, and destroy after it. */
};

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    struct instance* self = (struct instance*)plugin;
    tactus_str path = {NULL, 0};
    const tactus_status status = config->get_str(config, 0, 0, &path);
    if (status != TACTUS_OK) {
        return status;
    }
    if (path.len == 0 || path.len >= sizeof self->path) {
        const tactus_str key = {"path", 4};
        const tactus_str why = {"The path has 1 to 1023 bytes.", 29};
        self->host->set_error(self->host, TACTUS_E_CONFIG, key, why);
        return TACTUS_E_CONFIG;
    }
    memcpy(self->path, path.ptr, path.len);
    return TACTUS_OK;
}

static tactus_status start(tactus_plugin* plugin) {
    const tactus_host* host = ((struct instance*)plugin)->host;
    const tactus_ports_0* ports = host->get_interface(host, TACTUS_PORTS_0);
    const tactus_str key = {"fifo", 4};
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, key, key};
    uint32_t port = 0;
    return ports != NULL ? ports->add(host, &info, &port) : TACTUS_E_UNSUPPORTED;
}

static void stop(tactus_plugin* plugin) {
    const tactus_host* host = ((struct instance*)plugin)->host;
    host->stopped(host, TACTUS_OK);
}

static void destroy(tactus_plugin* plugin) {
    if (((struct instance*)plugin)->fd >= 0) {
        close(((struct instance*)plugin)->fd);
    }
    free(plugin);
}

/* Short messages are written whole or not at all; a SysEx may be written in pieces. */
static tactus_status write_all(struct instance* self, const uint8_t* bytes, uint32_t size) {
    if (self->fd < 0) {
        self->fd = open(self->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    }
    if (self->fd < 0) {
        return errno == ENXIO || errno == ENOENT ? TACTUS_E_CLOSED : TACTUS_E_IO;
    }
    while (size != 0) {
        const ssize_t written = write(self->fd, bytes, size);
        if (written > 0) {
            bytes += written;
            size -= (uint32_t)written;
            continue;
        }
        struct pollfd room = {self->fd, POLLOUT, 0};
        if (written < 0 && errno == EAGAIN && poll(&room, 1, WAIT_MS) == 0) {
            return TACTUS_E_TIMEOUT;
        }
        if (written < 0 && errno != EAGAIN && errno != EINTR) {
            close(self->fd); /* EPIPE: the reader has gone */
            self->fd = -1;
            return TACTUS_E_CLOSED;
        }
    }
    return TACTUS_OK;
}

static tactus_status send(tactus_plugin* plugin, const tactus_batch* batch, uint32_t* accepted) {
    const char* at = (const char*)batch->events;
    for (*accepted = 0; *accepted < batch->count; ++*accepted, at += batch->event_stride) {
        const tactus_event* event = (const tactus_event*)at;
        const tactus_status status =
            event->protocol == TACTUS_PROTO_MIDI
                ? write_all((struct instance*)plugin, event->bytes, event->size)
                : TACTUS_E_UNSUPPORTED;
        if (status != TACTUS_OK) {
            return status; /* event number *accepted is lost; the host goes on behind it */
        }
    }
    return TACTUS_OK;
}

static const tactus_output_0 output = {.struct_size = sizeof output,
                                       .flags = TACTUS_OUT_MAY_BLOCK,
                                       .protocols = 1u << TACTUS_PROTO_MIDI,
                                       .send = &send};

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    (void)plugin;
    return strcmp(id, TACTUS_OUTPUT_0) == 0 ? &output : NULL;
}

static tactus_plugin* create(const char* id, const tactus_host* host) {
    struct instance* made = strcmp(id, ID) == 0 ? calloc(1, sizeof *made) : NULL;
    if (made == NULL) {
        return NULL;
    }
    *made = (struct instance){
        {sizeof made->plugin, 0, made, configure, start, stop, destroy, get_interface},
        host,
        {0},
        -1};
    return &made->plugin;
}

static const tactus_option options[] = {{.type = TACTUS_OPT_STRING,
                                         .key = "path",
                                         .default_toml = "\"/run/tactus-midi\"",
                                         .doc = "The named pipe, as mkfifo(1) makes it."}};
static const tactus_descriptor descriptor = {sizeof descriptor,
                                             TACTUS_KIND_OUTPUT,
                                             ID,
                                             "fifo",
                                             "1.0.0",
                                             "Example",
                                             "MIT",
                                             "Writes MIDI into a named pipe.",
                                             NULL,
                                             options,
                                             1,
                                             sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};

const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, create};
