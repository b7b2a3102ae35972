// SPDX-License-Identifier: MIT
#include "tests/support/fake_tables.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include "tests/support/fake_host.hpp"

namespace tactus::testing {
namespace {

fake_host& of(const tactus_host* host) {
    return *static_cast<fake_host*>(host->impl);
}
std::string text_of(tactus_str text) {
    return text.len == 0 ? std::string() : std::string(text.ptr, text.len);
}

// "udp://127.0.0.1:9100" or "udp://[fe80::1%lo]:9100"; nothing else is an endpoint.
tactus_status parse_endpoint(std::string_view text, tactus_address* to) {
    *to = tactus_address{};
    const std::size_t colon = text.rfind(':');
    if (text.substr(0, 6) != "udp://" || colon < 6 || colon == std::string_view::npos) {
        return TACTUS_E_INVALID;
    }
    std::string host(text.substr(6, colon - 6));
    const auto port =
        htons(static_cast<std::uint16_t>(std::stoi(std::string(text.substr(colon + 1)))));
    const auto store = [to](const auto& from) -> tactus_status {
        to->size = sizeof from;
        std::memcpy(to->bytes, &from, sizeof from);
        return TACTUS_OK;
    };
    sockaddr_in v4{AF_INET, port, {}, {}};
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        return store(v4);
    }
    if (host.size() > 2 && host.front() == '[') {
        host = host.substr(1, host.size() - 2);
    }
    const std::size_t mark = std::min(host.find('%'), host.size());
    const unsigned zone = mark < host.size() ? if_nametoindex(host.c_str() + mark + 1) : 0;
    sockaddr_in6 v6{AF_INET6, port, 0, {}, zone};
    if (inet_pton(AF_INET6, host.substr(0, mark).c_str(), &v6.sin6_addr) == 1) {
        return mark < host.size() && zone == 0 ? tactus_status{TACTUS_E_IO} : store(v6);
    }
    return TACTUS_E_INVALID;
}

} // namespace

std::string fake_host::text_of(const tactus_address* address) {
    if (address == nullptr || address->size == 0) {
        return "";
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address->size == sizeof(sockaddr_in)) {
        sockaddr_in v4{};
        std::memcpy(&v4, address->bytes, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return "udp://" + std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address->bytes, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return "udp://[" + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
}

tactus_status fake_host::own_address_of(tactus_id socket, tactus_address& to) {
    to = tactus_address{};
    static_cast<void>(parse_endpoint(sockets_[socket].own, &to));
    return enter("udp.local");
}

tactus_host fake_tables::host() {
    tactus_host host{};
    host.struct_size = sizeof host;
    host.abi_minor = TACTUS_ABI_MINOR;
    host.version = "0.0-fake";
    host.get_interface = &fake_tables::find;
    host.now_ns = [](const tactus_host* h) noexcept { return of(h).now_ns(); };
    host.cancel = [](const tactus_host* h, tactus_op* op) noexcept { return of(h).cancel(op); };
    host.set_error = [](const tactus_host* h, tactus_status status, tactus_str key,
                        tactus_str text) noexcept -> tactus_status {
        if (status >= 0) {
            of(h).breach("set_error was called with a status that is no error");
            return TACTUS_E_INVALID;
        }
        of(h).error_key = text_of(key);
        of(h).error_text = text_of(text);
        return TACTUS_OK;
    };
    host.stopped = [](const tactus_host* h, tactus_status status) noexcept -> tactus_status {
        of(h).say_stopped(status);
        return TACTUS_OK;
    };
    return host;
}

const void* fake_tables::find(const tactus_host* host, const char* id) noexcept {
    fake_host& fake = of(host);
    if (fake.is_creating) {
        fake.breach("get_interface was called inside create()");
    }
    fake.interfaces_asked.insert(id);
    if (fake.missing_interfaces.count(id) != 0) {
        return nullptr;
    }
    const std::map<std::string_view, const void*> all{
        {TACTUS_CLOCK_0, &clock()}, {TACTUS_EMIT_0, &emit()},     {TACTUS_EXEC_0, &exec()},
        {TACTUS_FD_0, &fd()},       {TACTUS_LOG_0, &log()},       {TACTUS_METRICS_0, &metrics()},
        {TACTUS_PORTS_0, &ports()}, {TACTUS_STREAM_0, &stream()}, {TACTUS_TIMER_0, &timer()},
        {TACTUS_UDP_0, &udp()}};
    const auto found = all.find(id);
    return found != all.end() ? found->second : nullptr;
}

const tactus_clock_0& fake_tables::clock() {
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

const tactus_exec_0& fake_tables::exec() {
    static const tactus_exec_0 table{
        sizeof table, 0,
        [](const tactus_host* h, void (*run)(void*) TACTUS_NOEXCEPT, void* argument) noexcept {
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
            fake_host::pending_op made{nullptr, "work"};
            made.run = run;
            made.argument = argument;
            return of(h).start("work", op, made);
        }};
    return table;
}

const tactus_fd_0& fake_tables::fd() {
    static const tactus_fd_0 table{
        sizeof table, 0,
        [](const tactus_host* h, tactus_op* op, std::int32_t, std::uint32_t) noexcept {
            return of(h).start("fd.wait", op, {nullptr, "fd"});
        }};
    return table;
}

const tactus_log_0& fake_tables::log() {
    static const tactus_log_0 table{
        sizeof table, 0,
        [](const tactus_host*, std::uint32_t level) noexcept {
            return level >= TACTUS_LOG_INFO ? 1u : 0u;
        },
        [](const tactus_host* h, std::uint32_t, tactus_str text) noexcept {
            of(h).log.push_back(text_of(text));
        }};
    return table;
}

const tactus_metrics_0& fake_tables::metrics() {
    static const tactus_metrics_0 table{
        sizeof table, 0,
        [](const tactus_host* h, std::uint32_t, const char* name, const char*,
           std::uint32_t* metric) noexcept {
            if (of(h).is_started) {
                of(h).breach(std::string("a metric was made after start: ") + name);
            }
            of(h).metric_names_.emplace_back(name);
            of(h).metrics[name] = 0;
            *metric = static_cast<std::uint32_t>(of(h).metric_names_.size());
            return of(h).enter("metrics.create");
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t amount) noexcept {
            const auto add = [h, metric, amount] {
                of(h).metrics[of(h).metric_names_.at(metric - 1)] += amount;
            };
            if (!of(h).defer_foreign(add)) {
                add();
            }
        },
        [](const tactus_host* h, std::uint32_t metric, std::int64_t value) noexcept {
            of(h).metrics[of(h).metric_names_.at(metric - 1)] = value;
        }};
    return table;
}

const tactus_ports_0& fake_tables::ports() {
    static const auto port_of = [](const tactus_port_info& info) {
        return fake_port{text_of(info.key), text_of(info.name), (info.flags & TACTUS_PORT_UP) != 0};
    };
    static const tactus_ports_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, const tactus_port_info* info, std::uint32_t* port) noexcept {
            const tactus_status status = of(h).enter("ports.add");
            if (status != TACTUS_OK) {
                return status;
            }
            if (info->key.len == 0 || info->key.len > 255) {
                return TACTUS_E_INVALID;
            }
            const auto [known, is_new] =
                of(h).port_numbers_.try_emplace(text_of(info->key), of(h).last_port_ + 1);
            of(h).last_port_ += is_new ? 1 : 0;
            *port = known->second;
            of(h).ports[*port] = port_of(*info);
            return status;
        },
        [](const tactus_host* h, std::uint32_t port, const tactus_port_info* info) noexcept {
            const tactus_status status = of(h).enter("ports.update");
            if (of(h).ports.count(port) == 0 || of(h).ports[port].key != text_of(info->key)) {
                of(h).breach("ports.update named another port or key");
            }
            const int failures = of(h).ports[port].failures;
            of(h).ports[port] = port_of(*info);
            of(h).ports[port].failures =
                failures + ((info->flags & TACTUS_PORT_FAILED) != 0 ? 1 : 0);
            return status;
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            of(h).ports.erase(port);
            return of(h).enter("ports.remove");
        },
        [](const tactus_host* h, std::uint32_t port) noexcept {
            of(h).writable_ports.push_back(port);
        },
        [](const tactus_host* h, tactus_str name, std::uint32_t* handle) noexcept {
            std::vector<std::string>& names = of(h).resolved_; // interned, as the daemon does
            const auto known = std::find(names.begin(), names.end(), text_of(name));
            *handle = static_cast<std::uint32_t>(known - names.begin()) + 1;
            if (known == names.end()) {
                names.push_back(text_of(name));
            }
            return of(h).enter("ports.resolve");
        }};
    return table;
}

const tactus_timer_0& fake_tables::timer() {
    static const tactus_timer_0 table{
        sizeof table, 0, [](const tactus_host* h, tactus_op* op, std::int64_t due_ns) noexcept {
            fake_host::pending_op made{nullptr, "timer"};
            made.due_ns = due_ns;
            return of(h).start("timer", op, made);
        }};
    return table;
}

tactus_status fake_tables::open_with(const tactus_host* h, const tactus_udp_options* options,
                                     tactus_id* socket) noexcept {
    const bool is_refused = of(h).unreachable.count(text_of(options->remote)) != 0;
    const tactus_status status = is_refused ? TACTUS_E_IO : of(h).enter("udp.open");
    if (status != TACTUS_OK) {
        h->set_error(h, status, tactus_str{nullptr, 0}, tactus_str{"the host's reason", 17});
        return status;
    }
    *socket = ++of(h).last_socket_;
    fake_socket& made = of(h).sockets_[*socket];
    made.local = text_of(options->local);
    made.remote = text_of(options->remote);
    made.device = text_of(options->device);
    made.hops = options->hops;
    made.mode = options->mode;
    made.own =
        made.local.empty() && made.remote.starts_with("udp://") ? of(h).own_address : std::string();
    return status;
}

const tactus_udp_0& fake_tables::udp() {
    static const auto open = [](const tactus_host* h, const tactus_address* local,
                                const tactus_address* remote, tactus_id* socket) noexcept {
        const tactus_status status = of(h).enter("udp.open");
        if (status != TACTUS_OK) {
            h->set_error(h, status, tactus_str{nullptr, 0}, tactus_str{"the host's reason", 17});
            return status;
        }
        *socket = ++of(h).last_socket_;
        of(h).sockets_[*socket].local = fake_host::text_of(local);
        of(h).sockets_[*socket].remote = fake_host::text_of(remote);
        of(h).sockets_[*socket].own = local == nullptr ? of(h).own_address : std::string();
        return status;
    };
    static const auto recv = [](const tactus_host* h, tactus_op* op, tactus_id socket,
                                tactus_datagram* datagrams, std::uint32_t n) noexcept {
        fake_host::pending_op made{nullptr, "recv"};
        made.socket = socket;
        made.datagrams = datagrams;
        made.n = n;
        return of(h).start("udp.recv", op, made);
    };
    static const auto writable = [](const tactus_host* h, tactus_op* op,
                                    tactus_id socket) noexcept {
        fake_host::pending_op made{nullptr, "writable"};
        made.socket = socket;
        return of(h).start("udp.writable", op, made);
    };
    static const auto close = [](const tactus_host* h, tactus_id socket) noexcept {
        const tactus_status status = of(h).enter("udp.close");
        for (auto& each : of(h).ops_) {
            if (each.socket == socket && !each.is_ended) {
                each.is_ended = true;
                each.status = TACTUS_E_CANCELED;
            }
        }
        of(h).sockets_.erase(socket);
        return status;
    };
    static const tactus_udp_0 table{
        sizeof table,
        0,
        [](const tactus_host*, tactus_str endpoint, tactus_address* address) noexcept {
            return parse_endpoint(text_of(endpoint), address);
        },
        open,
        [](const tactus_host* h, tactus_id socket, tactus_address* address) noexcept {
            return of(h).own_address_of(socket, *address);
        },
        recv,
        [](const tactus_host* h, tactus_id socket, const tactus_datagram* datagrams,
           std::uint32_t n,
           std::uint32_t* sent) noexcept { return of(h).send(socket, datagrams, n, sent); },
        writable,
        [](const tactus_host* h, tactus_id socket) noexcept {
            return of(h).sockets_[socket].overflows;
        },
        close,
        &open_with};
    return table;
}

} // namespace tactus::testing
