/* SPDX-License-Identifier: MIT
 * A sound plugin, an input and output in C, with one fault: see fault.h. fault_tables.c has its
 * static tables. */
#include "fault_tables.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MS 1000000

enum { TIMER, ROOM, JOB, LINK, OPS };

typedef struct instance {
    tactus_plugin raw; /* first: the host's pointer is ours */
    const tactus_host* host;
    tactus_op ops[OPS];
    int is_pending[OPS];
    int is_stopping; /* also read by a thread of ours */
    int has_had_turn;
    int is_lost;
    int turns;
    int has_stopped;
    uint32_t port;
    int64_t next_ns;
    pthread_t thread;
    int has_thread;
} instance;

static int lives;

static const void* find(const instance* self, const char* id) {
    return self->host->get_interface(self->host, id);
}

static void end_now(instance* self) {
    if (self->has_stopped) {
        return;
    }
    self->has_stopped = 1;
    if (fault == F_stops_with_error) {
        self->host->stopped(self->host, TACTUS_E_IO);
        return;
    }
    self->host->stopped(self->host, TACTUS_OK);
    if (fault == F_stops_twice) {
        self->host->stopped(self->host, TACTUS_OK);
    }
    if (fault == F_calls_after_stopped) {
        const tactus_ports_0* ports = find(self, TACTUS_PORTS_0);
        (void)ports->remove(self->host, self->port);
    }
}

static int is_idle(const instance* self) {
    return !self->is_pending[TIMER] && !self->is_pending[ROOM] && !self->is_pending[JOB] &&
           !self->is_pending[LINK];
}

static void end_if_idle(instance* self) {
    if (self->is_stopping && is_idle(self) && fault != F_never_stops && !self->is_lost &&
        !(fault == F_stop_hangs_late && self->turns == 3)) {
        end_now(self);
    }
}

static tactus_status begin(instance* self, int op, tactus_status status) {
    self->is_pending[op] = status == TACTUS_PENDING;
    return status;
}

static instance* ended(tactus_op* op, int number) {
    instance* self = (instance*)((char*)(op - number) - offsetof(instance, ops));
    self->is_pending[number] = 0;
    return self;
}

static void wait(instance* self) {
    const tactus_timer_0* timer = find(self, TACTUS_TIMER_0);
    const int64_t step_ns = fault == F_spins ? 0 : fault == F_wakes_all_the_time ? 20000 : 10 * MS;
    if (self->is_stopping || timer == NULL) {
        return;
    }
    self->next_ns = self->host->now_ns(self->host) + step_ns;
    const tactus_status status =
        begin(self, TIMER, timer->wait_until(self->host, &self->ops[TIMER], self->next_ns));
    if (status != TACTUS_PENDING && fault == F_needs_timer) {
        abort();
    }
    if (fault == F_reuses_op && self->turns == 2) {
        (void)timer->wait_until(self->host, &self->ops[TIMER], self->next_ns);
    }
    if (fault == F_writes_into_op && self->turns == 2) {
        self->ops[TIMER].host_private[0] = NULL;
    }
}

static tactus_event event_of(const instance* self) {
    static const uint8_t osc[] = {'/', 'f', 0, 0, ',', 0, 0, 0};
    tactus_event event = {.bytes = osc, .size = sizeof osc, .protocol = TACTUS_PROTO_OSC};
    (void)self;
    if (fault == F_emits_unknown_protocol) {
        event.protocol = 9;
    }
    if (fault == F_emits_from_nowhere) {
        event.source = 77;
    }
    event.tag = 1;
    return event;
}

static void emit(instance* self) {
    const tactus_emit_0* out = find(self, TACTUS_EMIT_0);
    const tactus_event event = event_of(self);
    const tactus_batch batch = {sizeof batch, 1, sizeof event, 0, &event};
    uint32_t accepted = 0;
    if (out == NULL) {
        wait(self);
        return;
    }
    tactus_status status = out->emit(self->host, &batch, &accepted);
    while (fault == F_emits_without_end && status == TACTUS_E_AGAIN) {
        status = out->emit(self->host, &batch, &accepted);
    }
    if (fault == F_emits_again_at_once && status == TACTUS_E_AGAIN) {
        (void)out->emit(self->host, &batch, &accepted);
    }
    if (status == TACTUS_E_AGAIN &&
        begin(self, ROOM, out->wait_writable(self->host, &self->ops[ROOM])) == TACTUS_PENDING) {
        return;
    }
    wait(self);
}

static void take_turn(instance* self) {
    ++self->turns;
    if (fault == F_done_crashes && self->turns == 2) {
        raise(SIGSEGV);
    }
    if (fault == F_ends_by_itself && self->turns == 2) {
        self->has_stopped = 1;
        self->host->stopped(self->host, TACTUS_E_IO);
        return;
    }
    if (fault == F_prints && self->turns == 2) {
        printf("turn\n");
    }
    if (fault == F_fears_delay && self->host->now_ns(self->host) > self->next_ns + 1000 * MS) {
        abort();
    }
    emit(self);
}

static void on_timer(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = ended(op, TIMER);
    (void)result;
    if (fault == F_fears_cancellation && status == TACTUS_E_CANCELED && !self->is_stopping) {
        abort();
    }
    if (status == TACTUS_OK && !self->is_stopping) {
        take_turn(self);
    }
    if (fault == F_fears_late_cancellation && status == TACTUS_E_CANCELED && self->is_stopping) {
        const tactus_timer_0* timer = find(self, TACTUS_TIMER_0);
        if (begin(self, TIMER, timer->wait_until(self->host, &self->ops[TIMER], 0)) !=
            TACTUS_PENDING) {
            abort();
        }
    }
    if (status == TACTUS_E_CANCELED && !self->is_stopping) { /* cut off */
        return;
    }
    end_if_idle(self);
}

static void on_room(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = ended(op, ROOM);
    (void)result;
    if (status == TACTUS_OK && !self->is_stopping) {
        wait(self);
    }
    end_if_idle(self);
}

static void on_job(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = ended(op, JOB);
    (void)status;
    (void)result;
    end_if_idle(self);
}

static void on_link(tactus_op* op, tactus_status status, uint64_t result) {
    instance* self = ended(op, LINK);
    (void)result;
    if (fault == F_fears_failure && status == TACTUS_E_IO) {
        abort();
    }
    if (fault == F_needs_order && self->is_pending[JOB] && status == TACTUS_OK) {
        abort();
    }
    end_if_idle(self);
}

static void do_job(void* arg) {
    (void)arg;
}

static void on_post(void* arg) {
    instance* self = arg;
    self->has_had_turn = 1;
    end_if_idle(self);
}

static void* serve(void* arg) {
    instance* self = arg;
    if (fault == F_wrong_thread) {
        for (int i = 0; i < 30; ++i) {
            if (__atomic_load_n(&self->is_stopping, __ATOMIC_SEQ_CST)) {
                return NULL;
            }
            usleep(1000);
        }
        const tactus_ports_0* ports = find(self, TACTUS_PORTS_0);
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, {"t", 1}, {"t", 1}};
        uint32_t port = 0;
        (void)ports->add(self->host, &info, &port);
        return NULL;
    }
    for (;;) {
        usleep(100000);
    }
}

static tactus_status add_port(instance* self) {
    const tactus_ports_0* ports = find(self, TACTUS_PORTS_0);
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, {"p", 1}, {"p", 1}};
    if (ports == NULL && fault != F_needs_all_interfaces) {
        return TACTUS_E_UNSUPPORTED;
    }
    const tactus_status status = ports->add(self->host, &info, &self->port);
    if (status != TACTUS_OK && fault == F_needs_port) {
        abort();
    }
    return status;
}

static void open_socket(instance* self) {
    const tactus_udp_0* udp = find(self, TACTUS_UDP_0);
    const tactus_str endpoint = {"udp://127.0.0.1:9000", 20};
    tactus_address address;
    tactus_id socket = 0;
    if (udp != NULL && udp->parse(self->host, endpoint, &address) == TACTUS_OK &&
        udp->open(self->host, NULL, &address, &socket) != TACTUS_OK && fault == F_needs_socket) {
        abort();
    }
}

static void begin_work(instance* self) {
    const tactus_exec_0* exec = find(self, TACTUS_EXEC_0);
    if (exec == NULL) {
        self->has_had_turn = 1;
        return;
    }
    if (begin(self, JOB, exec->work(self->host, &self->ops[JOB], &do_job, NULL)) !=
            TACTUS_PENDING &&
        fault == F_needs_work) {
        abort();
    }
    if (exec->post(self->host, &on_post, self) != TACTUS_OK) {
        self->has_had_turn = 1;
        if (fault == F_needs_post) {
            abort();
        }
    }
}

static void connect_out(instance* self) {
    const tactus_stream_0* stream = find(self, TACTUS_STREAM_0);
    const tactus_str endpoint = {"tcp://127.0.0.1:9000", 20};
    if (stream != NULL &&
        begin(self, LINK, stream->connect(self->host, &self->ops[LINK], endpoint, 0)) !=
            TACTUS_PENDING &&
        fault == F_needs_connection) {
        abort();
    }
}

static void misbehave_in_start(instance* self) {
    ++lives;
    if (fault == F_sleeps_in_start && lives == 1) {
        usleep(100000);
    }
    if (fault == F_leaves_descriptor || (fault == F_leaves_descriptor_late && lives == 70)) {
        (void)!open("/dev/null", O_RDONLY);
    }
    if (fault == F_leaks || fault == F_leaks_large_blocks) {
        static volatile char* kept;
        kept = malloc(fault == F_leaks ? 100 : 1 << 20);
        (void)kept;
    }
    if (fault == F_leaks_mappings) {
        (void)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (fault == F_leaves_thread || fault == F_wrong_thread) {
        self->has_thread = pthread_create(&self->thread, NULL, &serve, self) == 0;
    }
    if (fault == F_ignores_sigterm) {
        signal(SIGTERM, SIG_IGN);
    }
    if (fault == F_log_latin1) {
        const tactus_log_0* log = find(self, TACTUS_LOG_0);
        const tactus_str text = {"Ger\xe4t fehlt.", 12};
        if (log == NULL) {
            return;
        }
        log->write(self->host, TACTUS_LOG_WARNING, text);
    }
    if (fault == F_throws) {
        fault_throw();
    }
}

tactus_status fault_start(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    self->ops[TIMER].done = &on_timer;
    self->ops[ROOM].done = &on_room;
    self->ops[JOB].done = &on_job;
    self->ops[LINK].done = &on_link;
    misbehave_in_start(self);
    if (fault == F_start_refuses) {
        return TACTUS_E_IO;
    }
    const tactus_status status = add_port(self);
    if (status != TACTUS_OK) {
        return status;
    }
    fault_make_metric(self->host);
    open_socket(self);
    begin_work(self);
    connect_out(self);
    wait(self);
    return fault == F_start_positive ? TACTUS_PENDING : TACTUS_OK;
}

void fault_stop(tactus_plugin* plugin) {
    instance* self = (instance*)plugin;
    __atomic_store_n(&self->is_stopping, 1, __ATOMIC_SEQ_CST);
    if (fault == F_wrong_thread && self->has_thread) {
        pthread_join(self->thread, NULL);
    }
    self->is_lost = fault == F_stop_needs_a_turn && !self->has_had_turn;
    if (fault == F_stops_with_op) {
        end_now(self);
        return;
    }
    for (int i = 0; i < OPS; ++i) {
        if (self->is_pending[i] && i != JOB) {
            (void)self->host->cancel(self->host, &self->ops[i]);
        }
    }
    end_if_idle(self);
}

tactus_plugin* fault_create(const char* id, const tactus_host* host) {
    static instance shared;
    if (fault == F_create_any_id ? 0 : strcmp(id, FAULT_ID) != 0) {
        return NULL;
    }
    if (fault == F_create_crashes) {
        raise(SIGSEGV);
    }
    instance* self = fault == F_create_shared ? &shared : calloc(1, sizeof *self);
    if (self == NULL || fault == F_create_null) {
        return NULL;
    }
    self->host = host;
    self->raw = fault_plugin;
    if (fault == F_create_calls_host) {
        (void)find(self, TACTUS_TIMER_0);
    }
    return &self->raw;
}

void fault_destroy(tactus_plugin* plugin) {
    if (fault != F_create_shared) {
        free(plugin);
    }
}

const tactus_host* fault_host(tactus_plugin* plugin) {
    return ((instance*)plugin)->host;
}
