// SPDX-License-Identifier: MIT
// The host's interfaces as one instance holds them: each is looked up once, at start. A missing one
// is an error only when it is used; the failure then names it. Used by context and its parts.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <string>

#include <tactus/cpp/error.hpp>
#include <tactus/tactus.h>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// One interface that this host may have. T is its C table.
template <class T>
class facility {
public:
    explicit constexpr facility(const char* id) noexcept : id_(id) {}

    void look_up(const tactus_host& host) noexcept {
        table_ = static_cast<const T*>(host.get_interface(&host, id_));
    }
    explicit operator bool() const noexcept { return table_ != nullptr; }
    /// Bounds: only if it is present.
    const T* operator->() const noexcept { return table_; }
    /// Errors: failure{UNSUPPORTED}.
    const T& get() const {
        if (table_ == nullptr) {
            throw failure(TACTUS_E_UNSUPPORTED,
                          std::string("this host has no interface \"") + id_ + "\"");
        }
        return *table_;
    }

private:
    const char* id_;
    const T* table_ = nullptr;
};

struct host_interfaces {
    void look_up(const tactus_host& host) noexcept {
        clock.look_up(host);
        emit.look_up(host);
        exec.look_up(host);
        fd.look_up(host);
        log.look_up(host);
        metrics.look_up(host);
        ports.look_up(host);
        stream.look_up(host);
        timer.look_up(host);
        udp.look_up(host);
    }

    facility<tactus_clock_0> clock{TACTUS_CLOCK_0};
    facility<tactus_emit_0> emit{TACTUS_EMIT_0};
    facility<tactus_exec_0> exec{TACTUS_EXEC_0};
    facility<tactus_fd_0> fd{TACTUS_FD_0};
    facility<tactus_log_0> log{TACTUS_LOG_0};
    facility<tactus_metrics_0> metrics{TACTUS_METRICS_0};
    facility<tactus_ports_0> ports{TACTUS_PORTS_0};
    facility<tactus_stream_0> stream{TACTUS_STREAM_0};
    facility<tactus_timer_0> timer{TACTUS_TIMER_0};
    facility<tactus_udp_0> udp{TACTUS_UDP_0};
};

/// Throws if the status is not success; the text says what was tried.
inline void check_status(tactus_status status, std::string_view tried) {
    if (status < 0) {
        throw failure::of(status, tried);
    }
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
