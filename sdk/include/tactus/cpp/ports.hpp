// SPDX-License-Identifier: MIT
// The endpoints of an instance as they appear and disappear. A port has a stable key (a device
// name, a peer) by which configurations and events refer to it, and a number at run time.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/text.hpp>

namespace tactus {
inline namespace v0_1 {

/// by_name: up, but only for events that ask for it by name. failed, up_failed: offline, or still
/// up, after a failed attempt to connect, which the host counts. group: it stands for several other
/// ports and is not counted in addition to them.
enum class port_state : std::uint32_t {
    offline = 0,
    up = TACTUS_PORT_UP,
    by_name = TACTUS_PORT_UP | TACTUS_PORT_BY_NAME,
    failed = TACTUS_PORT_FAILED,
    up_failed = TACTUS_PORT_UP | TACTUS_PORT_FAILED,
    group_offline = TACTUS_PORT_GROUP,
    group_up = TACTUS_PORT_UP | TACTUS_PORT_GROUP
};

/// An output's answer to an event that asks for a port it does not have: it added one; it can make
/// no port of that name; or its configuration does not allow that port.
enum class port_answer : tactus_status {
    made = TACTUS_OK,
    unknown = TACTUS_E_INVALID,
    not_allowed = TACTUS_E_DENIED
};

/// A port as declared to the host. `key` is stable over restarts; `name` is for display.
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
    /// The host's limits for an instance's ports, and for all names; see iface/ports.h.
    static constexpr std::uint32_t ports_max = 256;
    static constexpr std::size_t key_bytes_max = 255;
    static constexpr std::uint32_t names_max = 1024;

    port_set(const tactus_host& host, const detail::facility<tactus_ports_0>& ports) noexcept
        : host_(&host), ports_(&ports) {}

    /// Adds a port; returns its number. Errors: failure, if the key is taken or there are too many.
    std::uint32_t add(const port_info& info) const {
        const tactus_port_info raw = info.raw();
        std::uint32_t port = 0;
        check(ports_->get().add(host_, &raw, &port), "port", info.key,
              "an instance has at most " + std::to_string(ports_max) + " ports",
              "another port of this instance has this key already");
        return port;
    }
    /// Changes the name or state; the key stays.
    void update(std::uint32_t port, const port_info& info) const {
        const tactus_port_info raw = info.raw();
        check(ports_->get().update(host_, port, &raw), "port", info.key, "", "");
    }
    /// Removes the port permanently.
    void remove(std::uint32_t port) const noexcept {
        if (*ports_) {
            (*ports_)->remove(host_, port);
        }
    }
    /// The port accepts events again, after `send` returned TACTUS_E_AGAIN. Threads: any.
    void writable(std::uint32_t port) const noexcept {
        if (*ports_) {
            (*ports_)->writable(host_, port);
        }
    }
    /// Inputs: the handle of the destination called `name`, for tactus_event.port; valid for the
    /// daemon's life. Errors: failure, if the name is not of 1 to 255 bytes, or is one too many and
    /// no port is called exactly so.
    std::uint32_t resolve(std::string_view name) const {
        std::uint32_t handle = 0;
        const tactus_status status = ports_->get().resolve(host_, to_str(name), &handle);
        if (status < 0) { // tested here, since each event resolves a name
            check(status, "port name", name,
                  "an instance may ask for " + std::to_string(names_max) +
                      " names that nobody had asked for before",
                  "");
        }
        return handle;
    }

private:
    /// `limit` and `rule`: the host's reasons for TACTUS_E_NOMEM and TACTUS_E_INVALID.
    static void check(tactus_status status, const char* what, std::string_view key,
                      const std::string& limit, const char* rule) {
        if (status >= 0) {
            return;
        }
        const std::string tried = std::string(what) + " \"" + std::string(key) + "\"";
        if (status == TACTUS_E_NOMEM && !limit.empty()) {
            throw failure(status, tried + ": " + limit + ".");
        }
        if (status == TACTUS_E_INVALID && (key.empty() || key.size() > key_bytes_max)) {
            throw failure(status, tried + ": keys and names have 1 to " +
                                      std::to_string(key_bytes_max) + " bytes, this one has " +
                                      std::to_string(key.size()) + ".");
        }
        if (status == TACTUS_E_INVALID && *rule != '\0') {
            throw failure(status, tried + ": " + rule + ".");
        }
        throw failure::of(status, tried);
    }

    const tactus_host* host_;
    const detail::facility<tactus_ports_0>* ports_;
};

} // namespace v0_1
} // namespace tactus
