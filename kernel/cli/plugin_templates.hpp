// SPDX-License-Identifier: MIT
// The files of sdk/templates, as kernel/cli/CMakeLists.txt builds them in.
#pragma once

#include <span>
#include <string_view>

namespace tactus::cli {

struct plugin_template {
    std::string_view path; // below sdk/templates: "cpp-input/plugin_name.cpp"
    std::string_view text;
};

[[nodiscard]] std::span<const plugin_template> plugin_templates() noexcept;

} // namespace tactus::cli
