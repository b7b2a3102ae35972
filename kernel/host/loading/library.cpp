// SPDX-License-Identifier: MIT
#include "kernel/host/loading/library.hpp"

#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/loading/elf_check.hpp"

#include <tactus/cpp/utf8.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace tactus::host {
namespace {

constexpr const char* entry_symbol = "tactus_entry_v0";
constexpr std::uint32_t option_depth_max = TACTUS_OPTION_DEPTH_MAX;

// A plugin of another major version exports another symbol; reports that instead of "no symbol".
std::string explain_missing_symbol(void* image) {
    for (const char* other : {"tactus_entry_v1", "tactus_entry_v2"}) {
        if (::dlsym(image, other) != nullptr) {
            return std::string("It is built for a later SDK (it exports ") + other +
                   "); update tactus, or rebuild the plugin with this version's SDK.";
        }
    }
    return "It exports no tactus_entry_v0: it is not a tactus plugin, or was built without "
           "TACTUS_PLUGINS.";
}

// The text that a terminal, a page or a line of the log may show as it is.
bool is_showable(std::string_view text) noexcept {
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        const bool is_control = next.value < 0x20 ? next.value != '\n' : next.value == 0x7F;
        if (!next.is_valid || is_control) {
            return false;
        }
        text.remove_prefix(next.size);
    }
    return true;
}

bool is_good(const tactus_option& option) noexcept {
    if (option.key == nullptr || option.doc == nullptr) {
        return false;
    }
    switch (option.type) {
    case TACTUS_OPT_BOOL:
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
    case TACTUS_OPT_STRING:
    case TACTUS_OPT_DURATION:
    case TACTUS_OPT_BYTES:
    case TACTUS_OPT_RATE:
    case TACTUS_OPT_ENDPOINT:
        return true;
    case TACTUS_OPT_CHOICE:
        return option.choices != nullptr && option.choices[0] != nullptr;
    case TACTUS_OPT_TABLE:
        return option.children != nullptr && option.n_children > 0;
    default:
        return false; // an unknown type is not readable
    }
}

// Of one level: the first table whose tables lie too deep; empty if none does.
std::string find_too_deep(const tactus_option* first, std::uint32_t n, std::uint32_t stride,
                          std::uint32_t depth = 0) {
    for (std::uint32_t i = 0; i < n && first != nullptr; ++i) {
        const auto& option = *reinterpret_cast<const tactus_option*>(
            reinterpret_cast<const char*>(first) + std::size_t{i} * stride);
        if (option.type != TACTUS_OPT_TABLE || option.key == nullptr) {
            continue;
        }
        if (depth == option_depth_max ||
            !find_too_deep(option.children, option.n_children, stride, depth + 1).empty()) {
            return option.key;
        }
    }
    return {};
}

// Children share the stride. Returns the first bad key, "" if it has none; nothing: all are good.
std::optional<std::string> find_bad(const tactus_option* first, std::uint32_t n,
                                    std::uint32_t stride, std::uint32_t depth = 0) {
    for (std::uint32_t i = 0; i < n; ++i) {
        const auto& option = *reinterpret_cast<const tactus_option*>(
            reinterpret_cast<const char*>(first) + std::size_t{i} * stride);
        if (!is_good(option) || !is_showable(option.doc) || depth > option_depth_max) {
            return option.key == nullptr ? "" : option.key;
        }
        if (option.type == TACTUS_OPT_TABLE) {
            if (auto bad = find_bad(option.children, option.n_children, stride, depth + 1)) {
                return bad;
            }
        }
    }
    return std::nullopt;
}

bool is_type(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

// Bounds: each of them was checked by itself.
std::string check_together(const tactus_entry& entry) {
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        const tactus_descriptor& one = *entry.descriptors[i];
        for (std::uint32_t j = 0; j < i; ++j) {
            const tactus_descriptor& other = *entry.descriptors[j];
            if (std::string_view(one.id) == other.id) {
                return std::string("two of its descriptors have the id ") + one.id;
            }
            if ((one.kinds & other.kinds) != 0 && std::string_view(one.type) == other.type) {
                return std::string("its descriptors ") + other.id + " and " + one.id +
                       " have the same type and kind: " + one.type;
            }
        }
    }
    return {};
}

std::string check_descriptor(const tactus_descriptor& descriptor) {
    if (!is_whole(descriptor)) {
        return "a descriptor is shorter than this ABI's";
    }
    for (const char* text : {descriptor.id, descriptor.type, descriptor.version, descriptor.vendor,
                             descriptor.license, descriptor.doc}) {
        if (text == nullptr) {
            return "a descriptor has a text that is NULL";
        }
        if (!is_showable(text)) {
            return "a descriptor has a text with a control character, or that is not UTF-8";
        }
    }
    if (!is_type(descriptor.type)) {
        return std::string("descriptor ") + descriptor.id +
               " has a type that no file can name: " + "it has a to z, 0 to 9, _, - and . only";
    }
    if (descriptor.n_options > TACTUS_OPTIONS_MAX) {
        return std::string("descriptor ") + descriptor.id + " has " +
               std::to_string(descriptor.n_options) + " options; at most " +
               std::to_string(TACTUS_OPTIONS_MAX) + " are possible";
    }
    if (descriptor.kinds == 0 ||
        (descriptor.kinds & ~(TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT)) != 0) {
        return std::string("descriptor ") + descriptor.id + " is neither an input nor an output";
    }
    if (descriptor.n_options > 0 &&
        (descriptor.options == nullptr || descriptor.option_size < sizeof(tactus_option))) {
        return std::string("descriptor ") + descriptor.id + " has a malformed table of options";
    }
    if (const std::string deep =
            find_too_deep(descriptor.options, descriptor.n_options, descriptor.option_size);
        !deep.empty()) {
        return std::string("descriptor ") + descriptor.id + " has an option \"" + deep +
               "\" with tables within tables; at most " + std::to_string(option_depth_max) +
               " are possible";
    }
    if (const auto bad =
            find_bad(descriptor.options, descriptor.n_options, descriptor.option_size)) {
        return std::string("descriptor ") + descriptor.id + " has an option \"" + *bad +
               "\" that is malformed, or of a type that this daemon does not know";
    }
    return {};
}

} // namespace

std::string check_entry(const tactus_entry& entry) {
    if (entry.struct_size < offsetof(tactus_entry, sdk_version)) {
        return "its entry is shorter than any version of the ABI";
    }
    if (entry.abi_minor != TACTUS_ABI_MINOR) {
        return "it was built for ABI 0." + std::to_string(entry.abi_minor) +
               ", and this daemon has 0." + std::to_string(TACTUS_ABI_MINOR) +
               "; before 1.0 both must be equal: rebuild it with the SDK " + TACTUS_SDK_VERSION;
    }
    if (!is_whole(entry) || entry.create == nullptr || entry.n_descriptors == 0 ||
        entry.descriptors == nullptr) {
        return "its entry has no descriptors or no create function";
    }
    if (entry.n_descriptors > TACTUS_DESCRIPTORS_MAX) {
        return "it has " + std::to_string(entry.n_descriptors) + " descriptors; at most " +
               std::to_string(TACTUS_DESCRIPTORS_MAX) + " are possible";
    }
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        if (entry.descriptors[i] == nullptr) {
            return "one of its descriptors is NULL";
        }
        if (std::string wrong = check_descriptor(*entry.descriptors[i]); !wrong.empty()) {
            return wrong;
        }
    }
    return check_together(entry);
}

std::string missing_interfaces(const tactus_descriptor& descriptor) {
    std::string missing;
    for (const char* const* id = descriptor.requires_interfaces; id != nullptr && *id != nullptr;
         ++id) {
        if (find_interface(*id) == nullptr) {
            missing += (missing.empty() ? "" : ", ") + std::string(*id);
        }
    }
    return missing;
}

std::string missing_file(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::file_status found = fs::status(path, failed);
    if (found.type() == fs::file_type::regular) {
        return {};
    }
    if (found.type() == fs::file_type::directory) {
        return "it is a directory";
    }
    if (found.type() == fs::file_type::not_found) {
        const fs::path leads_to = fs::read_symlink(path, failed);
        return failed ? "there is no such file"
                      : "it is a link to " + leads_to.string() + ", which is not there";
    }
    return failed ? failed.message() : "it is a device, a FIFO or a socket";
}

result<library> open_library(const std::string& path) {
    if (const std::string why = missing_file(path); !why.empty()) {
        return fail(error_kind::not_found,
                    "The plugin " + path + " cannot be loaded: " + why + ".");
    }
    if (const std::string missing = missing_of_image(path); !missing.empty()) {
        return fail(error_kind::unsupported,
                    "The plugin " + path + " cannot be loaded: " + missing + ".");
    }
    void* image = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (image == nullptr) {
        return fail(error_kind::unsupported,
                    "The plugin " + path + " cannot be loaded: " + ::dlerror() + ".");
    }
    const auto* entry = static_cast<const tactus_entry*>(::dlsym(image, entry_symbol));
    if (entry == nullptr) {
        return fail(error_kind::unsupported,
                    "The file " + path + " is not usable. " + explain_missing_symbol(image));
    }
    if (const std::string wrong = check_entry(*entry); !wrong.empty()) {
        return fail(error_kind::unsupported, "The plugin " + path + " is refused: " + wrong + ".");
    }
    return library{path, entry};
}

} // namespace tactus::host
