// SPDX-License-Identifier: MIT
// Owns bytes, which are not zeroed: unused pages cost no memory. Instead of std::unique_ptr, whose
// header is among the largest.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tactus {
inline namespace v0_1 {
namespace detail {

class byte_buffer {
public:
    /// Errors: std::bad_alloc.
    explicit byte_buffer(std::size_t size) : bytes_(new std::uint8_t[size]) {}
    byte_buffer(byte_buffer&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}
    byte_buffer& operator=(byte_buffer&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~byte_buffer() { delete[] bytes_; }

    std::uint8_t* get() const noexcept { return bytes_; }
    std::uint8_t& operator[](std::size_t i) const noexcept { return bytes_[i]; }

private:
    std::uint8_t* bytes_;
};

} // namespace detail
} // namespace v0_1
} // namespace tactus
