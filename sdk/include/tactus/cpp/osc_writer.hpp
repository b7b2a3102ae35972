// SPDX-License-Identifier: MIT
// Writes OSC 1.0 into the caller's buffer, for plugins that make OSC out of something else.
// Bounded: if the message does not fit, nothing is written, and the result is 0 bytes. It does not
// parse OSC: the kernel does. Threads: any. Allocates nothing.
//   message = address types arguments     address = text; types = text that begins with ","
//   bundle  = "#bundle\0" time-tag (size message)*
//   text    = bytes and 1 to 4 zero bytes, padded to 4; numbers are big-endian
// Source: The Open Sound Control 1.0 Specification.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace tactus {
inline namespace v0_1 {

/// An OSC blob as an argument.
struct osc_blob {
    explicit osc_blob(std::span<const std::uint8_t> blob) noexcept : bytes(blob) {}
    std::span<const std::uint8_t> bytes;
};

namespace detail {

/// Appends to a buffer; one overflow invalidates all of it.
class osc_sink {
public:
    explicit osc_sink(std::span<std::uint8_t> buffer) noexcept : buffer_(buffer) {}

    template <std::unsigned_integral Word>
    void number(Word value) noexcept {
        if (std::uint8_t* at = take(sizeof(Word))) {
            for (std::size_t i = sizeof(Word); i-- != 0;) {
                *at++ = static_cast<std::uint8_t>(value >> (8 * i));
            }
        }
    }
    void text(std::string_view value) noexcept {
        if (value.find('\0') != std::string_view::npos) {
            is_void_ = true;
            return;
        }
        padded(value.data(), value.size(), value.size() + 1);
    }
    /// The text after a comma: a type tag string.
    void tagged(std::string_view types) noexcept {
        const std::size_t whole = (types.size() + 2 + 3) / 4 * 4;
        if (std::uint8_t* const at = take(whole)) {
            std::memset(at, 0, whole);
            *at = ',';
            types.copy(reinterpret_cast<char*>(at + 1), types.size());
        }
    }
    void padded(const void* bytes, std::size_t size, std::size_t least) noexcept {
        const std::size_t whole = (least + 3) / 4 * 4;
        if (std::uint8_t* const at = take(whole)) {
            if (size != 0) {
                std::memcpy(at, bytes, size);
            }
            std::memset(at + size, 0, whole - size);
        }
    }
    std::size_t size() const noexcept { return is_void_ ? 0 : used_; }

private:
    std::uint8_t* take(std::size_t n) noexcept {
        if (is_void_ || n > buffer_.size() - used_) {
            is_void_ = true;
            return nullptr;
        }
        std::uint8_t* const at = buffer_.data() + used_;
        used_ += n;
        return at;
    }

    std::span<std::uint8_t> buffer_;
    std::size_t used_ = 0;
    bool is_void_ = false;
};

inline void put_osc(osc_sink& out, std::int32_t value) noexcept {
    out.number(static_cast<std::uint32_t>(value));
}
inline void put_osc(osc_sink& out, std::int64_t value) noexcept {
    out.number(static_cast<std::uint64_t>(value));
}
inline void put_osc(osc_sink& out, float value) noexcept {
    out.number(std::bit_cast<std::uint32_t>(value));
}
inline void put_osc(osc_sink& out, double value) noexcept {
    out.number(std::bit_cast<std::uint64_t>(value));
}
inline void put_osc(osc_sink& out, std::string_view value) noexcept {
    out.text(value);
}
inline void put_osc(osc_sink& out, const osc_blob& value) noexcept {
    out.number(static_cast<std::uint32_t>(value.bytes.size()));
    out.padded(value.bytes.data(), value.bytes.size(), value.bytes.size());
}
inline void put_osc(osc_sink&, std::same_as<bool> auto) noexcept {} // the type tag holds the value

inline char osc_type(std::int32_t) noexcept {
    return 'i';
}
inline char osc_type(std::int64_t) noexcept {
    return 'h';
}
inline char osc_type(float) noexcept {
    return 'f';
}
inline char osc_type(double) noexcept {
    return 'd';
}
inline char osc_type(std::string_view) noexcept {
    return 's';
}
inline char osc_type(const osc_blob&) noexcept {
    return 'b';
}
inline char osc_type(std::same_as<bool> auto value) noexcept {
    return value ? 'T' : 'F';
}

} // namespace detail

/// Writes one message; returns its size in bytes, or 0 if it does not fit, the address does not
/// begin with "/" or a text contains a zero byte. Arguments: int32_t, int64_t, float, double, text,
/// osc_blob, bool.
template <class... Arguments>
std::size_t write_osc(std::span<std::uint8_t> buffer, std::string_view address,
                      const Arguments&... arguments) noexcept {
    if (address.empty() || address.front() != '/') {
        return 0;
    }
    const char types[] = {',', detail::osc_type(arguments)..., '\0'};
    detail::osc_sink out(buffer);
    out.text(address);
    out.text(std::string_view(types, sizeof(types) - 1));
    (detail::put_osc(out, arguments), ...);
    return out.size();
}

/// Writes a message whose arguments are known at run time only: first their types, then one put()
/// for each that carries bytes, in that order. An argument that does not fit or is not of the
/// declared type makes the whole message void.
class osc_message_writer {
public:
    /// `types` without its comma, "ifs"; T F N I carry no bytes and take no put(). It must outlive
    /// the writer.
    osc_message_writer(std::span<std::uint8_t> buffer, std::string_view address,
                       std::string_view types) noexcept
        : out_(buffer), types_(types), is_void_(address.empty() || address.front() != '/') {
        out_.text(address);
        out_.tagged(types);
    }

    /// int32_t, int64_t, float, double, text or osc_blob.
    template <class Argument>
    void put(const Argument& argument) noexcept {
        skip_empty();
        if (at_ == types_.size() || types_[at_] != detail::osc_type(argument)) {
            is_void_ = true;
            return;
        }
        ++at_;
        detail::put_osc(out_, argument);
    }

    /// Returns the size of the message in bytes, or 0 if it is void or an argument is missing.
    std::size_t finish() noexcept {
        skip_empty();
        return is_void_ || at_ != types_.size() ? 0 : out_.size();
    }

private:
    void skip_empty() noexcept {
        while (at_ < types_.size() &&
               std::string_view("TFNI").find(types_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }

    detail::osc_sink out_;
    std::string_view types_;
    std::size_t at_ = 0;
    bool is_void_;
};

/// The head of a bundle of one message, to be followed by the message's own bytes.
inline constexpr std::size_t osc_bundle_head_size = 20;

/// Bounds: the message fits 32 bits. Returns osc_bundle_head_size, or 0 if it does not fit.
inline std::size_t write_osc_bundle_head(std::span<std::uint8_t> buffer, std::uint64_t time_tag,
                                         std::uint32_t message_size) noexcept {
    detail::osc_sink out(buffer);
    out.text("#bundle");
    out.number(time_tag);
    out.number(message_size);
    return out.size();
}

/// Writes the size before a bundle's next message; returns the bytes written. Bounds: 4 bytes.
inline std::size_t write_osc_element_head(std::span<std::uint8_t> buffer,
                                          std::uint32_t message_size) noexcept {
    detail::osc_sink out(buffer);
    out.number(message_size);
    return out.size();
}

} // namespace v0_1
} // namespace tactus
