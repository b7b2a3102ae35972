// SPDX-License-Identifier: MIT
// Tests of the static tables: descriptors and options.
#include "check_case.hpp"
#include "option_value.hpp"

#include <tactus/cpp/utf8.hpp>

#include <array>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::checker {
namespace {

constexpr std::size_t text_max = 4096; // bytes; longer ones are taken for one without an end

std::string name_of(const tactus_descriptor& of) {
    return of.id != nullptr ? std::string("Descriptor \"") + of.id + "\"" : "A descriptor";
}

// The text that a terminal or a page may show as it is.
bool is_showable(std::string_view text) {
    while (!text.empty()) {
        const tactus::code_point next = tactus::first_code_point(text);
        if (!next.is_valid || next.value < 0x20 || next.value == 0x7f) {
            return false;
        }
        text.remove_prefix(next.size);
    }
    return true;
}

// The fault of a text for people; empty if there is none.
std::string text_fault(const char* text) {
    if (text == nullptr) {
        return "is NULL";
    }
    if (*text == '\0') {
        return "is empty";
    }
    const std::size_t size = ::strnlen(text, text_max + 1);
    return size > text_max                              ? "has no end"
           : !is_showable(std::string_view(text, size)) ? "is no UTF-8, or has control characters"
                                                        : "";
}

void for_each_descriptor(subject& plugin,
                         const std::function<void(const tactus_descriptor&)>& check) {
    const tactus_entry& entry = plugin.entry();
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        check(*entry.descriptors[i]);
    }
}

void check_sizes(subject& plugin) {
    for_each_descriptor(plugin, [](const tactus_descriptor& each) {
        require(each.struct_size >= sizeof(tactus_descriptor),
                name_of(each) + " has a struct_size of " + std::to_string(each.struct_size) + ".");
        require(each.kinds != 0 && (each.kinds & ~(TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT)) == 0,
                name_of(each) + " is neither an input nor an output.");
        require(each.n_options == 0 || each.options != nullptr,
                name_of(each) + " has n_options without options.");
        require(each.n_options == 0 || (each.option_size >= sizeof(tactus_option) &&
                                        each.option_size % alignof(tactus_option) == 0),
                name_of(each) + " has an option_size of " + std::to_string(each.option_size) +
                    ", which is no stride of tactus_option.");
        require(each.n_options <= TACTUS_OPTIONS_MAX,
                name_of(each) + " has " + std::to_string(each.n_options) + " options; at most " +
                    std::to_string(TACTUS_OPTIONS_MAX) + " are possible.");
    });
}

void check_texts(subject& plugin) {
    for_each_descriptor(plugin, [](const tactus_descriptor& each) {
        const std::array<std::pair<const char*, const char*>, 6> texts{{
            {"id", each.id},
            {"type", each.type},
            {"version", each.version},
            {"vendor", each.vendor},
            {"license", each.license},
            {"doc", each.doc},
        }};
        for (const auto& [name, text] : texts) {
            const std::string fault = text_fault(text);
            require(fault.empty(), name_of(each) + ": its " + name + " " + fault + ".");
        }
    });
}

void check_names(subject& plugin) {
    for_each_descriptor(plugin, [](const tactus_descriptor& each) {
        const std::string_view lower = "abcdefghijklmnopqrstuvwxyz0123456789_";
        const std::string_view type = each.type;
        require(type.find_first_not_of(lower) == std::string_view::npos,
                name_of(each) + ": its type \"" + each.type +
                    "\" has characters other than a to z, 0 to 9 and _.");
        const std::string_view id = each.id;
        require(id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_.-") == std::string_view::npos,
                name_of(each) + " has characters in its id that are no part of a name.");
    });
}

void check_unique(subject& plugin) {
    std::set<std::string> ids;
    std::set<std::pair<std::string, std::uint32_t>> types;
    for_each_descriptor(plugin, [&](const tactus_descriptor& each) {
        require(ids.insert(each.id).second,
                "Two descriptors have the id \"" + std::string(each.id) + "\".");
        for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
            require((each.kinds & kind) == 0 || types.emplace(each.type, kind).second,
                    "Two descriptors of one kind have the type \"" + std::string(each.type) +
                        "\".");
        }
    });
}

void check_interfaces(subject& plugin) {
    const std::set<std::string> known{
        TACTUS_CLOCK_0,   TACTUS_EMIT_0,  TACTUS_EXEC_0,   TACTUS_FD_0,    TACTUS_LOG_0,
        TACTUS_METRICS_0, TACTUS_PORTS_0, TACTUS_STREAM_0, TACTUS_TIMER_0, TACTUS_UDP_0};
    for_each_descriptor(plugin, [&](const tactus_descriptor& each) {
        for (const char* const* id = each.requires_interfaces; id != nullptr && *id != nullptr;
             ++id) {
            require(known.count(*id) != 0, name_of(each) + " requires the interface \"" + *id +
                                               "\", which no host of this ABI has.");
        }
    });
}

// Each option of the descriptor, children too, with its name: "port.name".
void for_each_option(const tactus_descriptor& of,
                     const std::function<void(const std::string&, const tactus_option&)>& check,
                     const tactus_option* first, std::uint32_t n, const std::string& before,
                     std::uint32_t depth) {
    require(depth <= TACTUS_OPTION_DEPTH_MAX,
            name_of(of) + " has tables within tables at `" + before.substr(0, before.size() - 1) +
                "`, more than " + std::to_string(TACTUS_OPTION_DEPTH_MAX) + " deep.");
    for (std::uint32_t i = 0; i < n; ++i) {
        const auto* const at =
            reinterpret_cast<const char*>(first) + std::size_t{i} * of.option_size;
        const auto& option = *reinterpret_cast<const tactus_option*>(at);
        const std::string name =
            before + (option.key != nullptr ? option.key : "number " + std::to_string(i));
        check(name, option);
        if (option.type == TACTUS_OPT_TABLE && option.children != nullptr) {
            for_each_option(of, check, option.children, option.n_children, name + ".", depth + 1);
        }
    }
}

void for_each_option(subject& plugin,
                     const std::function<void(const std::string&, const tactus_option&)>& check) {
    for_each_descriptor(plugin, [&](const tactus_descriptor& each) {
        const auto named = [&](const std::string& name, const tactus_option& option) {
            check("Option `" + name + "` of " + each.id, option);
        };
        for_each_option(each, named, each.options, each.n_options, "", 0);
    });
}

void check_option_types(subject& plugin) {
    for_each_option(plugin, [](const std::string& name, const tactus_option& option) {
        require(option.type >= TACTUS_OPT_BOOL && option.type <= TACTUS_OPT_TABLE,
                name + " is of an unknown type, " + std::to_string(option.type) + ".");
        require((option.flags & ~(TACTUS_OPT_REQUIRED | TACTUS_OPT_ARRAY | TACTUS_OPT_SECRET |
                                  TACTUS_OPT_OR_TEXT)) == 0,
                name + " has unknown flags.");
        require(option.reserved == 0, name + ": its reserved field is not 0.");
        const bool has_choices = option.choices != nullptr && option.choices[0] != nullptr;
        require(has_choices ||
                    (option.type != TACTUS_OPT_CHOICE && option.type != TACTUS_OPT_ENDPOINT),
                name + " has no choices.");
        const bool has_children = option.children != nullptr && option.n_children != 0;
        require((option.type == TACTUS_OPT_TABLE) == has_children,
                name + (has_children ? " has children and is no table." : " has no children."));
        const bool is_text_table = has_children && option.children[0].type == TACTUS_OPT_STRING;
        require((option.flags & TACTUS_OPT_OR_TEXT) == 0 || is_text_table,
                name + " may be a text, and its first child is no STRING.");
    });
}

void check_option_keys(subject& plugin) {
    const std::set<std::string, std::less<>> taken{"enabled", "name", "type"};
    std::set<std::string> keys;
    for_each_option(plugin, [&](const std::string& name, const tactus_option& option) {
        const std::string_view key = option.key != nullptr ? option.key : "";
        require(!key.empty() && key.front() >= 'a' && key.front() <= 'z' &&
                    key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                        std::string_view::npos,
                name + " has a key other than a letter and a to z, 0 to 9 and _.");
        require(keys.insert(name).second, name + " is there twice.");
        const std::string path = name.substr(0, name.find("` of "));
        require(path.find('.') != std::string::npos || !taken.contains(key),
                name + " has a key that the daemon itself has.");
    });
}

void check_option_docs(subject& plugin) {
    for_each_option(plugin, [](const std::string& name, const tactus_option& option) {
        const std::string fault = text_fault(option.doc);
        require(fault.empty(), name + ": its doc " + fault + ".");
    });
}

// Uses the daemon's own parser: a plugin does not pass if the daemon would refuse its every
// configuration.
void check_option_values(subject& plugin) {
    for_each_descriptor(plugin, [](const tactus_descriptor& each) {
        const std::string fault = options_fault(each);
        require(fault.empty(), name_of(each) + ": " + fault + ".");
    });
}

constexpr std::array cases = std::to_array<check_case>({
    {"descriptor-sizes", "Descriptors have sizes, kinds and strides of this ABI.", scope::file,
     &check_sizes},
    {"descriptor-texts", "All texts of a descriptor are there, and UTF-8.", scope::file,
     &check_texts},
    {"descriptor-names", "Types and ids are made of plain characters.", scope::file, &check_names},
    {"descriptor-unique", "No two descriptors have one id, or one type and kind.", scope::file,
     &check_unique},
    {"descriptor-needs", "It requires interfaces that exist.", scope::file, &check_interfaces},
    {"option-types", "Options have known types, with choices and children.", scope::file,
     &check_option_types},
    {"option-keys", "Keys are lower-case TOML keys, each there once.", scope::file,
     &check_option_keys},
    {"option-docs", "Each option has a sentence for its user.", scope::file, &check_option_docs},
    {"option-values", "The daemon can read all defaults and bounds, and they fit each other.",
     scope::file, &check_option_values},
});

} // namespace

std::span<const check_case> table_cases() {
    return cases;
}

} // namespace tactus::checker
