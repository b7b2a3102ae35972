// SPDX-License-Identifier: MIT
// All plugin files found, opened, and the list of them as text, for people and for programs. Called
// by `tactus plugins` and `tactus ports`.
#pragma once

#include "kernel/host/loading/catalog.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {

struct broken_plugin {
    std::string name; // of the file, without folder and ending
    std::string why;  // a sentence
};

struct plugin_list {
    std::vector<host::found_plugin> found; // one for each descriptor, in the order of the names
    std::vector<broken_plugin> broken;
};

// Blocks: reads the files. Runs no plugin code except what loading them runs.
[[nodiscard]] plugin_list open_all(host::catalog& catalog);

// The plugins that `name` matches: a file or id ("osc_in"), or a type, possibly in both directions
// ("osc"). Errors: not_found, with a suggestion; unsupported if the file is broken.
[[nodiscard]] result<std::vector<host::found_plugin>> find_by_name(host::catalog& catalog,
                                                                   std::string_view name);

// "input", "output" or "input, output".
[[nodiscard]] std::string kinds_text(const tactus_descriptor& plugin);

// A table with a head, one line each, then the broken ones with the reason.
[[nodiscard]] std::string to_text(const plugin_list& list);
// {"plugins":[{"id":...,"type":...,"kinds":[...],"version":...,"doc":...,"file":...,
//  "sha256":...}],
//  "broken":[{"name":...,"reason":...}]}
[[nodiscard]] std::string to_json(const plugin_list& list);

} // namespace tactus::cli
