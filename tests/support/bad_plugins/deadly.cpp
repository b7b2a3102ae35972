// SPDX-License-Identifier: MIT
// A plugin that ends its process, or never returns: its type says how and where, "throws_in_send".
// In C++ over the C ABI, without the firewall of the C++ layer, as an author may write it who
// knows only the C headers.
#include <tactus/tactus.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <unistd.h>

namespace {

struct instance {
    tactus_plugin raw{};
    const tactus_host* host = nullptr;
    std::string_view type;
    tactus_op op{};
};

// As a library may do it that wants no signals, or all of them.
bool change_signals(std::string_view how) {
    sigset_t ours;
    sigemptyset(&ours);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&ours, number);
        if (how == "ignores") {
            std::signal(number, SIG_IGN);
        }
    }
    if (how == "blocks" || how == "unblocks") {
        pthread_sigmask(how == "blocks" ? SIG_BLOCK : SIG_UNBLOCK, &ours, nullptr);
    } else if (how != "ignores") {
        return false;
    }
    constexpr std::string_view said = "the plugin has changed signals\n";
    return ::write(STDERR_FILENO, said.data(), said.size()) > 0;
}

int overflow(int depth) {
    volatile char frame[4096];
    frame[0] = static_cast<char>(depth);
    return depth < 0 ? 0 : overflow(depth + 1) + frame[0];
}

void act(std::string_view type, std::string_view where) {
    const std::size_t in = type.find("_in_");
    if (type.substr(in + 4) != where) {
        return;
    }
    const std::string_view how = type.substr(0, in);
    if (how == "throws") {
        throw std::runtime_error("the cable is out");
    }
    if (how == "exits") {
        std::exit(0);
    }
    if (change_signals(how)) {
        return;
    }
    if (how == "closes") {
        for (int fd = 3; fd < 1024; ++fd) {
            ::close(fd);
        }
        return;
    }
    if (how == "crashes") {
        std::raise(SIGSEGV);
    }
    if (how == "overflows") {
        overflow(1);
    }
    for (;;) {
        ::pause();
    }
}

instance& of(tactus_plugin* plugin) {
    return *reinterpret_cast<instance*>(plugin);
}

extern "C" {

tactus_status configure(tactus_plugin* plugin, const tactus_config*) {
    act(of(plugin).type, "configure");
    return TACTUS_OK;
}

void work(void* arg) {
    act(static_cast<instance*>(arg)->type, "work");
}

void emit_one(const tactus_host* host) {
    static constexpr std::uint8_t bytes[] = {'/', 'a', 0, 0, ',', 0, 0, 0};
    tactus_event event{};
    event.bytes = bytes;
    event.size = sizeof bytes;
    event.protocol = TACTUS_PROTO_OSC;
    event.tag = 1;
    const tactus_batch batch = {sizeof batch, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
    std::uint32_t accepted = 0;
    static_cast<const tactus_emit_0*>(host->get_interface(host, TACTUS_EMIT_0))
        ->emit(host, &batch, &accepted);
}

void done(tactus_op* op, tactus_status, std::uint64_t) {
    const auto* self = reinterpret_cast<const instance*>(reinterpret_cast<const char*>(op) -
                                                         offsetof(instance, op));
    act(self->type, "done");
    if (self->type.ends_with("_in_report")) {
        emit_one(self->host);
    }
}

std::uint32_t wants(tactus_plugin*) {
    return TACTUS_OUTCOME_SENT | TACTUS_OUTCOME_DROPPED | TACTUS_OUTCOME_UNROUTED;
}

void report(tactus_plugin* plugin, const tactus_outcome*, std::uint32_t, std::uint64_t) {
    act(of(plugin).type, "report");
}

tactus_status start(tactus_plugin* plugin) {
    instance& self = of(plugin);
    act(self.type, "start");
    const tactus_host* host = self.host;
    const auto* ports =
        static_cast<const tactus_ports_0*>(host->get_interface(host, TACTUS_PORTS_0));
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, {"p", 1}, {"p", 1}};
    std::uint32_t port = 0;
    ports->add(host, &info, &port);
    self.op.done = reinterpret_cast<decltype(self.op.done)>(&done);
    const auto* exec = static_cast<const tactus_exec_0*>(host->get_interface(host, TACTUS_EXEC_0));
    const auto call = reinterpret_cast<void (*)(void*) noexcept>(&work);
    return exec->work(host, &self.op, call, &self) < 0 ? TACTUS_E_INTERNAL : TACTUS_OK;
}

void stop(tactus_plugin* plugin) {
    act(of(plugin).type, "stop");
    of(plugin).host->stopped(of(plugin).host, TACTUS_OK);
}

void destroy(tactus_plugin* plugin) {
    delete &of(plugin);
}

tactus_status send(tactus_plugin* plugin, const tactus_batch* batch, std::uint32_t* accepted) {
    act(of(plugin).type, "send");
    act(of(plugin).type, "blocking_send");
    std::thread([type = of(plugin).type] { act(type, "thread"); }).join();
    *accepted = batch->count;
    return TACTUS_OK;
}

const void* get_interface(tactus_plugin* plugin, const char* id) {
    act(of(plugin).type, "get_interface");
    static const tactus_outcome_0 outcome = {
        sizeof outcome, 0, reinterpret_cast<decltype(tactus_outcome_0::wants)>(&wants),
        reinterpret_cast<decltype(tactus_outcome_0::report)>(&report)};
    if (std::strcmp(id, TACTUS_OUTCOME_0) == 0) {
        return of(plugin).type.ends_with("_in_report") ? &outcome : nullptr;
    }
    static tactus_output_0 output{};
    static tactus_output_0 blocking{};
    for (tactus_output_0* each : {&output, &blocking}) {
        each->struct_size = sizeof output;
        each->protocols = 1U << TACTUS_PROTO_OSC;
        each->send = reinterpret_cast<decltype(each->send)>(&send);
    }
    blocking.flags = TACTUS_OUT_MAY_BLOCK;
    if (std::strcmp(id, TACTUS_OUTPUT_0) != 0) {
        return nullptr;
    }
    return of(plugin).type.ends_with("blocking_send") ? &blocking : &output;
}

tactus_plugin* create(const char* id, const tactus_host* host) {
    act(id, "create");
    auto* made = new instance;
    made->host = host;
    made->type = id; // the id is static, and the type too
    tactus_plugin& raw = made->raw;
    raw.struct_size = sizeof raw;
    raw.configure = reinterpret_cast<decltype(raw.configure)>(&configure);
    raw.start = reinterpret_cast<decltype(raw.start)>(&start);
    raw.stop = reinterpret_cast<decltype(raw.stop)>(&stop);
    raw.destroy = reinterpret_cast<decltype(raw.destroy)>(&destroy);
    raw.get_interface = reinterpret_cast<decltype(raw.get_interface)>(&get_interface);
    return &made->raw;
}

} // extern "C"

constexpr tactus_descriptor described(const char* type) {
    return {sizeof(tactus_descriptor),
            TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT,
            type,
            type,
            "1.0",
            "tests",
            "MIT",
            "Ends its process.",
            nullptr,
            nullptr,
            0,
            sizeof(tactus_option)};
}

constexpr tactus_descriptor all[] = {described("throws_in_create"),
                                     described("throws_in_configure"),
                                     described("throws_in_start"),
                                     described("throws_in_done"),
                                     described("throws_in_work"),
                                     described("throws_in_send"),
                                     described("throws_in_blocking_send"),
                                     described("exits_in_create"),
                                     described("exits_in_configure"),
                                     described("exits_in_start"),
                                     described("exits_in_done"),
                                     described("exits_in_work"),
                                     described("exits_in_send"),
                                     described("exits_in_blocking_send"),
                                     described("crashes_in_configure"),
                                     described("crashes_in_work"),
                                     described("crashes_in_thread"),
                                     described("crashes_in_get_interface"),
                                     described("crashes_in_report"),
                                     described("overflows_in_start"),
                                     described("overflows_in_work"),
                                     described("overflows_in_blocking_send"),
                                     described("crashes_in_blocking_send"),
                                     described("hangs_in_configure"),
                                     described("hangs_in_create"),
                                     described("hangs_in_work"),
                                     described("ignores_in_start"),
                                     described("ignores_in_send"),
                                     described("ignores_in_blocking_send"),
                                     described("ignores_in_thread"),
                                     described("blocks_in_send"),
                                     described("unblocks_in_send"),
                                     described("closes_in_done")};
constexpr std::size_t count = sizeof all / sizeof all[0];
constexpr auto each_of = [] {
    std::array<const tactus_descriptor*, count> pointers{};
    for (std::size_t i = 0; i < count; ++i) {
        pointers[i] = &all[i];
    }
    return pointers;
}();

} // namespace

extern "C" const tactus_entry tactus_entry_v0 = {
    sizeof(tactus_entry),
    TACTUS_ABI_MINOR,
    TACTUS_SDK_VERSION,
    count,
    0,
    each_of.data(),
    reinterpret_cast<decltype(tactus_entry::create)>(&create)};
