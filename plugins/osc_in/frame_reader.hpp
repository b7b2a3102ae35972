// SPDX-License-Identifier: MIT
// Takes OSC packets out of a byte stream: bytes in, packets out, nothing else; it opens nothing and
// waits for nothing. Both framings that OSC knows, told apart by the first bytes:
//   size: (u32 big-endian size, that many bytes)*                                  OSC 1.0
//   SLIP: (END* packet END)*, END = C0; in a packet DB DC is C0 and DB DD is DB    OSC 1.1, RFC
//   1055
// What begins like HTTP or TLS is neither: a page in a browser can make it send such a thing here,
// so nothing of it is taken. Bounded: two packets of the longest kind, and no allocation after the
// first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace osc_in {

enum class framing { automatic, size, slip };

class frame_reader {
public:
    enum class verdict {
        more,      // nothing whole is left
        packet,    // here it is
        malformed, // an empty packet or a wrong escape; the next one is looked for
        too_large, // the stream is of no use any more
        foreign,   // no OSC; neither
    };
    struct found {
        verdict what = verdict::more;
        std::span<const std::uint8_t> packet = {}; // until room() or the end
    };

    // Bounds: packet_max >= 16.
    frame_reader(framing expected, std::size_t packet_max);

    // Where the next bytes go; never empty as long as next() has said `more`.
    [[nodiscard]] std::span<std::uint8_t> room() noexcept;
    // So many were put there.
    void took(std::size_t n) noexcept;
    [[nodiscard]] found next() noexcept;

private:
    [[nodiscard]] bool decide() noexcept;
    [[nodiscard]] found next_sized() noexcept;
    [[nodiscard]] found next_slip() noexcept;
    [[nodiscard]] found unescape(std::size_t raw_end) noexcept;

    std::unique_ptr<std::uint8_t[]> bytes_; // not zeroed: what is never used costs no memory
    std::size_t capacity_;
    std::size_t packet_max_;
    std::size_t begin_ = 0; // of what is not yet taken
    std::size_t end_ = 0;
    std::size_t looked_at_ = 0; // SLIP: no END before here
    framing framing_;
    bool is_first_ = true;
};

} // namespace osc_in
