// SPDX-License-Identifier: MIT
#include "kernel/host/loading/catalog.hpp"

#include "kernel/host/loading/own_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

namespace tactus::host {
namespace {

constexpr const char* own_program = "/proc/self/exe";

constexpr std::string_view ending = ".tactus.so";

std::string_view suffix_of(std::uint32_t kind) noexcept {
    return kind == TACTUS_KIND_INPUT ? "_in" : "_out";
}

std::string own_name(std::uint32_t kind, std::string_view type) {
    return std::string(type) + std::string(suffix_of(kind));
}

std::string named(std::uint32_t kind, std::string_view type) {
    return (kind == TACTUS_KIND_INPUT ? "input of type \"" : "output of type \"") +
           std::string(type) + "\"";
}

bool is_plain(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

// Empty if nothing in the folder has that name. A path that is not a file is refused when it is
// opened.
std::string path_in(const std::string& folder, std::string_view name) {
    if (name.find('/') != std::string_view::npos || name.find('\0') != std::string_view::npos) {
        return {};
    }
    std::string path = folder + "/" + std::string(name) + std::string(ending);
    std::error_code failed;
    const bool has = std::filesystem::exists(std::filesystem::symlink_status(path, failed));
    return has && !failed ? path : std::string();
}

const tactus_descriptor* descriptor_of(const tactus_entry& entry, std::uint32_t kind,
                                       std::string_view type) noexcept {
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        const tactus_descriptor* each = entry.descriptors[i];
        if ((each->kinds & kind) != 0 && type == each->type) {
            return each;
        }
    }
    return nullptr;
}

} // namespace

std::string catalog::path_of(std::string_view name) const {
    for (const std::string& folder : folders_) {
        if (std::string path = path_in(folder, name); !path.empty()) {
            return path;
        }
    }
    return {};
}

std::string catalog::searched() const {
    std::string text = " is in ";
    for (const std::string& folder : folders_) {
        text += (&folder == &folders_.front() ? "" : ", ") + folder;
    }
    const std::string why = why_no_own_folder();
    return (folders_.empty() ? std::string(" was found, because no folder to search is known")
                             : text) +
           "." +
           (why.empty() ? "" : " The folder beside the program was not searched: " + why + ".") +
           " Install the plugin there, or add its folder to TACTUS_PLUGIN_PATH.";
}

result<library> catalog::load(const std::string& path) {
    if (const auto found = loaded_.find(path); found != loaded_.end()) {
        return found->second;
    }
    if (!missing_file(path).empty()) {
        return open_library(path); // says so
    }
    if (guard_ && !trusts_any_) {
        if (const std::string why = guard_(path); !why.empty()) {
            return fail(error_kind::unsupported,
                        "The plugin " + path + " is not opened: " + why + ".");
        }
    }
    auto refused = refused_.find(path);
    if (refused == refused_.end() && first_) {
        if (std::string why = first_(path); !why.empty()) {
            refused = refused_.emplace(path, std::move(why)).first;
        }
    }
    if (refused != refused_.end()) {
        return fail(error_kind::unsupported,
                    "The plugin " + path + " is not opened: " + refused->second + ".");
    }
    result<library> opened = open_library(path);
    if (opened) {
        loaded_.emplace(path, *opened);
    }
    return opened;
}

result<found_plugin> catalog::find_in(const std::string& folder, std::uint32_t kind,
                                      std::string_view type) {
    found_plugin found;
    for (const std::string& name : {own_name(kind, type), std::string(type)}) {
        const std::string path = path_in(folder, name);
        if (path.empty()) {
            continue;
        }
        const result<library> opened = load(path);
        if (!opened) {
            return unexpected<error>(opened.error());
        }
        const tactus_descriptor* descriptor = descriptor_of(*opened->entry, kind, type);
        if (descriptor != nullptr && found.entry != nullptr) {
            return fail(error_kind::unsupported, "Two plugins have an " + named(kind, type) + ": " +
                                                     found.path + " and " + path +
                                                     ". Remove one of the two.");
        }
        if (descriptor != nullptr) {
            found = {opened->entry, descriptor, path};
        } else if (found.entry == nullptr) {
            found.path = path;
        }
    }
    return found;
}

result<found_plugin> catalog::find(std::uint32_t kind, std::string_view type) {
    if (!is_plain(type)) {
        return fail(error_kind::not_found, "There is no " + named(kind, type) + ".");
    }
    std::string without;
    for (const std::string& folder : folders_) {
        result<found_plugin> found = find_in(folder, kind, type);
        if (!found || found->entry != nullptr) {
            return found;
        }
        without = without.empty() ? found->path : without;
    }
    if (!without.empty()) {
        return fail(error_kind::not_found,
                    "The plugin " + without + " has no " + named(kind, type) + ".");
    }
    return fail(error_kind::not_found, "There is no " + named(kind, type) + ": neither " +
                                           own_name(kind, type) + std::string(ending) + " nor " +
                                           std::string(type) + std::string(ending) + searched());
}

result<std::vector<found_plugin>> catalog::open(std::string_view name) {
    const std::string path = path_of(name);
    if (!path.empty() && !is_plain(name)) {
        return fail(error_kind::unsupported,
                    "The file " + path +
                        " is not opened: no configuration can name it. Give it a " +
                        "name of a to z, 0 to 9, _, - and . before " + std::string(ending) + ".");
    }
    if (path.empty()) {
        return fail(error_kind::not_found,
                    "There is no plugin \"" + std::string(name) + "\": no such file" + searched());
    }
    const result<library> opened = load(path);
    if (!opened) {
        return unexpected<error>(opened.error());
    }
    std::vector<found_plugin> found;
    for (std::uint32_t i = 0; i < opened->entry->n_descriptors; ++i) {
        found.push_back({opened->entry, opened->entry->descriptors[i], path});
    }
    return found;
}

std::vector<std::string> catalog::names() const {
    std::set<std::string> names;
    for (const std::string& folder : folders_) {
        std::error_code failed;
        for (const auto& file : std::filesystem::directory_iterator(folder, failed)) {
            const std::string name = file.path().filename().string();
            if (name.ends_with(ending)) {
                names.insert(name.substr(0, name.size() - ending.size()));
            }
        }
    }
    return {names.begin(), names.end()};
}

std::vector<found_plugin> catalog::open_all() {
    std::vector<found_plugin> all;
    for (const std::string& name : names()) {
        if (result<std::vector<found_plugin>> opened = open(name)) {
            all.insert(all.end(), opened->begin(), opened->end());
        }
    }
    return all;
}

std::vector<std::string> catalog::types(std::uint32_t kind) {
    std::set<std::string> types;
    for (const found_plugin& each : open_all()) {
        const char* const type = each.descriptor->type;
        if ((each.descriptor->kinds & kind) != 0 && find(kind, type)) {
            types.insert(type);
        }
    }
    return {types.begin(), types.end()};
}

std::string catalog::misnamed(std::uint32_t kind, std::string_view word) {
    for (const found_plugin& each : open_all()) {
        const std::string type = each.descriptor->type;
        std::string file = std::filesystem::path(each.path).filename().string();
        file.resize(file.size() - ending.size());
        const bool is_meant = type == word || file == word || file == own_name(kind, word);
        if (is_meant && (each.descriptor->kinds & kind) != 0 && file != type &&
            file != own_name(kind, type)) {
            return "The plugin " + each.path + " has an " + named(kind, type) +
                   ", but its file name does not match: it must be " + own_name(kind, type) +
                   std::string(ending) + " or " + type + std::string(ending) + ".";
        }
    }
    return {};
}

std::string why_no_own_folder() {
    std::error_code failed;
    static_cast<void>(std::filesystem::read_symlink(own_program, failed));
    return failed ? std::string(own_program) + " cannot be read (" + failed.message() +
                        "); is /proc mounted?"
                  : std::string();
}

std::vector<std::string> plugin_folders() {
    std::vector<std::string> folders;
    const auto add = [&folders](const std::filesystem::path& folder) {
        std::string text = folder.lexically_normal().string();
        if (text.size() > 1 && text.ends_with('/')) {
            text.pop_back();
        }
        std::error_code none;
        const bool is_known = std::any_of(folders.begin(), folders.end(), [&](const auto& each) {
            return each == text || std::filesystem::equivalent(each, text, none);
        });
        if (!is_known) {
            folders.push_back(std::move(text));
        }
    };
    if (const char* path = std::getenv("TACTUS_PLUGIN_PATH"); path != nullptr) {
        std::string_view rest(path);
        while (!rest.empty()) {
            const std::size_t colon = std::min(rest.find(':'), rest.size());
            if (colon > 0) {
                add(std::filesystem::path(rest.substr(0, colon)));
            }
            rest.remove_prefix(std::min(colon + 1, rest.size()));
        }
    }
    std::error_code failed;
    const std::filesystem::path program = std::filesystem::read_symlink(own_program, failed);
    if (!failed) {
        for (const char* const libraries : {TACTUS_LIBDIR, "lib"}) { // the same on most systems
            add(program.parent_path().parent_path() / libraries / "tactus/plugins");
        }
    }
    return folders;
}

} // namespace tactus::host
