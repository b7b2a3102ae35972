// SPDX-License-Identifier: MIT
// What a session gets from the plugin: its settings, and the way to the kernel.
#pragma once

#include "text_reader.hpp"
#include "token_guard.hpp"

#include <tactus/event.h>
#include <tactus/iface/udp.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace websocket_in {

enum class feedback { off, errors, all };

struct session_settings {
    std::size_t message_bytes_max = 65536;
    feedback tells = feedback::off;
    bool takes_sysex = false;
    tactus_address from{}; // the peer's
};

/// A session's interface to the plugin. Threads: loop.
class session_environment {
public:
    session_environment() = default;
    session_environment(const session_environment&) = delete;
    session_environment& operator=(const session_environment&) = delete;
    virtual ~session_environment() = default;

    /// Copies the event into the present batch.
    virtual void add(const tactus_event& event) noexcept = 0;
    /// Whether the batch has room for the events of another message.
    [[nodiscard]] virtual bool has_room() const noexcept = 0;
    /// The handle of a destination's name; 0 if it is too long or there are too many.
    [[nodiscard]] virtual std::uint32_t resolve(std::string_view name) = 0;
    virtual std::uint64_t cancel(std::uint32_t tag) = 0;
    virtual void reject(const char* reason) noexcept = 0;
    /// The present time of the host's clock, and the offset from it to Unix time. Units: ns.
    [[nodiscard]] virtual std::int64_t now_ns() const noexcept = 0;
    [[nodiscard]] virtual std::int64_t unix_offset_ns() const noexcept = 0;

    text_reader& reader() noexcept { return reader_; }
    token_guard& guard() noexcept { return guard_; }

protected:
    explicit session_environment(std::size_t text_bytes_max) : reader_(text_bytes_max) {}

private:
    text_reader reader_;
    token_guard guard_;
};

} // namespace websocket_in
