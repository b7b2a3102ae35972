// SPDX-License-Identifier: MIT
// The bytes for one peer that are still to be sent: its HTTP answer, then frames. The parts of a
// session write here in turn. Unbounded: the plugin sends the bytes after each piece of input.
// Errors: std::bad_alloc.
#pragma once

#include "frames.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace websocket_in {

class outbox {
public:
    /// Before the first frame.
    void answer(std::string_view http) { bytes_.insert(bytes_.end(), http.begin(), http.end()); }

    void say(std::string_view text) { frames_.append(bytes_, opcode::text, text); }
    /// A binary message.
    void send(std::span<const std::uint8_t> packet) {
        frames_.append(bytes_, opcode::binary, packet);
    }
    void ping() { frames_.append(bytes_, opcode::ping, std::string_view()); }
    void pong(std::span<const std::uint8_t> same) { frames_.append(bytes_, opcode::pong, same); }
    /// The last frame.
    void close(close_code code, std::string_view reason) {
        frames_.append_close(bytes_, code, reason);
    }

    /// The caller clears them once they are sent.
    [[nodiscard]] std::vector<std::uint8_t>& bytes() noexcept { return bytes_; }

private:
    frame_writer frames_;
    std::vector<std::uint8_t> bytes_;
};

} // namespace websocket_in
