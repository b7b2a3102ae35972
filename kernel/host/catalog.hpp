// SPDX-License-Identifier: MIT
// Where plugins are found: a list of folders, a file a plugin. A file is opened only when a
// configuration names its type ("osc" as an output is osc_out.tactus.so, or osc.tactus.so), or when
// an error has to be explained. The first folder that has the type wins; in one folder two files
// that have it are an error, since one of them was probably left behind.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/host/library.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::host {

struct found_plugin {
    const tactus_entry* entry = nullptr;
    const tactus_descriptor* descriptor = nullptr;
    std::string path;
};

class catalog {
public:
    // In the order in which they are searched.
    explicit catalog(std::vector<std::string> folders) : folders_(std::move(folders)) {}

    // The plugin that is of this type and kind (TACTUS_KIND_*). Errors: not_found, unsupported
    // (also where two files of a folder have it); the text says what was looked for and what to do.
    [[nodiscard]] result<found_plugin> find(std::uint32_t kind, std::string_view type);

    // By id or file name, for `tactus plugins show`.
    [[nodiscard]] result<std::vector<found_plugin>> open(std::string_view name);

    // Names of all plugin files, without folder and ending, sorted. Opens none.
    [[nodiscard]] std::vector<std::string> names() const;
    // For the text of an error; they open every file.
    // The types of that kind that find() finds, sorted.
    [[nodiscard]] std::vector<std::string> types(std::uint32_t kind);
    // Where a file is called `word`, or has it as a type, and find() cannot find what it has since
    // it is called otherwise: a sentence that says how to call it. Empty where there is none.
    [[nodiscard]] std::string misnamed(std::uint32_t kind, std::string_view word);
    [[nodiscard]] const std::vector<std::string>& folders() const noexcept { return folders_; }

private:
    [[nodiscard]] std::string path_of(std::string_view name) const; // empty = there is none
    [[nodiscard]] std::string searched() const;                     // where, for a message
    [[nodiscard]] result<library> load(const std::string& path);
    // All that can be opened.
    [[nodiscard]] std::vector<found_plugin> open_all();
    // What one folder has. Without an entry: none, or `path` is called so and has it not.
    [[nodiscard]] result<found_plugin> find_in(const std::string& folder, std::uint32_t kind,
                                               std::string_view type);

    std::vector<std::string> folders_;
    std::map<std::string, library> loaded_; // by path; never unloaded
};

// $TACTUS_PLUGIN_PATH (colon-separated), then beside the program's own lib folder.
[[nodiscard]] std::vector<std::string> plugin_folders();

} // namespace tactus::host
