// SPDX-License-Identifier: MIT
// A view of a table of tactus_option with its writer's stride: a plugin of a later SDK may have
// longer entries than ours. The kernel declares its own sections in the same form.
#pragma once

#include "kernel/base/assert.hpp"

#include <tactus/plugin.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tactus::config {

class option_table {
public:
    option_table() = default;
    option_table(const tactus_option* first, std::uint32_t size,
                 std::uint32_t stride = sizeof(tactus_option)) noexcept
        : first_(first), size_(size), stride_(stride) {}
    template <std::size_t N>
    explicit option_table(const tactus_option (&options)[N]) noexcept
        : option_table(options, std::uint32_t{N}) {}

    [[nodiscard]] static option_table of(const tactus_descriptor& plugin) noexcept {
        return {plugin.options, plugin.n_options, plugin.option_size};
    }
    // The children of a TABLE, with the same stride.
    [[nodiscard]] option_table children_of(const tactus_option& table) const noexcept {
        return {table.children, table.n_children, stride_};
    }

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint32_t stride() const noexcept { return stride_; }

    // Bounds: index < size().
    [[nodiscard]] const tactus_option& operator[](std::uint32_t index) const noexcept {
        TACTUS_ASSERT(index < size_);
        const void* const at = reinterpret_cast<const char*>(first_) + std::size_t{index} * stride_;
        return *static_cast<const tactus_option*>(at);
    }
    // Returns size() if there is none.
    [[nodiscard]] std::uint32_t index_of(std::string_view key) const noexcept {
        std::uint32_t i = 0;
        while (i < size_ && (*this)[i].key != key) {
            ++i;
        }
        return i;
    }

private:
    const tactus_option* first_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t stride_ = sizeof(tactus_option);
};

} // namespace tactus::config
