// SPDX-License-Identifier: MIT
// The kernel's own settings as option tables, in the form that plugins use: checks, help, samples
// and reference pages come from here. Their keys are a public interface.
#pragma once

#include "kernel/config/schema/option_table.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::config {

// The top of the file: schema, name, and the sections [time] [limits] [safety] [metrics] [log].
[[nodiscard]] option_table top_options() noexcept;

// The options of every [[input]] (TACTUS_KIND_INPUT) or [[output]] (TACTUS_KIND_OUTPUT) in addition
// to its plugin's.
[[nodiscard]] option_table instance_options(std::uint32_t kind) noexcept;
[[nodiscard]] std::span<const std::string_view> instance_keys(std::uint32_t kind) noexcept;

// Whether the plugin requires "tactus.stream/0": its instances also have the kernel's options for
// connection limits.
[[nodiscard]] bool uses_streams(const tactus_descriptor& plugin) noexcept;
[[nodiscard]] option_table stream_options() noexcept;

// Keys that the plugin's own options may not have.
[[nodiscard]] std::vector<std::string_view> keys_beside(const tactus_descriptor& plugin,
                                                        std::uint32_t kind);

[[nodiscard]] option_table route_options() noexcept;

} // namespace tactus::config
