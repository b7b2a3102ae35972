// SPDX-License-Identifier: MIT
#include "tables.hpp"

#include "metric_rules.hpp"

#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::testing {
namespace {

test_host& of(const tactus_host* host) {
    return *static_cast<test_host*>(host->impl);
}
test_port port_of(const tactus_port_info& info) {
    return {text_of(info.key), text_of(info.name), (info.flags & TACTUS_PORT_UP) != 0};
}

bool is_port(const tactus_port_info* info) {
    return is_whole(info) && is_text(info->key) && info->key.len >= 1 &&
           info->key.len <= TACTUS_PORT_KEY_SIZE_MAX && is_text(info->name);
}

} // namespace

tactus_host host_tables::host() {
    tactus_host host{};
    host.struct_size = sizeof host;
    host.abi_minor = TACTUS_ABI_MINOR;
    host.version = "0.0-testhost";
    host.get_interface = &host_tables::find;
    host.now_ns = [](const tactus_host* h) noexcept { return of(h).now_ns(); };
    host.cancel = [](const tactus_host* h, tactus_op* op) noexcept { return of(h).cancel(op); };
    host.set_error = [](const tactus_host* h, tactus_status status, tactus_str key,
                        tactus_str text) noexcept -> tactus_status {
        if (!is_text(key) || !is_text(text)) {
            of(h).breach("set_error got a text at NULL");
            return TACTUS_E_INVALID;
        }
        return of(h).take_error(status, text_of(key), text_of(text));
    };
    host.stopped = [](const tactus_host* h, tactus_status status) noexcept -> tactus_status {
        return of(h).say_stopped(status);
    };
    return host;
}

const void* host_tables::find(const tactus_host* host, const char* id) noexcept {
    test_host& fake = of(host);
    if (fake.is_creating) {
        fake.breach("get_interface was called inside create()");
    }
    if (id == nullptr) {
        fake.breach("get_interface was called with NULL");
        return nullptr;
    }
    const std::map<std::string_view, const void*> all{
        {TACTUS_CLOCK_0, &clock()}, {TACTUS_EMIT_0, &emit()},     {TACTUS_EXEC_0, &exec()},
        {TACTUS_FD_0, &fd()},       {TACTUS_LOG_0, &log()},       {TACTUS_METRICS_0, &metrics()},
        {TACTUS_PORTS_0, &ports()}, {TACTUS_STREAM_0, &stream()}, {TACTUS_TIMER_0, &timer()},
        {TACTUS_UDP_0, &udp()}};
    if (fake.is_on_loop()) {
        fake.interfaces_asked.insert(id);
    }
    if (fake.missing_interfaces.count(id) != 0) {
        return nullptr;
    }
    const auto found = all.find(id);
    return found != all.end() ? found->second : nullptr;
}

const tactus_clock_0& host_tables::clock() {
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

const tactus_exec_0& host_tables::exec() {
    static const tactus_exec_0 table{
        sizeof table, 0,
        [](const tactus_host* h, void (*run)(void*) TACTUS_NOEXCEPT, void* argument) noexcept {
            if (run == nullptr) {
                of(h).breach("post got no function");
                return tactus_status{TACTUS_E_INVALID};
            }
            const tactus_status status = of(h).answer_to("post");
            if (status != TACTUS_OK) {
                return status;
            }
            const std::lock_guard lock(of(h).posts_mutex_);
            if (of(h).stopped.has_value()) {
                return tactus_status{TACTUS_E_CLOSED};
            }
            if (of(h).posts_.size() >= of(h).posts_max) {
                return tactus_status{TACTUS_E_AGAIN};
            }
            of(h).posts_.emplace_back(run, argument);
            return tactus_status{TACTUS_OK};
        },
        [](const tactus_host* h, tactus_op* op, void (*run)(void*) TACTUS_NOEXCEPT,
           void* argument) noexcept {
            if (run == nullptr && of(h).is_on_loop()) {
                of(h).breach("work got no function");
                return tactus_status{TACTUS_E_INVALID};
            }
            test_host::pending_op made{nullptr, "work"};
            made.run = run;
            made.argument = argument;
            return of(h).start("work", op, made);
        }};
    return table;
}

const tactus_fd_0& host_tables::fd() {
    static const tactus_fd_0 table{
        sizeof table, 0,
        [](const tactus_host* h, tactus_op* op, std::int32_t fd, std::uint32_t events) noexcept {
            constexpr std::uint32_t known = TACTUS_FD_READABLE | TACTUS_FD_WRITABLE;
            if (of(h).is_on_loop() && (fd < 0 || events == 0 || (events & ~known) != 0)) {
                of(h).breach("fd.wait got a descriptor below 0, or none of its events");
                return tactus_status{TACTUS_E_INVALID};
            }
            if (of(h).is_on_loop() && !can_be_awaited(fd)) {
                h->set_error(h, TACTUS_E_INVALID, tactus_str{nullptr, 0},
                             tactus_str{"The descriptor cannot be waited for.", 36});
                return tactus_status{TACTUS_E_INVALID};
            }
            test_host::pending_op made{nullptr, "fd"};
            made.fd = fd;
            made.file = file_of(fd);
            made.events = events;
            return of(h).start("fd.wait", op, made);
        }};
    return table;
}

const tactus_log_0& host_tables::log() {
    static const tactus_log_0 table{
        sizeof table, 0,
        [](const tactus_host*, std::uint32_t level) noexcept {
            return level >= TACTUS_LOG_INFO ? 1u : 0u;
        },
        [](const tactus_host* h, std::uint32_t, tactus_str text) noexcept {
            const auto write = [h, line = text_of(text)] { of(h).log.push_back(line); };
            if (!of(h).defer_foreign(write)) {
                write();
            }
        }};
    return table;
}

const tactus_metrics_0& host_tables::metrics() {
    static const tactus_metrics_0 table{
        sizeof table, 0,
        [](const tactus_host* h, std::uint32_t kind, const char* name, const char* help,
           std::uint32_t* metric) noexcept {
            const tactus_status status = of(h).enter("metrics.create");
            if (status != TACTUS_OK) {
                return status;
            }
            if (name == nullptr || help == nullptr || metric == nullptr) {
                of(h).breach("metrics.create got NULL");
                return tactus_status{TACTUS_E_INVALID};
            }
            if (of(h).is_started) {
                of(h).breach(std::string("a metric was made after start: ") + name);
                return tactus_status{TACTUS_E_CLOSED};
            }
            if (const std::string wrong = metric_fault(kind, name, help, of(h).made_metrics_);
                !wrong.empty()) {
                of(h).breach("a metric is refused: " + wrong);
                return tactus_status{TACTUS_E_INVALID};
            }
            if (of(h).made_metrics_.size() == TACTUS_METRICS_MAX) {
                return tactus_status{TACTUS_E_NOMEM};
            }
            of(h).made_metrics_.push_back({kind, name});
            of(h).metrics[name] = 0;
            *metric = static_cast<std::uint32_t>(of(h).made_metrics_.size());
            return tactus_status{TACTUS_OK};
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t amount) noexcept {
            const auto add = [h, metric, amount] { of(h).change_metric(metric, amount, true); };
            if (!of(h).defer_foreign(add)) {
                add();
            }
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t value) noexcept {
            const auto set = [h, metric, value] { of(h).change_metric(metric, value, false); };
            if (!of(h).defer_foreign(set)) {
                set();
            }
        }};
    return table;
}

tactus_status host_tables::add_port(const tactus_host* h, const tactus_port_info* info,
                                    std::uint32_t* port) noexcept {
    const tactus_status status = of(h).enter("ports.add");
    if (status != TACTUS_OK) {
        return status;
    }
    if (!is_port(info) || port == nullptr) {
        return TACTUS_E_INVALID;
    }
    if (of(h).ports.size() == TACTUS_PORTS_MAX) {
        return TACTUS_E_NOMEM;
    }
    for (const auto& [number, port_there] : of(h).ports) {
        if (port_there.key == text_of(info->key)) {
            return TACTUS_E_INVALID;
        }
    }
    const auto [known, is_new] =
        of(h).port_numbers_.try_emplace(text_of(info->key), of(h).last_port_ + 1);
    of(h).last_port_ += is_new ? 1 : 0;
    *port = known->second;
    of(h).ports[*port] = port_of(*info);
    return status;
}

const tactus_ports_0& host_tables::ports() {
    static const tactus_ports_0 table{
        sizeof table,
        0,
        &add_port,
        [](const tactus_host* h, std::uint32_t port, const tactus_port_info* info) noexcept {
            const tactus_status status = of(h).enter("ports.update");
            if (status != TACTUS_OK || !is_port(info)) {
                return status != TACTUS_OK ? status : tactus_status{TACTUS_E_INVALID};
            }
            if (of(h).ports.count(port) == 0 || of(h).ports[port].key != text_of(info->key)) {
                of(h).breach("ports.update named another port or key");
                return tactus_status{TACTUS_E_CLOSED};
            }
            const int failures = of(h).ports[port].failures;
            of(h).ports[port] = port_of(*info);
            of(h).ports[port].failures =
                failures + ((info->flags & TACTUS_PORT_FAILED) != 0 ? 1 : 0);
            return status;
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            const tactus_status status = of(h).enter("ports.remove");
            if (status == TACTUS_OK && of(h).ports.erase(port) == 0) {
                return tactus_status{TACTUS_E_CLOSED};
            }
            return status;
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            const auto note = [h, port] { of(h).writable_ports.push_back(port); };
            if (!of(h).defer_foreign(note)) {
                note();
            }
        },
        [](const tactus_host* h, tactus_str name, std::uint32_t* handle) noexcept {
            const tactus_status status = of(h).enter("ports.resolve");
            if (status != TACTUS_OK) {
                return status;
            }
            if (handle == nullptr || !is_text(name) || name.len == 0 ||
                name.len > TACTUS_PORT_KEY_SIZE_MAX) {
                return tactus_status{TACTUS_E_INVALID};
            }
            std::vector<std::string>& names = of(h).resolved_; // interned, as the daemon does
            const auto known = std::find(names.begin(), names.end(), text_of(name));
            if (known == names.end() && names.size() == TACTUS_NAMES_MAX) {
                *handle = 0;
                return tactus_status{TACTUS_E_NOMEM};
            }
            *handle = static_cast<std::uint32_t>(known - names.begin()) + 1;
            if (known == names.end()) {
                names.push_back(text_of(name));
            }
            return status;
        }};
    return table;
}

const tactus_timer_0& host_tables::timer() {
    static const tactus_timer_0 table{
        sizeof table, 0, [](const tactus_host* h, tactus_op* op, std::int64_t due_ns) noexcept {
            test_host::pending_op made{nullptr, "timer"};
            made.due_ns = due_ns;
            return of(h).start("timer", op, made);
        }};
    return table;
}

} // namespace tactus::testing
