// SPDX-License-Identifier: MIT
#include "tables.hpp"

#include "parts.hpp"

#include <map>
#include <string_view>

namespace tactus::testing {
namespace {

const tactus_clock_0& clock_table() {
    // Host time 0 is 1900-01-01 here, so a time tag's seconds are the host's.
    static const tactus_clock_0 table{
        sizeof table, 0,
        [](const tactus_host*, std::uint64_t tag) noexcept {
            return tag <= 1 ? std::int64_t{0}
                            : static_cast<std::int64_t>((tag >> 32) * 1'000'000'000 +
                                                        ((tag & 0xffffffff) * 1'000'000'000 >> 32));
        },
        [](const tactus_host*, std::int64_t time_ns) noexcept {
            const auto ns = static_cast<std::uint64_t>(time_ns);
            return ns / 1'000'000'000 << 32 | (ns % 1'000'000'000 << 32) / 1'000'000'000;
        },
        [](const tactus_host*, std::int64_t unix_ns) noexcept { return unix_ns; }};
    return table;
}

const tactus_emit_0& emit_table() {
    static const tactus_emit_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, const tactus_batch* batch, std::uint32_t* accepted) noexcept {
            return parts_of(h).emit.emit(batch, accepted);
        },
        [](const tactus_host* h, tactus_op* op) noexcept {
            return parts_of(h).emit.wait_writable(op);
        },
        [](const tactus_host* h, std::uint32_t tag, std::uint64_t* canceled) noexcept {
            return parts_of(h).emit.cancel(tag, canceled);
        },
        [](const tactus_host* h, std::uint64_t n, const char* reason) noexcept {
            return parts_of(h).emit.reject(n, reason);
        },
        [](const tactus_host* h, std::uint32_t tag, std::uint64_t* canceled) noexcept {
            return parts_of(h).emit.end_sender(tag, canceled);
        },
        [](const tactus_host* h) noexcept { return parts_of(h).emit.panic(); },
        [](const tactus_host* h, std::uint32_t ends) noexcept {
            return parts_of(h).emit.end_with_instance(ends != 0);
        }};
    return table;
}

const tactus_exec_0& exec_table() {
    static const tactus_exec_0 table{
        sizeof table, 0,
        [](const tactus_host* h, void (*run)(void*) TACTUS_NOEXCEPT, void* argument) noexcept {
            host_parts& parts = parts_of(h);
            if (run == nullptr) {
                parts.gate.breach("post got no function");
                return tactus_status{TACTUS_E_INVALID};
            }
            const tactus_status status = parts.gate.answer_to("post");
            return status != TACTUS_OK ? status
                                       : parts.posts.post(run, argument, parts.answers.posts_max);
        },
        [](const tactus_host* h, tactus_op* op, void (*run)(void*) TACTUS_NOEXCEPT,
           void* argument) noexcept { return parts_of(h).work.start(op, run, argument); }};
    return table;
}

const tactus_fd_0& fd_table() {
    static const tactus_fd_0 table{
        sizeof table, 0,
        [](const tactus_host* h, tactus_op* op, std::int32_t fd, std::uint32_t events) noexcept {
            constexpr std::uint32_t known = TACTUS_FD_READABLE | TACTUS_FD_WRITABLE;
            host_parts& parts = parts_of(h);
            const bool is_on_loop = parts.gate.is_on_loop();
            if (is_on_loop && (fd < 0 || events == 0 || (events & ~known) != 0)) {
                parts.gate.breach("fd.wait got a descriptor below 0, or none of its events");
                return tactus_status{TACTUS_E_INVALID};
            }
            if (is_on_loop && !can_be_awaited(fd)) {
                parts.errors.set(TACTUS_E_INVALID, "", "The descriptor cannot be waited for.");
                return tactus_status{TACTUS_E_INVALID};
            }
            return parts.descriptors.start(op, fd, events);
        }};
    return table;
}

const tactus_log_0& log_table() {
    static const tactus_log_0 table{
        sizeof table, 0,
        [](const tactus_host*, std::uint32_t level) noexcept {
            return level >= TACTUS_LOG_INFO ? 1u : 0u;
        },
        [](const tactus_host* h, std::uint32_t, tactus_str text) noexcept {
            host_parts& parts = parts_of(h);
            parts.posts.make_on_loop(
                [&parts, line = text_of(text)] { parts.report.log.push_back(line); });
        }};
    return table;
}

const tactus_metrics_0& metrics_table() {
    static const tactus_metrics_0 table{
        sizeof table, 0,
        [](const tactus_host* h, std::uint32_t kind, const char* name, const char* help,
           std::uint32_t* metric) noexcept {
            return parts_of(h).metrics.create(kind, name, help, metric);
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t amount) noexcept {
            parts_of(h).metrics.add(metric, amount);
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t value) noexcept {
            parts_of(h).metrics.set(metric, value);
        }};
    return table;
}

const tactus_ports_0& ports_table() {
    static const tactus_ports_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, const tactus_port_info* info, std::uint32_t* port) noexcept {
            return parts_of(h).ports.add(info, port);
        },
        [](const tactus_host* h, std::uint32_t port, const tactus_port_info* info) noexcept {
            return parts_of(h).ports.update(port, info);
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            return parts_of(h).ports.remove(port);
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            host_parts& parts = parts_of(h);
            parts.posts.make_on_loop(
                [&parts, port] { parts.report.writable_ports.push_back(port); });
        },
        [](const tactus_host* h, tactus_str name, std::uint32_t* handle) noexcept {
            return parts_of(h).ports.resolve(name, handle);
        }};
    return table;
}

struct timer_op : pending_op {
    explicit timer_op(std::int64_t at_ns) : pending_op("timer", at_ns) {}

    bool can_end(std::int64_t now_ns) override {
        result = *due_ns <= now_ns ? static_cast<std::uint64_t>(now_ns) : result;
        return *due_ns <= now_ns;
    }
};

const tactus_timer_0& timer_table() {
    static const tactus_timer_0 table{
        sizeof table, 0, [](const tactus_host* h, tactus_op* op, std::int64_t due_ns) noexcept {
            return parts_of(h).ops.start("timer", op, std::make_unique<timer_op>(due_ns));
        }};
    return table;
}

const void* find_table(const tactus_host* host, const char* id) noexcept {
    host_parts& parts = parts_of(host);
    if (parts.life.is_creating) {
        parts.gate.breach("get_interface was called inside create()");
    }
    if (id == nullptr) {
        parts.gate.breach("get_interface was called with NULL");
        return nullptr;
    }
    const std::map<std::string_view, const void*> all{
        {TACTUS_CLOCK_0, &clock_table()}, {TACTUS_EMIT_0, &emit_table()},
        {TACTUS_EXEC_0, &exec_table()},   {TACTUS_FD_0, &fd_table()},
        {TACTUS_LOG_0, &log_table()},     {TACTUS_METRICS_0, &metrics_table()},
        {TACTUS_PORTS_0, &ports_table()}, {TACTUS_STREAM_0, &stream_table()},
        {TACTUS_TIMER_0, &timer_table()}, {TACTUS_UDP_0, &udp_table()}};
    if (parts.gate.is_on_loop()) {
        parts.report.interfaces_asked.insert(id);
    }
    if (parts.answers.missing_interfaces.count(id) != 0) {
        return nullptr;
    }
    const auto found = all.find(id);
    return found != all.end() ? found->second : nullptr;
}

tactus_status cancel(const tactus_host* host, tactus_op* op) noexcept {
    host_parts& parts = parts_of(host);
    if (!parts.gate.is_on_loop()) {
        parts.gate.breach("cancel was called from another thread than the loop's");
        return TACTUS_E_WRONG_THREAD;
    }
    if (parts.life.stopped.has_value()) {
        parts.gate.breach("cancel was called after stopped()");
    }
    return parts.ops.cancel(op);
}

} // namespace

tactus_host host_table(host_parts& parts, const char* name) {
    tactus_host host{};
    host.struct_size = sizeof host;
    host.abi_minor = TACTUS_ABI_MINOR;
    host.version = "0.0-testhost";
    host.name = name;
    host.impl = &parts;
    host.get_interface = &find_table;
    host.now_ns = [](const tactus_host* h) noexcept -> std::int64_t { return parts_of(h).now_ns; };
    host.cancel = &cancel;
    host.set_error = [](const tactus_host* h, tactus_status status, tactus_str key,
                        tactus_str text) noexcept -> tactus_status {
        if (!is_text(key) || !is_text(text)) {
            parts_of(h).gate.breach("set_error got a text at NULL");
            return TACTUS_E_INVALID;
        }
        return parts_of(h).errors.set(status, text_of(key), text_of(text));
    };
    host.stopped = [](const tactus_host* h, tactus_status status) noexcept -> tactus_status {
        return parts_of(h).end.take(status);
    };
    return host;
}

} // namespace tactus::testing
