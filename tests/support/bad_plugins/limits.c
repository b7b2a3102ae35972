/* SPDX-License-Identifier: MIT
 * An input that calls the host at its limits and beyond, in its first turn, and writes a line with
 * each answer into the file that LIMITS_ANSWERS names: two hosts must write the same. */
#define _GNU_SOURCE
#include <tactus/tactus.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPS (TACTUS_OPS_MAX + 10)
#define TEXT(x) ((tactus_str){(x), strlen(x)})

static const tactus_host* host;
static tactus_op first;
static tactus_op ops[OPS];
static uint32_t pending;
static int is_stopping;
static FILE* answers;

static const void* find(const char* id) {
    return host->get_interface(host, id);
}

static void say(const char* call, int64_t answer) {
    fprintf(answers, "%s: %lld\n", call, (long long)answer);
}

static void on_op(tactus_op* op, tactus_status status, uint64_t result) {
    (void)op;
    (void)status;
    (void)result;
    --pending;
    if (is_stopping && pending == 0) {
        host->stopped(host, TACTUS_OK);
    }
}

static void do_nothing(void* arg) {
    (void)arg;
}

static void call_base(void) {
    const tactus_exec_0* exec = find(TACTUS_EXEC_0);
    static tactus_op idle;
    static tactus_op undone;
    const tactus_str bad = {NULL, 7};
    say("cancel of no op", host->cancel(host, &idle));
    say("cancel of NULL", host->cancel(host, NULL));
    say("set_error, OK", host->set_error(host, TACTUS_OK, TEXT(""), TEXT("x")));
    say("set_error, positive", host->set_error(host, 5, TEXT(""), TEXT("x")));
    say("set_error, bad key", host->set_error(host, TACTUS_E_IO, bad, TEXT("x")));
    say("get_interface of NULL", find(NULL) != NULL);
    say("post of NULL", exec->post(host, NULL, NULL));
    say("work of NULL", exec->work(host, &idle, NULL, NULL));
    say("work, no op", exec->work(host, NULL, &do_nothing, NULL));
    say("work, no done", exec->work(host, &undone, &do_nothing, NULL));
    uint32_t n = 0;
    tactus_status status = TACTUS_OK;
    while (n <= 2 * TACTUS_POSTS_MAX && (status = exec->post(host, &do_nothing, NULL)) >= 0) {
        ++n;
    }
    say("posts", n);
    say("post beyond", status);
}

static void call_waits(void) {
    const tactus_timer_0* timer = find(TACTUS_TIMER_0);
    const tactus_fd_0* fd = find(TACTUS_FD_0);
    static tactus_op undone;
    static tactus_op op = {.done = &on_op};
    const int64_t far_ns = host->now_ns(host) + 3600000000000;
    say("timer, no done", timer->wait_until(host, &undone, far_ns));
    say("timer, no op", timer->wait_until(host, NULL, far_ns));
    say("fd -1", fd->wait(host, &op, -1, TACTUS_FD_READABLE));
    say("fd, no events", fd->wait(host, &op, 0, 0));
    say("fd, unknown events", fd->wait(host, &op, 0, 8));
    say("fd not open", fd->wait(host, &op, 999, TACTUS_FD_READABLE));
    const int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    say("fd of a file", fd->wait(host, &op, null_fd, TACTUS_FD_READABLE));
    close(null_fd);
}

static void call_ops(void) {
    const tactus_timer_0* timer = find(TACTUS_TIMER_0);
    const tactus_emit_0* out = find(TACTUS_EMIT_0);
    const int64_t far_ns = host->now_ns(host) + 3600000000000;
    tactus_status status = TACTUS_OK;
    uint32_t n = 0;
    while (n < OPS && status >= TACTUS_OK) {
        ops[n].done = &on_op;
        status = timer->wait_until(host, &ops[n], far_ns);
        pending += status == TACTUS_PENDING;
        n += status == TACTUS_PENDING;
    }
    say("ops", n);
    say("op beyond", status);
    say("room beyond", out->wait_writable(host, &ops[OPS - 1]));
    say("op again", timer->wait_until(host, &ops[0], far_ns));
}

static void call_ports(void) {
    const tactus_ports_0* ports = find(TACTUS_PORTS_0);
    static char text[300];
    uint32_t port = 0;
    uint32_t n = 0;
    tactus_status status = TACTUS_OK;
    memset(text, 'k', sizeof text);
    tactus_port_info info = {sizeof info, TACTUS_PORT_UP, {text, 255}, {"n", 1}};
    say("key of 255", ports->add(host, &info, &port));
    say("key twice", ports->add(host, &info, &port));
    info.key.len = 256;
    say("key of 256", ports->add(host, &info, &port));
    info.key.len = 0;
    say("key empty", ports->add(host, &info, &port));
    info.key = (tactus_str){NULL, 3};
    say("key of NULL", ports->add(host, &info, &port));
    info.key = TEXT("one");
    info.name = (tactus_str){NULL, 3};
    say("name of NULL", ports->add(host, &info, &port));
    info.name = TEXT("n");
    say("add, no place", ports->add(host, &info, NULL));
    say("add NULL", ports->add(host, NULL, &port));
    info.struct_size = 8;
    say("add, short", ports->add(host, &info, &port));
    say("update, short", ports->update(host, 1, &info));
    info.struct_size = sizeof info;
    say("update NULL", ports->update(host, 1, NULL));
    say("update 999", ports->update(host, 999, &info));
    say("remove 999", ports->remove(host, 999));
    ports->writable(host, 999);
    for (n = 0, status = 0; n < 300 && status == TACTUS_OK; n += status == TACTUS_OK) {
        snprintf(text, sizeof text, "p%u", n);
        info.key = TEXT(text);
        status = ports->add(host, &info, &port);
    }
    say("ports", n);
    say("port beyond", status);
    memset(text, 'n', sizeof text);
    say("name of 255", ports->resolve(host, (tactus_str){text, 255}, &port));
    say("name of 256", ports->resolve(host, (tactus_str){text, 256}, &port));
    say("name empty", ports->resolve(host, TEXT(""), &port));
    say("name of NULL", ports->resolve(host, (tactus_str){NULL, 5}, &port));
    say("name, no place", ports->resolve(host, TEXT("x"), NULL));
    for (n = 0, status = 0; n < 2000 && status == TACTUS_OK; n += status == TACTUS_OK) {
        snprintf(text, sizeof text, "name %u", n);
        status = ports->resolve(host, TEXT(text), &port);
    }
    say("names", n);
    say("name beyond", status);
}

static void emit_one(const char* what, const tactus_event* event) {
    const tactus_emit_0* out = find(TACTUS_EMIT_0);
    const tactus_batch batch = {sizeof batch, 1, sizeof *event, 0, event};
    uint32_t accepted = 9;
    const tactus_status status = out->emit(host, &batch, &accepted);
    say(what, status);
    say("  accepted", accepted);
}

static void call_emit(void) {
    static const uint8_t bytes[TACTUS_EVENT_SIZE_MAX + 1] = {'/', 'h', 0, 0, ',', 0, 0, 0};
    const tactus_emit_0* out = find(TACTUS_EMIT_0);
    const tactus_event good = {.bytes = bytes, .size = 8, .protocol = TACTUS_PROTO_OSC};
    tactus_event event = good;
    uint32_t accepted = 9;
    event.tag = TACTUS_TAG_MAX;
    emit_one("tag at most", &event);
    event.tag = TACTUS_TAG_MAX + 1;
    emit_one("tag beyond", &event);
    event = good;
    event.group = TACTUS_TAG_MAX + 1;
    emit_one("group beyond", &event);
    event = good;
    event.size = 0;
    emit_one("no bytes", &event);
    event.bytes = NULL;
    emit_one("no bytes at NULL", &event);
    event.size = 5;
    emit_one("bytes at NULL", &event);
    event = good;
    event.size = TACTUS_EVENT_SIZE_MAX + 1;
    emit_one("too large", &event);
    tactus_batch batch = {sizeof batch, 1, sizeof good, 0, &good};
    say("emit, no count", out->emit(host, &batch, NULL));
    say("emit NULL", out->emit(host, NULL, &accepted));
    batch.event_stride = 8;
    say("emit, stride 8", out->emit(host, &batch, &accepted));
    batch.event_stride = sizeof good;
    batch.events = NULL;
    say("emit, no events", out->emit(host, &batch, &accepted));
    batch.count = 0;
    say("emit of none", out->emit(host, &batch, &accepted));
    batch.struct_size = 4;
    say("emit, short", out->emit(host, &batch, &accepted));
}

static void call_senders(void) {
    const tactus_emit_0* out = find(TACTUS_EMIT_0);
    uint64_t n = 0;
    say("cancel 0", out->cancel(host, 0, &n));
    say("cancel beyond", out->cancel(host, TACTUS_TAG_MAX + 1, &n));
    say("cancel, no count", out->cancel(host, 5, NULL));
    say("cancel", out->cancel(host, TACTUS_TAG_MAX, &n));
    say("end_sender 0", out->end_sender(host, 0, &n));
    say("end_sender beyond", out->end_sender(host, TACTUS_TAG_MAX + 1, &n));
    say("end_sender, no count", out->end_sender(host, 5, NULL));
    say("reject nonsense", out->reject(host, 1, "nonsense"));
    say("reject NULL", out->reject(host, 1, NULL));
    say("reject", out->reject(host, 1, "rate"));
    say("end_with_instance", out->end_with_instance(host, 7));
}

static void call_sockets(void) {
    const tactus_udp_0* udp = find(TACTUS_UDP_0);
    static tactus_op op = {.done = &on_op};
    static uint8_t bytes[8];
    tactus_address address;
    tactus_datagram datagram = {0};
    tactus_id id = 0;
    uint32_t sent = 0;
    say("udp.parse, no place", udp->parse(host, TEXT("udp://127.0.0.1:9"), NULL));
    say("udp.parse of NULL", udp->parse(host, (tactus_str){NULL, 9}, &address));
    say("udp.parse nonsense", udp->parse(host, TEXT("nonsense"), &address));
    say("udp.open, no place", udp->open(host, NULL, NULL, NULL));
    say("udp.open_with NULL", udp->open_with(host, NULL, &id));
    say("udp.local 999", udp->local(host, 999, &address));
    say("udp.recv 999", udp->recv(host, &op, 999, &datagram, 1));
    say("udp.send 999", udp->send(host, 999, &datagram, 1, &sent));
    say("udp.close 999", udp->close(host, 999));
    (void)udp->parse(host, TEXT("udp://127.0.0.1:9"), &address);
    say("udp.open", udp->open(host, NULL, &address, &id));
    say("udp.recv, no room", udp->recv(host, &op, id, NULL, 1));
    say("udp.recv of 0", udp->recv(host, &op, id, &datagram, 0));
    datagram.capacity = 5;
    say("udp.recv at NULL", udp->recv(host, &op, id, &datagram, 1));
    datagram.bytes = bytes;
    say("udp.send, none", udp->send(host, id, NULL, 1, &sent));
    say("udp.send, no count", udp->send(host, id, &datagram, 1, NULL));
    datagram = (tactus_datagram){.size = 4};
    say("udp.send at NULL", udp->send(host, id, &datagram, 1, &sent));
    say("udp.local, no place", udp->local(host, id, NULL));
    say("udp.close", udp->close(host, id));
    say("udp.close again", udp->close(host, id));
}

static void call_streams(void) {
    const tactus_stream_0* stream = find(TACTUS_STREAM_0);
    static tactus_op op = {.done = &on_op};
    static uint8_t bytes[8];
    static tactus_endpoint_text found[2];
    const tactus_chunk chunk = {bytes, sizeof bytes, 0};
    tactus_id id = 0;
    uint32_t sent = 0;
    const tactus_str name = TEXT("tcp://localhost.invalid:9");
    say("resolve, no place", stream->resolve(host, &op, name, NULL, 2, 0));
    say("resolve into 0", stream->resolve(host, &op, name, found, 0, 0));
    say("resolve nonsense", stream->resolve(host, &op, TEXT("nonsense"), found, 2, 0));
    say("resolve of NULL", stream->resolve(host, &op, (tactus_str){NULL, 4}, found, 2, 0));
    say("listen NULL", stream->listen(host, NULL, &id));
    say("connect nonsense", stream->connect(host, &op, TEXT("nonsense"), 0));
    say("connect of NULL", stream->connect(host, &op, (tactus_str){NULL, 4}, 0));
    say("adopt -1", stream->adopt(host, -1, &id));
    say("adopt, no place", stream->adopt(host, 0, NULL));
    say("accept 999", stream->accept(host, &op, 999));
    say("read 999", stream->read(host, &op, 999, bytes, 8, 0));
    say("write 999", stream->write(host, &op, 999, bytes, 8, 0));
    say("write at NULL", stream->write(host, &op, 999, NULL, 8, 0));
    say("send 999", stream->send(host, 999, &chunk, 1, &sent));
    say("shutdown 999", stream->shutdown(host, &op, 999, 0));
    say("ended 999", stream->ended(host, &op, 999));
    say("local 999", stream->local(host, 999, found));
    say("peer 999", stream->peer(host, 999, NULL));
    say("refuse 999", stream->refuse(host, 999, NULL));
    say("close 999", stream->close(host, 999));
}

static void call_metrics_and_log(void) {
    const tactus_metrics_0* metrics = find(TACTUS_METRICS_0);
    const tactus_log_0* log = find(TACTUS_LOG_0);
    uint32_t metric = 0;
    say("a late metric", metrics->create(host, TACTUS_METRIC_GAUGE, "late", "Late.", &metric));
    metrics->add(host, 9999, 1);
    metrics->set(host, 0, 1);
    log->write(host, 99, TEXT("of level 99"));
    log->write(host, TACTUS_LOG_INFO, (tactus_str){NULL, 50});
    say("log 99", log->enabled(host, 99));
}

static void make(uint32_t kind, const char* name) {
    const tactus_metrics_0* metrics = find(TACTUS_METRICS_0);
    uint32_t metric = 0;
    say(name, metrics->create(host, kind, name, "A help.", &metric));
}

static void make_metrics(void) {
    make(TACTUS_METRIC_GAUGE, "state");
    make(TACTUS_METRIC_COUNTER, "restarts_total");
    make(TACTUS_METRIC_COUNTER, "a_total{kind=\"x\"}");
    make(TACTUS_METRIC_COUNTER, "a_total{kind=\"x\"}");
    make(TACTUS_METRIC_COUNTER, "a_total{kind=\"y\"}");
    make(TACTUS_METRIC_COUNTER, "a_total{cause=\"x\"}");
    make(TACTUS_METRIC_COUNTER, "a_total");
    make(TACTUS_METRIC_GAUGE, "b_seconds");
    make(TACTUS_METRIC_HISTOGRAM, "b_seconds");
    make(TACTUS_METRIC_HISTOGRAM, "c_seconds{le=\"x\"}");
    make(TACTUS_METRIC_HISTOGRAM, "c_seconds{kind=\"x\"}");
    make(TACTUS_METRIC_GAUGE, "c_seconds_count");
    make(TACTUS_METRIC_GAUGE, "d_seconds_bucket");
    make(TACTUS_METRIC_HISTOGRAM, "d_seconds");
    make(TACTUS_METRIC_GAUGE, "c_seconds_max");
}

static void on_turn(tactus_op* op, tactus_status status, uint64_t result) {
    if (status == TACTUS_OK) {
        call_base();
        call_waits();
        call_ports();
        call_emit();
        call_senders();
        call_sockets();
        call_streams();
        call_metrics_and_log();
        call_ops();
        say("the end", 0);
        fclose(answers);
    }
    on_op(op, status, result);
}

static tactus_status configure(tactus_plugin* plugin, const tactus_config* config) {
    (void)plugin;
    (void)config;
    return TACTUS_OK;
}

static tactus_status start(tactus_plugin* plugin) {
    const tactus_timer_0* timer = find(TACTUS_TIMER_0);
    (void)plugin;
    answers = fopen(getenv("LIMITS_ANSWERS"), "we");
    if (answers == NULL) {
        return TACTUS_E_IO;
    }
    make_metrics();
    first.done = &on_turn;
    pending = 1;
    const tactus_status status = timer->wait_until(host, &first, host->now_ns(host) + 20000000);
    return status == TACTUS_PENDING ? TACTUS_OK : status;
}

static void stop(tactus_plugin* plugin) {
    (void)plugin;
    is_stopping = 1;
    if (pending == 0) {
        host->stopped(host, TACTUS_OK);
        return;
    }
    for (uint32_t i = 0; i < OPS && ops[i].done != NULL; ++i) {
        (void)host->cancel(host, &ops[i]);
    }
}

static void destroy(tactus_plugin* plugin) {
    (void)plugin;
}

static const void* get_interface(tactus_plugin* plugin, const char* id) {
    (void)plugin;
    (void)id;
    return NULL;
}

static tactus_plugin* create(const char* id, const tactus_host* its_host) {
    static tactus_plugin raw = {sizeof raw, 0,     NULL,     &configure,
                                &start,     &stop, &destroy, &get_interface};
    host = its_host;
    return strcmp(id, "tests.limits") == 0 ? &raw : NULL;
}

static const tactus_descriptor descriptor = {sizeof descriptor,
                                             TACTUS_KIND_INPUT,
                                             "tests.limits",
                                             "limits",
                                             "1.0.0",
                                             "tests",
                                             "MIT",
                                             "Goes to the limits.",
                                             NULL,
                                             NULL,
                                             0,
                                             sizeof(tactus_option)};
static const tactus_descriptor* const descriptors[] = {&descriptor};
const tactus_entry tactus_entry_v0 = {
    sizeof tactus_entry_v0, TACTUS_ABI_MINOR, TACTUS_SDK_VERSION, 1, 0, descriptors, &create};
