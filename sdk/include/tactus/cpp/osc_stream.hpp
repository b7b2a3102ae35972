// SPDX-License-Identifier: MIT
// Extracts OSC packets from a byte stream: bytes in, packets out; it opens nothing and waits for
// nothing. It reads both framings of OSC, told apart by the first bytes:
//   size: (u32 big-endian size, that many bytes)*                                OSC 1.0
//   SLIP: (END* packet END)*, END = C0; in a packet DB DC is C0, DB DD is DB     OSC 1.1,
//                                                                                RFC 1055
// A stream that begins in neither way is refused, and none of it is taken: HTTP and TLS, which a
// web page can make a browser send here, and in SLIP anything that is neither END nor the beginning
// of a packet, since bytes before the first END would be skipped silently. The kernel checks the
// contents of packets. Bounded: two packets of the longest kind, and no allocation after the first.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <tactus/cpp/byte_buffer.hpp>

namespace tactus {
inline namespace v0_1 {

enum class osc_framing { automatic, size, slip };

/// Threads: one at a time.
class osc_stream {
public:
    enum class verdict {
        more,      // nothing complete is left
        packet,    // the packet is complete
        malformed, // an empty packet or a wrong escape; parsing continues with the next one
        too_large, // the stream is no longer usable
        foreign,   // it does not begin as OSC does, see why_foreign(); no longer usable
    };
    struct found {
        verdict what = verdict::more;
        std::span<std::uint8_t> packet = {}; // the caller's until room() or the end
    };

    /// Bounds: packet_max >= 16.
    osc_stream(osc_framing expected, std::size_t packet_max)
        : bytes_(2 * packet_max + head_size), capacity_(2 * packet_max + head_size),
          packet_max_(packet_max), framing_(expected) {}

    /// Where the next bytes go; never empty after next() has returned `more`.
    [[nodiscard]] std::span<std::uint8_t> room() noexcept;
    /// `n` bytes were put there.
    void took(std::size_t n) noexcept { end_ = n < capacity_ - end_ ? end_ + n : capacity_; }
    [[nodiscard]] found next() noexcept;
    /// Whether part of a packet has arrived; ENDs between packets do not count. Bounds: next() has
    /// returned `more`.
    [[nodiscard]] bool is_in_packet() const noexcept;
    /// Describes the stream, as the end of "...: it ...". Bounds: next() has returned `foreign`.
    [[nodiscard]] const char* why_foreign() const noexcept { return why_foreign_; }

    /// A packet as the stream is framed, for an answer on its connection. Bounds: next() has
    /// returned a packet. Errors: std::bad_alloc.
    [[nodiscard]] std::vector<std::uint8_t> framed(std::span<const std::uint8_t> packet) const;

private:
    static constexpr std::uint8_t slip_end = 0xc0;
    static constexpr std::uint8_t slip_escape = 0xdb;
    static constexpr std::uint8_t slip_escaped_end = 0xdc;
    static constexpr std::uint8_t slip_escaped_escape = 0xdd;
    // Bytes of a size, and of the beginning that identifies a foreign protocol.
    static constexpr std::size_t head_size = 4;

    [[nodiscard]] static bool is_web(std::string_view head) noexcept;
    [[nodiscard]] bool begin() noexcept;
    [[nodiscard]] found next_sized() noexcept;
    [[nodiscard]] found next_slip() noexcept;
    [[nodiscard]] found unescape(std::size_t raw_end) noexcept;

    detail::byte_buffer bytes_;
    std::size_t capacity_;
    std::size_t packet_max_;
    std::size_t begin_ = 0; // of the bytes not yet taken
    std::size_t end_ = 0;
    std::size_t looked_at_ = 0; // SLIP: no END before here
    osc_framing framing_;
    bool is_first_ = true;
    const char* why_foreign_ = "";
};

// The first four bytes of requests, and of TLS's ClientHello.
inline bool osc_stream::is_web(std::string_view head) noexcept {
    constexpr std::array<std::string_view, 11> web_heads = {
        "GET ", "POST", "PUT ", "HEAD", "OPTI", "DELE", "PATC", "TRAC", "CONN", "PRI ", "\x16\x03"};
    for (const std::string_view each : web_heads) {
        if (head.starts_with(each)) {
            return true;
        }
    }
    return false;
}

inline std::span<std::uint8_t> osc_stream::room() noexcept {
    if (begin_ > 0) {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        looked_at_ = looked_at_ > begin_ ? looked_at_ - begin_ : 0;
        begin_ = 0;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

inline osc_stream::found osc_stream::next() noexcept {
    if (is_first_ && !begin()) {
        return *why_foreign_ == '\0' ? found{} : found{verdict::foreign};
    }
    return framing_ == osc_framing::size ? next_sized() : next_slip();
}

inline bool osc_stream::is_in_packet() const noexcept {
    std::size_t at = begin_;
    while (framing_ != osc_framing::size && at < end_ && bytes_[at] == slip_end) {
        ++at;
    }
    return at < end_;
}

// Judges how the stream begins. Returns false if it is not OSC, or has fewer bytes so far than a
// packet. A size that begins like an address would be 590 MB: it is SLIP without its first END.
inline bool osc_stream::begin() noexcept {
    const std::size_t size = end_ - begin_;
    if (size == 0) {
        return false;
    }
    const std::uint8_t first = bytes_[begin_];
    const bool is_slip = first == slip_end || first == '/' || first == '#';
    const std::string_view head(reinterpret_cast<const char*>(bytes_.get() + begin_), size);
    if (size >= head_size && is_web(head)) {
        why_foreign_ = "it speaks HTTP or TLS, and no OSC";
    } else if (framing_ == osc_framing::slip && !is_slip) {
        why_foreign_ = "it does not begin as SLIP does, with END (C0), \"/\" or \"#\"; does its "
                       "sender write sizes, framing = \"size\"?";
    } else if (framing_ == osc_framing::size && is_slip) {
        why_foreign_ = "it begins as SLIP does, with END (C0), \"/\" or \"#\", and not with a "
                       "size; is it framing = \"slip\"?";
    } else if (size >= head_size) {
        is_first_ = false;
        if (framing_ == osc_framing::automatic) {
            framing_ = is_slip ? osc_framing::slip : osc_framing::size;
        }
    }
    return !is_first_;
}

inline osc_stream::found osc_stream::next_sized() noexcept {
    if (end_ - begin_ < head_size) {
        return {};
    }
    std::size_t size = 0;
    for (std::size_t i = 0; i < head_size; ++i) {
        size = size << 8 | bytes_[begin_ + i];
    }
    if (size > packet_max_) {
        return {verdict::too_large};
    }
    if (end_ - begin_ < head_size + size) {
        return {};
    }
    std::uint8_t* const packet = bytes_.get() + begin_ + head_size;
    begin_ += head_size + size;
    return size == 0 ? found{verdict::malformed} : found{verdict::packet, {packet, size}};
}

inline osc_stream::found osc_stream::next_slip() noexcept {
    while (begin_ < end_ && bytes_[begin_] == slip_end) {
        ++begin_; // there may be any number between packets
    }
    looked_at_ = looked_at_ > begin_ ? looked_at_ : begin_;
    const void* const end = std::memchr(bytes_.get() + looked_at_, slip_end, end_ - looked_at_);
    looked_at_ =
        end == nullptr
            ? end_
            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - bytes_.get());
    if (looked_at_ - begin_ > 2 * packet_max_) {
        return {verdict::too_large};
    }
    return end == nullptr ? found{} : unescape(looked_at_);
}

inline std::vector<std::uint8_t> osc_stream::framed(std::span<const std::uint8_t> packet) const {
    std::vector<std::uint8_t> made;
    if (framing_ == osc_framing::size) {
        for (std::size_t shift = 8 * head_size; shift != 0; shift -= 8) {
            made.push_back(static_cast<std::uint8_t>(packet.size() >> (shift - 8)));
        }
        made.insert(made.end(), packet.begin(), packet.end());
        return made;
    }
    made.push_back(slip_end);
    for (const std::uint8_t byte : packet) {
        if (byte == slip_end || byte == slip_escape) {
            made.push_back(slip_escape);
        }
        made.push_back(byte == slip_end      ? slip_escaped_end
                       : byte == slip_escape ? slip_escaped_escape
                                             : byte);
    }
    made.push_back(slip_end);
    return made;
}

// In place: the unescaped packet is never longer.
inline osc_stream::found osc_stream::unescape(std::size_t raw_end) noexcept {
    std::uint8_t* const packet = bytes_.get() + begin_;
    std::size_t size = 0;
    bool is_right = true;
    for (std::size_t i = begin_; i < raw_end; ++i) {
        std::uint8_t byte = bytes_[i];
        if (byte == slip_escape) {
            const std::uint8_t escaped = ++i < raw_end ? bytes_[i] : std::uint8_t{0};
            is_right = is_right && (escaped == slip_escaped_end || escaped == slip_escaped_escape);
            byte = escaped == slip_escaped_end ? slip_end : slip_escape;
        }
        packet[size++] = byte;
    }
    begin_ = raw_end + 1;
    looked_at_ = begin_;
    if (size > packet_max_) {
        return {verdict::too_large};
    }
    return is_right ? found{verdict::packet, {packet, size}} : found{verdict::malformed};
}

} // namespace v0_1
} // namespace tactus
