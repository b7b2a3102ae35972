// SPDX-License-Identifier: MIT
// The kernel's own settings as option tables, in the form in which plugins declare theirs: checks,
// help, samples and reference pages come from here. Their keys are a public interface.
#pragma once

#include "kernel/config/option_table.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::config {

// The top of the file: schema, name, and the sections [time] [limits] [safety] [metrics] [log].
[[nodiscard]] option_table top_options() noexcept;

// What every [[input]] (TACTUS_KIND_INPUT) or [[output]] (TACTUS_KIND_OUTPUT) has besides its
// plugin's options.
[[nodiscard]] option_table instance_options(std::uint32_t kind) noexcept;
[[nodiscard]] std::span<const std::string_view> instance_keys(std::uint32_t kind) noexcept;

[[nodiscard]] option_table route_options() noexcept;

} // namespace tactus::config
