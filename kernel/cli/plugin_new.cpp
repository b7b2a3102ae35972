// SPDX-License-Identifier: MIT
// `tactus plugin new NAME`: writes a folder from the templates, which are built in.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/plugin_templates.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace tactus::cli {
namespace {

constexpr std::size_t name_max = 40;

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= name_max && name.front() >= 'a' && name.front() <= 'z' &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
               std::string_view::npos;
}

// Names that a compiler, CMake, or the SDK's own code has taken.
bool is_reserved(std::string_view name) {
    constexpr std::array taken = std::to_array<std::string_view>(
        {"alignas",   "alignof",   "and",       "asm",       "auto",     "bool",     "break",
         "case",      "catch",     "char",      "class",     "compl",    "concept",  "const",
         "consteval", "constexpr", "continue",  "decltype",  "default",  "delete",   "do",
         "double",    "else",      "enum",      "explicit",  "export",   "extern",   "false",
         "float",     "for",       "friend",    "goto",      "if",       "inline",   "int",
         "long",      "mutable",   "namespace", "new",       "noexcept", "not",      "nullptr",
         "operator",  "or",        "private",   "protected", "public",   "register", "requires",
         "restrict",  "return",    "short",     "signed",    "sizeof",   "static",   "struct",
         "switch",    "template",  "this",      "throw",     "true",     "try",      "typedef",
         "typeid",    "typename",  "union",     "unsigned",  "using",    "virtual",  "void",
         "volatile",  "while",     "xor",       "crate",     "dyn",      "fn",       "impl",
         "in",        "let",       "loop",      "match",     "mod",      "move",     "mut",
         "pub",       "ref",       "self",      "super",     "trait",    "type",     "unsafe",
         "use",       "where",     "async",     "await",     "main",     "std",      "tactus",
         "options",   "config",    "context",   "test",      "task",     "output",   "input",
         "all",       "install",   "clean",     "help",      "package",  "event",    "info"});
    return std::find(taken.begin(), taken.end(), name) != taken.end();
}

// The value of `type` in a configuration: the name without its direction.
std::string type_of(std::string_view name) {
    for (const std::string_view ending : {"_in", "_out"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            return std::string(name.substr(0, name.size() - ending.size()));
        }
    }
    return std::string(name);
}

// A name that fits the kind, where the name's end says the other one; else empty.
std::string name_for_kind(const plugin_new_options& of) {
    const std::string_view other = of.kind == "output" ? "_in" : "_out";
    const bool is_other = of.name.size() > other.size() && of.name.ends_with(other);
    return is_other ? type_of(of.name) + (of.kind == "output" ? "_out" : "_in") : std::string();
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

std::string filled(std::string_view text, const plugin_new_options& with) {
    std::string package = "tactus-plugin-" + with.name;
    replace_all(package, "_", "-");
    std::string result(text);
    replace_all(result, "plugin_name", with.name);
    replace_all(result, "plugin_type", type_of(with.name));
    replace_all(result, "plugin-package", package);
    replace_all(result, "plugin_compiler", with.language == "rust" ? "rustc" : "g++");
    return result;
}

// Each template's path begins with a folder: the language, the kind, both, or "all".
bool is_for(std::string_view folder, const plugin_new_options& with) {
    return folder == "all" || folder == with.kind || folder == with.language ||
           folder == with.language + "-" + with.kind;
}

bool write(const std::filesystem::path& path, const std::string& text) {
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (failed || !file) {
        std::fprintf(stderr, "tactus: cannot write %s.\n", path.c_str());
        return false;
    }
    if (path.filename() == "rules") {
        std::filesystem::permissions(path, std::filesystem::perms(0755), failed);
    }
    return true;
}

} // namespace

int new_plugin(const plugin_new_options& wanted) {
    plugin_new_options options = wanted;
    if (options.kind.empty()) {
        options.kind = options.name.ends_with("_out") ? "output" : "input";
    }
    if (!is_name(options.name)) {
        std::fputs("tactus: a plugin's name begins with a letter and has up to 40 characters of a "
                   "to z, 0 to 9 and _.\n",
                   stderr);
        return exit_usage;
    }
    if (is_reserved(options.name)) {
        std::fprintf(stderr,
                     "tactus: \"%s\" is a word of a language, of CMake or of the SDK; a plugin "
                     "cannot have it as its name. Try %s_%s.\n",
                     options.name.c_str(), options.name.c_str(),
                     options.kind == "output" ? "out" : "in");
        return exit_usage;
    }
    if (const std::string better = name_for_kind(options); !better.empty()) {
        std::fprintf(stderr,
                     "tactus: the daemon does not look for an %s in a file called %s.tactus.so. "
                     "Write: tactus plugin new %s\n",
                     options.kind.c_str(), options.name.c_str(), better.c_str());
        return exit_usage;
    }
    const std::filesystem::path folder = options.folder.empty() ? options.name : options.folder;
    std::error_code failed;
    if (std::filesystem::exists(folder, failed) && !std::filesystem::is_directory(folder, failed)) {
        std::fprintf(stderr, "tactus: %s exists, and is not a folder.\n", folder.c_str());
        return exit_failure;
    }
    if (std::filesystem::exists(folder, failed) && !std::filesystem::is_empty(folder, failed)) {
        std::fprintf(stderr, "tactus: %s exists, and is not an empty folder.\n", folder.c_str());
        return exit_failure;
    }
    for (const plugin_template& each : plugin_templates()) {
        const std::size_t slash = each.path.find('/');
        if (is_for(each.path.substr(0, slash), options) &&
            !write(folder / filled(each.path.substr(slash + 1), options),
                   filled(each.text, options))) {
            return exit_failure;
        }
    }
    std::printf("%s is written. Next:\n"
                "  cd %s\n"
                "  cmake -B build && cmake --build build && ctest --test-dir build\n",
                folder.c_str(), folder.c_str());
    return exit_ok;
}

} // namespace tactus::cli
