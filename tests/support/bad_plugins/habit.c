/* SPDX-License-Identifier: MIT
 * A plugin in C, an input and output, with one habit: see habit.h. It emits every 10 ms; those
 * whose names begin with thread_ or work_ have a thread instead, which a pipe wakes at the stop. */
#define _GNU_SOURCE
#include "habit.h"

#include <tactus/tactus.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000

typedef struct instance {
    tactus_plugin raw; /* first: the host's pointer is ours */
    const tactus_host* host;
    tactus_op timer;
    tactus_op wake;
    tactus_op job;
    int is_timer_pending;
    int is_wake_pending;
    int is_job_pending;
    int is_stopping;
    int pipe[2];   /* to the thread: a byte at the stop */
    int answer[2]; /* from it, where it wakes the loop by a descriptor */
    pthread_t thread;
    int has_thread;
    uint32_t port;
} instance;

static const void* find(const instance* self, const char* id) {
    return self->host->get_interface(self->host, id);
}

static int is_threaded(void) {
    return habit >= H_thread_ends_at_once && habit <= H_work_until_stop;
}

static void write_byte(int fd) {
    while (write(fd, "", 1) < 0 && errno == EINTR) {
    }
}

static void read_byte(int fd) {
    char byte;
    while (read(fd, &byte, 1) < 0 && errno == EINTR) {
    }
}

static void join(instance* self) {
    if (self->has_thread) {
        self->has_thread = 0;
        pthread_join(self->thread, NULL);
    }
}

static void close_pipes(instance* self) {
    for (int i = 0; i < 2; ++i) {
        if (self->pipe[i] >= 0) {
            close(self->pipe[i]);
        }
        if (self->answer[i] >= 0) {
            close(self->answer[i]);
        }
        self->pipe[i] = self->answer[i] = -1;
    }
}

/* [loop] The thread has said that it ends. */
static void on_thread_end(void* arg) {
    instance* self = arg;
    join(self);
    self->host->stopped(self->host, TACTUS_OK);
}

static void* serve(void* arg) {
    instance* self = arg;
    read_byte(self->pipe[0]);
    usleep(habit == H_thread_ends_late ? 20000 : 100); /* it closes its device */
    if (habit == H_thread_wakes_descriptor) {
        write_byte(self->answer[1]);
        return NULL;
    }
    const tactus_exec_0* exec = find(self, TACTUS_EXEC_0);
    if (habit == H_thread_says_stopped || exec == NULL ||
        exec->post(self->host, &on_thread_end, self) != TACTUS_OK) {
        self->host->stopped(self->host, TACTUS_OK);
    }
    return NULL;
}

/* [work] As serve, in a library that blocks. */
static void work(void* arg) {
    read_byte(((instance*)arg)->pipe[0]);
}

static void on_job(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = (instance*)((char*)op - offsetof(instance, job));
    (void)status;
    (void)result;
    self->is_job_pending = 0;
    self->host->stopped(self->host, self->is_stopping ? TACTUS_OK : TACTUS_E_IO);
}

static void on_wake(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = (instance*)((char*)op - offsetof(instance, wake));
    (void)status;
    (void)result;
    self->is_wake_pending = 0;
    if (self->is_stopping && is_threaded()) {
        on_thread_end(self);
    }
}

static void emit(instance* self) {
    const tactus_emit_0* out = find(self, TACTUS_EMIT_0);
    tactus_event event = {.received_ns = 0};
    habit_event(&event);
    const tactus_batch batch = {sizeof batch, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
    uint32_t accepted = 0;
    if (out != NULL) {
        (void)out->emit(self->host, &batch, &accepted);
    }
}

static void wait(instance* self) {
    const tactus_timer_0* timer = find(self, TACTUS_TIMER_0);
    if (timer != NULL) {
        const int64_t step_ns = habit == H_ends_at_once ? 0 : 10 * MS;
        const int64_t due_ns = self->host->now_ns(self->host) + step_ns;
        self->is_timer_pending =
            timer->wait_until(self->host, &self->timer, due_ns) == TACTUS_PENDING;
    }
}

static void on_timer(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = (instance*)((char*)op - offsetof(instance, timer));
    (void)result;
    self->is_timer_pending = 0;
    if (self->is_stopping) {
        self->host->stopped(self->host, TACTUS_OK);
    } else if (habit == H_ends_at_once) {
        const tactus_str why = {"The device is gone.", 19};
        (void)self->host->set_error(self->host, TACTUS_E_IO, (tactus_str){NULL, 0}, why);
        self->host->stopped(self->host, TACTUS_E_IO);
    } else if (status == TACTUS_OK) {
        habit_act(AT_TURN);
        emit(self);
        wait(self);
    }
}

/* What it waits for: the thread's descriptor, or its function of exec.work. */
static tactus_status begin_thread(instance* self) {
    const tactus_exec_0* exec = find(self, TACTUS_EXEC_0);
    const tactus_fd_0* fd = find(self, TACTUS_FD_0);
    tactus_status status = TACTUS_OK;
    if (pipe2(self->pipe, O_CLOEXEC) != 0 || pipe2(self->answer, O_CLOEXEC) != 0) {
        return TACTUS_E_IO;
    }
    if (habit == H_work_until_stop) {
        status =
            exec == NULL ? TACTUS_E_UNSUPPORTED : exec->work(self->host, &self->job, &work, self);
        self->is_job_pending = status == TACTUS_PENDING;
        return status < TACTUS_OK ? status : TACTUS_OK;
    }
    if (habit == H_thread_wakes_descriptor) {
        status = fd == NULL
                     ? TACTUS_E_UNSUPPORTED
                     : fd->wait(self->host, &self->wake, self->answer[0], TACTUS_FD_READABLE);
        self->is_wake_pending = status == TACTUS_PENDING;
    }
    if (status < TACTUS_OK) {
        return status;
    }
    self->has_thread = pthread_create(&self->thread, NULL, &serve, self) == 0;
    return self->has_thread ? TACTUS_OK : TACTUS_E_NOMEM;
}

/* The number may be another file's at once. */
static tactus_status close_awaited(instance* self) {
    const tactus_fd_0* fd = find(self, TACTUS_FD_0);
    if (fd == NULL || pipe2(self->pipe, O_CLOEXEC) != 0) {
        return TACTUS_E_IO;
    }
    const tactus_status status =
        fd->wait(self->host, &self->wake, self->pipe[0], TACTUS_FD_READABLE);
    self->is_wake_pending = status == TACTUS_PENDING;
    close(self->pipe[0]);
    self->pipe[0] = -1;
    if (habit == H_reuses_awaited && pipe2(self->answer, O_CLOEXEC) != 0) {
        return TACTUS_E_IO;
    }
    return status < TACTUS_OK ? status : TACTUS_OK;
}

static void on_post(void* arg) {
    (void)arg;
    habit_act(AT_POST);
}

static tactus_status start(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    const tactus_ports_0* ports = find(self, TACTUS_PORTS_0);
    const tactus_port_info info = {
        sizeof info, TACTUS_PORT_UP, {"p\0q", habit == H_port_with_zero ? 3 : 1}, {"p", 1}};
    self->timer.done = &on_timer;
    self->wake.done = &on_wake;
    self->job.done = &on_job;
    habit_act(AT_START);
    habit_count(self->host);
    if (habit == H_dirty_op) {
        self->timer.host_private[0] = self;
    }
    const tactus_status status =
        ports == NULL ? TACTUS_E_UNSUPPORTED : ports->add(self->host, &info, &self->port);
    if (status != TACTUS_OK) {
        return status;
    }
    if (is_threaded()) {
        return begin_thread(self);
    }
    if (habit == H_closes_awaited || habit == H_reuses_awaited) {
        const tactus_status waits = close_awaited(self);
        if (waits != TACTUS_OK) {
            return waits;
        }
    }
    if (habit == H_sleeps_in_post) {
        const tactus_exec_0* exec = find(self, TACTUS_EXEC_0);
        (void)exec->post(self->host, &on_post, NULL);
    }
    wait(self);
    return TACTUS_OK;
}

static void stop(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    habit_act(AT_STOP);
    self->is_stopping = 1;
    if (is_threaded()) {
        write_byte(self->pipe[1]);
        if (habit == H_thread_wakes_descriptor && !self->is_wake_pending) {
            on_thread_end(self); /* cut off */
        }
    } else if (self->is_timer_pending) {
        (void)self->host->cancel(self->host, &self->timer);
    } else {
        self->host->stopped(self->host, TACTUS_OK);
    }
}

static void destroy(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    habit_act(AT_DESTROY);
    join(self);
    if (habit != H_closes_others) {
        close_pipes(self);
    }
    free(self);
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    (void)plugin;
    (void)config;
    habit_act(AT_CONFIGURE);
    return TACTUS_OK;
}

const tactus_host* habit_host(tactus_plugin* plugin) {
    return ((instance*)plugin)->host;
}

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    (void)plugin;
    return strcmp(id, TACTUS_OUTPUT_0) == 0 ? &habit_output : NULL;
}

static tactus_plugin* create(const char* id, const tactus_host* host) {
    if (strcmp(id, "tests.habit") != 0) {
        return NULL;
    }
    instance* self = calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    habit_act(AT_CREATE);
    self->raw = (tactus_plugin){sizeof self->raw, 0,     NULL,     &configure,
                                &start,           &stop, &destroy, &get_interface};
    self->host = host;
    self->pipe[0] = self->pipe[1] = self->answer[0] = self->answer[1] = -1;
    return &self->raw;
}

static const tactus_option level_5[] = {{.type = TACTUS_OPT_BOOL, .key = "leaf", .doc = "End."}};
#define LEVEL(name, below)                                                                         \
    static const tactus_option name[] = {{.type = TACTUS_OPT_TABLE,                                \
                                          .key = #name,                                            \
                                          .doc = "Deep.",                                          \
                                          .children = below,                                       \
                                          .n_children = 1}}
LEVEL(level_4, level_5);
LEVEL(level_3, level_4);
LEVEL(level_2, level_3);
LEVEL(level_1, level_2);
LEVEL(level_0, level_1);
static const tactus_option odd[] = {
    {.type = TACTUS_OPT_INT, .key = "hex", .default_toml = "0x1_0", .doc = "A number."},
    {.type = TACTUS_OPT_STRING,
     .key = "lines",
     .default_toml = "\"\"\"a\nb\"\"\"",
     .doc = "A text."},
    {.type = TACTUS_OPT_RATE, .key = "rate", .default_toml = "\"30/m\"", .doc = "A rate."},
    {.type = TACTUS_OPT_STRING,
     .flags = TACTUS_OPT_ARRAY,
     .key = "list",
     .default_toml = "[\"a, b\", 'c']",
     .doc = "Texts."},
    {.type = TACTUS_OPT_TABLE,
     .key = "table",
     .default_toml = "{ leaf = true }",
     .doc = "A table.",
     .children = level_5,
     .n_children = 1}};
static const tactus_option many[TACTUS_OPTIONS_MAX + 1];

static const tactus_descriptor descriptor = {
    sizeof descriptor,
    HABIT == H_input_with_output ? TACTUS_KIND_INPUT : TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT,
    "tests.habit",
    "habit",
    "1.0.0",
    "tests",
    "MIT",
    "Has one habit.",
    NULL,
    HABIT == H_too_deep           ? level_0
    : HABIT == H_odd_defaults     ? odd
    : HABIT == H_too_many_options ? many
                                  : NULL,
    HABIT == H_too_deep           ? 1
    : HABIT == H_odd_defaults     ? sizeof odd / sizeof *odd
    : HABIT == H_too_many_options ? TACTUS_OPTIONS_MAX + 1
                                  : 0,
    sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};
const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, &create};
