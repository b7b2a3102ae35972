// SPDX-License-Identifier: MIT
// The endpoints of an instance, as they come and go. A port has a stable key (a device name, a
// peer) by which configurations and events refer to it, and a number at run time.
#pragma once

#include <cstdint>
#include <string_view>

#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/text.hpp>

namespace tactus {
inline namespace v0_1 {

/// by_name: up, but only for events that ask for it by name.
enum class port_state : std::uint32_t {
    offline = 0,
    up = TACTUS_PORT_UP,
    by_name = TACTUS_PORT_UP | TACTUS_PORT_BY_NAME
};

/// What the host is told of a port. `key` is stable over restarts; `name` is for people.
struct port_info {
    port_info(std::string_view port_key, port_state port_is) noexcept
        : port_info(port_key, port_key, port_is) {}
    port_info(std::string_view port_key, std::string_view port_name, port_state port_is) noexcept
        : key(port_key), name(port_name), state(port_is) {}

    tactus_port_info raw() const noexcept {
        return tactus_port_info{sizeof(tactus_port_info), static_cast<std::uint32_t>(state),
                                to_str(key), to_str(name)};
    }

    std::string_view key;
    std::string_view name;
    port_state state;
};

/// Threads: loop, except writable().
class port_set {
public:
    port_set(const tactus_host& host, const detail::facility<tactus_ports_0>& ports) noexcept
        : host_(&host), ports_(&ports) {}

    /// A new port; its number. Errors: failure, where the key is taken or there are too many.
    std::uint32_t add(const port_info& info) const {
        const tactus_port_info raw = info.raw();
        std::uint32_t port = 0;
        detail::check_status(ports_->get().add(host_, &raw, &port), info.key);
        return port;
    }
    /// New name or state; the key stays.
    void update(std::uint32_t port, const port_info& info) const {
        const tactus_port_info raw = info.raw();
        detail::check_status(ports_->get().update(host_, port, &raw), info.key);
    }
    /// The port is gone for good.
    void remove(std::uint32_t port) const noexcept {
        if (*ports_) {
            (*ports_)->remove(host_, port);
        }
    }
    /// The port takes events again, after `send` answered TACTUS_E_AGAIN. Threads: any.
    void writable(std::uint32_t port) const noexcept {
        if (*ports_) {
            (*ports_)->writable(host_, port);
        }
    }
    /// Inputs: the handle of the destination called `name`, for tactus_event.port; valid for the
    /// daemon's life. Errors: failure, where there are too many names.
    std::uint32_t resolve(std::string_view name) const {
        std::uint32_t handle = 0;
        detail::check_status(ports_->get().resolve(host_, to_str(name), &handle), name);
        return handle;
    }

private:
    const tactus_host* host_;
    const detail::facility<tactus_ports_0>* ports_;
};

} // namespace v0_1
} // namespace tactus
