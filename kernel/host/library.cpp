// SPDX-License-Identifier: MIT
#include "kernel/host/library.hpp"

#include "kernel/host/elf_check.hpp"
#include "kernel/host/interfaces.hpp"

#include <dlfcn.h>

#include <cstddef>
#include <filesystem>
#include <optional>

namespace tactus::host {
namespace {

constexpr const char* entry_symbol = "tactus_entry_v0";
constexpr std::uint32_t option_depth_max = 8; // nested tables

// A plugin of another major version exports another symbol; reports that instead of "no symbol".
std::string explain_missing_symbol(void* image) {
    for (const char* other : {"tactus_entry_v1", "tactus_entry_v2"}) {
        if (::dlsym(image, other) != nullptr) {
            return std::string("It is built for a later SDK (it exports ") + other +
                   "); update tactus, or rebuild the plugin with this version's SDK.";
        }
    }
    return "It exports no tactus_entry_v0, so it is not a tactus plugin, or was built without "
           "TACTUS_PLUGINS.";
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

// Children share the stride. Returns the first bad key, "" if it has none; nothing: all are good.
std::optional<std::string> find_bad(const tactus_option* first, std::uint32_t n,
                                    std::uint32_t stride, std::uint32_t depth = 0) {
    for (std::uint32_t i = 0; i < n; ++i) {
        const auto& option = *reinterpret_cast<const tactus_option*>(
            reinterpret_cast<const char*>(first) + std::size_t{i} * stride);
        if (!is_good(option) || depth > option_depth_max) {
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

std::string check_descriptor(const tactus_descriptor& descriptor) {
    if (!TACTUS_HAS(&descriptor, tactus_descriptor, option_size)) {
        return "a descriptor is shorter than this ABI's";
    }
    for (const char* text : {descriptor.id, descriptor.type, descriptor.version, descriptor.vendor,
                             descriptor.license, descriptor.doc}) {
        if (text == nullptr) {
            return "a descriptor has a text that is NULL";
        }
    }
    if (descriptor.kinds == 0 ||
        (descriptor.kinds & ~(TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT)) != 0) {
        return std::string("descriptor ") + descriptor.id + " is neither an input nor an output";
    }
    if (descriptor.n_options > 0 &&
        (descriptor.options == nullptr || descriptor.option_size < sizeof(tactus_option))) {
        return std::string("descriptor ") + descriptor.id + " has a malformed table of options";
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
    if (!TACTUS_HAS(&entry, tactus_entry, abi_minor)) {
        return "its entry is shorter than any version of the ABI";
    }
    if (entry.abi_minor != TACTUS_ABI_MINOR) {
        return "it was built for ABI 0." + std::to_string(entry.abi_minor) +
               ", and this daemon has 0." + std::to_string(TACTUS_ABI_MINOR) +
               "; before 1.0 both must be equal: rebuild it with the SDK " + TACTUS_SDK_VERSION;
    }
    if (!TACTUS_HAS(&entry, tactus_entry, create) || entry.create == nullptr ||
        entry.n_descriptors == 0 || entry.descriptors == nullptr) {
        return "its entry has no descriptors or no create function";
    }
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        if (entry.descriptors[i] == nullptr) {
            return "one of its descriptors is NULL";
        }
        if (std::string wrong = check_descriptor(*entry.descriptors[i]); !wrong.empty()) {
            return wrong;
        }
    }
    return {};
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

result<library> open_library(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) {
        return fail(error_kind::not_found, "There is no plugin file " + path + ".");
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
