// SPDX-License-Identifier: MIT
// The sections of the manual pages that are made of the program's own tables, in the format of
// man(7). A page has them between ".\" generated: NAME" and ".\" end generated".
#pragma once

#include "kernel/host/loading/catalog.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace tactus::man {

// A text as the formatter shall show it, whatever it contains; `so` becomes bold.
[[nodiscard]] std::string roff(std::string_view text);
// One section of each command, with its arguments, options and examples.
[[nodiscard]] std::string commands(const CLI::App& app);
[[nodiscard]] std::string exit_codes();
[[nodiscard]] std::string variables();
// The daemon's own settings: sections of the file, every input, output and route.
[[nodiscard]] std::string settings();
// The settings of each plugin that the catalog finds.
[[nodiscard]] std::string plugin_settings(host::catalog& catalog);
[[nodiscard]] std::string plugin_list(host::catalog& catalog);
[[nodiscard]] std::string methods();

} // namespace tactus::man
