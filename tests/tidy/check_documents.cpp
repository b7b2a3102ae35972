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
    return target.empty() || target.starts_with('#') || target.starts_with("mailto:") ||
           target.find("://") != std::string_view::npos;
}

void check_link(const std::filesystem::path& root, const source_file& file, std::size_t line,
                std::string target, breaches& found) {
    target = target.substr(0, target.find_first_of("# "));
    if (leads_elsewhere(target)) {
        return;
    }
    const auto folder = root / std::filesystem::path(file.path).parent_path();
    if (target.starts_with('/') || !std::filesystem::exists(folder / target)) {
        found.push_back({file.path, line + 1, "link", "there is no " + target});
    }
}

// Inline links, `](target)`, outside of code blocks.
void check_links(const std::filesystem::path& root, const source_file& file, breaches& found) {
    bool is_in_block = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        is_in_block = is_in_block != line.starts_with("```");
        for (std::size_t at = is_in_block ? std::string::npos : line.find("](");
             at != std::string::npos; at = line.find("](", at + 2)) {
            const std::size_t close = line.find(')', at);
            if (close != std::string::npos) {
                check_link(root, file, i, line.substr(at + 2, close - at - 2), found);
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
            check_links(root, file, found);
        }
    }
}

} // namespace tactus::tidy
