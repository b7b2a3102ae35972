// SPDX-License-Identifier: MIT
// From files to settings, or to a list of all their errors. Opens no device and no socket; option
// tables of plugins come through the callback, since the host is in the same layer.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/config/source/document.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// The types that the host can create. `find`: the descriptor of a type for one kind
// (TACTUS_KIND_*), which must outlive the settings; nullptr if there is none. If the plugin exists
// but is unusable, `why_not` gives the reason.
struct plugin_types {
    std::function<const tactus_descriptor*(std::uint32_t kind, std::string_view type,
                                           std::string& why_not)>
        find;
    // All types of one kind, for the text of an error; called only if there is one.
    std::function<std::vector<std::string>(std::uint32_t kind)> all;
    std::vector<std::string> folders = {}; // where plugins are searched, for the same
    // Called before the first `find`: whether the sources trust any plugin file. May be empty.
    std::function<void(bool trusts_any)> trust = {};
};

// Most files and arguments of one configuration, together.
inline constexpr std::size_t sources_max = 256;

// The sources of a configuration, in the order in which it is merged: files, then arguments of
// `--set`. The indices of both together are those of positions.
struct source_list {
    std::vector<std::string> files; // at least one
    std::vector<std::string> arguments = {};
};

struct loaded {
    config::settings settings;
    source_list list;                 // to load it again
    std::vector<source_text> sources; // for errors that plugins have yet to report
    std::vector<diagnostic> warnings; // in the order of the sources
};

struct refused {
    std::vector<source_text> sources;
    std::vector<diagnostic> found; // at least one error, and warnings, in the order of the sources
    // Only valid instances can be trusted: their plugins may have errors to add.
    config::settings settings = {};
};

// Errors: everything that is wrong with the texts. `merged`, if given, gets the tree from which the
// settings were read; it holds secrets. Blocks: reads the files.
[[nodiscard]] result<loaded, refused> load(source_list list, const plugin_types& types,
                                           node* merged = nullptr);
// The same, of one file or of its text.
[[nodiscard]] result<loaded, refused> load_file(const std::string& path, const plugin_types& types);
[[nodiscard]] result<loaded, refused> load_text(std::string text, std::string path,
                                                const plugin_types& types);
// The same of a text that has outputs, and no inputs and routes.
[[nodiscard]] result<loaded, refused> load_outputs(std::string text, std::string path,
                                                   const plugin_types& types);

} // namespace tactus::config
