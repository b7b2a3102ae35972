// SPDX-License-Identifier: MIT
// From a file to settings, or to a list of all its errors. Opens no device and no socket; option
// tables of plugins come through the callback, since the host is in the same layer.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/settings.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// What the host can create. `find`: the descriptor of a type for one kind (TACTUS_KIND_*), which
// must outlive the settings; nullptr if there is none. If the plugin exists but is unusable,
// `why_not` gives the reason.
struct plugin_types {
    std::function<const tactus_descriptor*(std::uint32_t kind, std::string_view type,
                                           std::string& why_not)>
        find;
    // All types of one kind, for the text of an error; called only if there is one.
    std::function<std::vector<std::string>(std::uint32_t kind)> all;
    std::vector<std::string> folders = {}; // where plugins are searched, for the same
};

struct loaded {
    config::settings settings;
    source_text source;               // for errors that plugins have yet to report
    std::vector<diagnostic> warnings; // in the order of the file
};

struct refused {
    source_text source;
    std::vector<diagnostic> found; // at least one error, and warnings, in the order of the file
    // Only valid instances can be trusted: their plugins may have errors to add.
    config::settings settings = {};
};

// Errors: everything that is wrong with the text. Blocks: load_file reads the file.
[[nodiscard]] result<loaded, refused> load_file(const std::string& path, const plugin_types& types);
[[nodiscard]] result<loaded, refused> load_text(std::string text, std::string path,
                                                const plugin_types& types);

} // namespace tactus::config
