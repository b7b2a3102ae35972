// SPDX-License-Identifier: MIT
// The messages by which a sender speaks to tactus itself, with `control = true`:
//   /tactus/cancel          takes back all that the sender has scheduled, note-offs excepted
//   /tactus/cancel "tag"    what it has scheduled under that tag
//   /tactus/tag "tag"       first in a bundle: the tag of the rest
//   /tactus/panic           silences every output
//   /tactus/ping ...        is answered by /tactus/pong with the same arguments
// A packet is such a message, or a bundle that begins with some. Only the addresses above count;
// the kernel checks everything else. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace osc_in {

enum class control : std::uint8_t { none, cancel, tag, panic, ping, malformed };

struct control_message {
    control is = control::none;
    std::string_view tag;            // of `cancel` (empty: everything) and `tag`
    std::span<std::uint8_t> bytes{}; // of the message itself

    /// Whether events that came before must be in the kernel before it.
    [[nodiscard]] bool acts() const noexcept {
        return is == control::cancel || is == control::panic;
    }
};

/// Takes control messages from the front of a packet.
class control_reader {
public:
    static constexpr std::size_t tag_bytes_max = 255;

    explicit control_reader(std::span<std::uint8_t> packet) noexcept;

    /// The next one; `none` if another message follows, or nothing.
    [[nodiscard]] control_message next() noexcept;
    /// The messages that follow, as a packet: a bundle keeps its time tag, which is moved within
    /// the packet's own bytes. Empty: nothing.
    [[nodiscard]] std::span<std::uint8_t> rest() noexcept;

private:
    std::span<std::uint8_t> packet_;
    std::size_t at_ = 0; // of the next message, or of its size in a bundle
    bool is_bundle_;
};

/// Turns a ping into its answer, in place. Bounds: a ping.
void make_pong(const control_message& ping) noexcept;

} // namespace osc_in
