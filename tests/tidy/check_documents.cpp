// SPDX-License-Identifier: MIT
#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tactus::tidy {

namespace {

constexpr std::array<std::string_view, 5> readme_headings{
    "## Options", "## Addresses", "## Example", "## Limits", "## Known problems"};

// plugins/<name>, for each folder there that builds something.
std::set<std::string> plugin_folders(const std::vector<source_file>& tree) {
    std::set<std::string> folders;
    for (const source_file& file : tree) {
        const std::size_t second_slash = file.path.find('/', sizeof("plugins/") - 1);
        if (is_below(file.path, "plugins") && second_slash != std::string::npos) {
            folders.insert(file.path.substr(0, second_slash));
        }
    }
    return folders;
}

void check_readmes(const std::vector<source_file>& tree, breaches& found) {
    for (const std::string& folder : plugin_folders(tree)) {
        const std::string path = folder + "/README.md";
        const auto readme = std::ranges::find(tree, path, &source_file::path);
        for (const std::string_view heading : readme_headings) {
            if (readme == tree.end() ||
                std::ranges::find(readme->lines, heading) == readme->lines.end()) {
                found.push_back(
                    {path, 1, "readme", "there is no \"" + std::string(heading) + "\""});
            }
        }
    }
}

bool leads_elsewhere(std::string_view target) {
    return target.starts_with("mailto:") || target.find("://") != std::string_view::npos;
}

// As GitHub names a heading: "## The `[[route]]` table" -> "the-route-table". ASCII.
std::string anchor_of(std::string_view heading) {
    heading.remove_prefix(std::min(heading.find_first_not_of("# "), heading.size()));
    std::string anchor;
    for (const char c : heading) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool is_kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                             lower == '-' || lower == '_';
        anchor += is_kept ? std::string(1, lower) : lower == ' ' ? "-" : "";
    }
    return anchor;
}

bool has_anchor(const source_file& document, std::string_view anchor) {
    bool is_in_block = false;
    for (const std::string& line : document.lines) {
        is_in_block = is_in_block != line.starts_with("```");
        if (!is_in_block && line.starts_with('#') && anchor_of(line) == anchor) {
            return true;
        }
    }
    return false;
}

struct documents {
    const std::filesystem::path& root;
    const std::vector<source_file>& tree;
};

// `target`: a file of the tree and an anchor in it, either of which may be missing.
void check_link(const documents& in, const source_file& file, std::size_t line, std::string target,
                breaches& found) {
    namespace fs = std::filesystem;
    target = target.substr(0, target.find(' '));
    if (leads_elsewhere(target)) {
        return;
    }
    const std::string name = target.substr(0, target.find('#'));
    const fs::path path = fs::path(file.path).parent_path() / name;
    if (name.starts_with('/') || !fs::exists(in.root / path)) {
        found.push_back({file.path, line + 1, "link", "there is no " + name});
        return;
    }
    const std::string wanted = name.empty() ? file.path : path.lexically_normal().generic_string();
    const auto document = std::ranges::find(in.tree, wanted, &source_file::path);
    if (target.size() > name.size() && document != in.tree.end() &&
        document->kind == file_kind::markdown &&
        !has_anchor(*document, std::string_view(target).substr(name.size() + 1))) {
        found.push_back({file.path, line + 1, "link", "there is no heading " + target});
    }
}

// Inline links, `](target)`, outside of code blocks.
void check_links(const documents& in, const source_file& file, breaches& found) {
    bool is_in_block = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        is_in_block = is_in_block != line.starts_with("```");
        for (std::size_t at = is_in_block ? std::string::npos : line.find("](");
             at != std::string::npos; at = line.find("](", at + 2)) {
            const std::size_t close = line.find(')', at);
            if (close != std::string::npos) {
                check_link(in, file, i, line.substr(at + 2, close - at - 2), found);
            }
        }
    }
}

} // namespace

void check_documents(const std::filesystem::path& root, const std::vector<source_file>& tree,
                     breaches& found) {
    check_readmes(tree, found);
    for (const source_file& file : tree) {
        if (file.kind == file_kind::markdown) {
            check_links({root, tree}, file, found);
        }
    }
}

} // namespace tactus::tidy
