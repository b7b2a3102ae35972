// SPDX-License-Identifier: MIT
#include "tests/docs/document.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tactus::docs {
namespace {

// What `<!-- KEY: TEXT -->` says; empty where the line is none.
std::string remark(const std::string& line, const std::string& key) {
    const std::string text = trimmed(line);
    const std::string begin = "<!-- " + key + ":";
    if (!text.starts_with(begin) || !text.ends_with("-->")) {
        return {};
    }
    return trimmed(text.substr(begin.size(), text.size() - begin.size() - 3));
}

// A block inside of a list stands to the right by as much as its fence.
std::string without_indent(const std::string& line, std::size_t indent) {
    const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    return line.substr(std::min(spaces, indent));
}

} // namespace

std::string where(const block& each) {
    return each.path + ":" + std::to_string(each.line);
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream rest(text);
    for (std::string line; std::getline(rest, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::string contents_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) {
        throw std::runtime_error("there is no " + file.string());
    }
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    const std::size_t end = text.find_last_not_of(" \t");
    return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

std::vector<block> blocks_of(const std::string& path, const std::string& text) {
    std::vector<block> found;
    std::string before;
    std::string fence; // of the block that is open
    std::size_t indent = 0;
    std::size_t number = 0;
    for (const std::string& line : lines_of(text)) {
        ++number;
        const std::string bare = trimmed(line);
        if (!fence.empty()) {
            if (bare == fence) {
                fence.clear();
                found.back().is_open = false;
            } else {
                found.back().text += without_indent(line, indent) + "\n";
            }
        } else if (bare.starts_with("```") || bare.starts_with("~~~")) {
            const std::size_t marks = std::min(bare.find_first_not_of(bare[0]), bare.size());
            fence = bare.substr(0, marks);
            indent = line.find_first_not_of(' ');
            found.push_back({path, number, trimmed(bare.substr(marks)), "",
                             remark(before, "not run"), remark(before, "while"),
                             remark(before, "run by"), true});
        }
        before = line;
    }
    return found;
}

std::vector<std::string> documents_below(const std::filesystem::path& root) {
    std::vector<std::string> found;
    for (auto at = std::filesystem::recursive_directory_iterator(root);
         at != std::filesystem::recursive_directory_iterator(); ++at) {
        const std::string path = at->path().lexically_relative(root).generic_string();
        if (at->is_directory() && (path == "build" || path.starts_with('.'))) {
            at.disable_recursion_pending();
        } else if (at->is_regular_file() && path.ends_with(".md")) {
            found.push_back(path);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace tactus::docs
