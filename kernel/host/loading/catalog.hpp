// SPDX-License-Identifier: MIT
// Where plugins are found: a list of folders, one file per plugin. A file is opened only when a
// configuration names its type ("osc" as an output is osc_out.tactus.so, or osc.tactus.so), or to
// explain an error. The first folder that has the type wins. Two files with that type in one folder
// are an error, since one of them was probably left behind.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/host/loading/library.hpp"

#include <cstdint>
#include <functional>
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
    // Why a file must not be opened, as the end of a sentence; empty if it may be.
    using trial = std::function<std::string(const std::string& path)>;

    // In the order in which they are searched. `first` is asked once for each file, before this
    // process opens it.
    explicit catalog(std::vector<std::string> folders, trial first = {})
        : folders_(std::move(folders)), first_(std::move(first)) {}

    // From now on `guard` is asked, too, unless the configuration trusts any file.
    void guard_by(trial guard) { guard_ = std::move(guard); }
    void trust_any(bool is_wanted) noexcept { trusts_any_ = is_wanted; }

    // Finds the plugin of this type and kind (TACTUS_KIND_*). Errors: not_found, unsupported (also
    // if two files of a folder have it); the text names the files that were searched for and a
    // remedy.
    [[nodiscard]] result<found_plugin> find(std::uint32_t kind, std::string_view type);

    // By id or file name, for `tactus plugins show`.
    [[nodiscard]] result<std::vector<found_plugin>> open(std::string_view name);

    // Names of all plugin files, without folder and ending, sorted. Opens none.
    [[nodiscard]] std::vector<std::string> names() const;
    // For error texts: these functions open every file.
    // The types of that kind that find() finds, sorted.
    [[nodiscard]] std::vector<std::string> types(std::uint32_t kind);
    // If a file is named `word`, or has it as a type, but find() cannot find that type because of
    // the file's name: a sentence that gives the right name. Empty otherwise.
    [[nodiscard]] std::string misnamed(std::uint32_t kind, std::string_view word);
    [[nodiscard]] const std::vector<std::string>& folders() const noexcept { return folders_; }

private:
    [[nodiscard]] std::string path_of(std::string_view name) const; // empty: not found
    [[nodiscard]] std::string searched() const;                     // the folders, for a message
    [[nodiscard]] result<library> load(const std::string& path);
    // All plugin files that can be opened.
    [[nodiscard]] std::vector<found_plugin> open_all();
    // Searches one folder. No entry: not found; `path` may name a file without such a plugin.
    [[nodiscard]] result<found_plugin> find_in(const std::string& folder, std::uint32_t kind,
                                               std::string_view type);

    std::vector<std::string> folders_;
    trial first_;
    trial guard_;
    bool trusts_any_ = false;
    std::map<std::string, library> loaded_;      // by path; never unloaded
    std::map<std::string, std::string> refused_; // by path: why it was not opened
};

// $TACTUS_PLUGIN_PATH (colon-separated), then the lib folder next to the program.
[[nodiscard]] std::vector<std::string> plugin_folders();

} // namespace tactus::host
