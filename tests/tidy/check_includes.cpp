// SPDX-License-Identifier: MIT
// Who includes what. Literals are blanked in source_file::code, so the directive is recognised
// there and its target is read from the line itself.
#include "tests/tidy/checks.hpp"

#include <algorithm>

namespace tactus::tidy {

namespace {

struct include {
    std::string target;
    bool is_quoted;
};

// An empty target: this line includes nothing.
include read_include(const source_file& file, std::size_t line) {
    std::string_view code = file.code[line];
    const auto skip = [&](std::string_view what) {
        code.remove_prefix(std::min(code.find_first_not_of(" \t"), code.size()));
        const bool is_next = code.starts_with(what);
        code.remove_prefix(is_next ? what.size() : 0);
        return is_next;
    };
    if (!skip("#") || !skip("include")) {
        return {};
    }
    const std::string& text = file.lines[line];
    const std::size_t open = text.find_first_of("\"<");
    const std::size_t close = text.find_first_of("\">", open + 1);
    if (open == std::string::npos || close == std::string::npos) {
        return {};
    }
    return {text.substr(open + 1, close - open - 1), text[open] == '"'};
}

class include_checker {
public:
    include_checker(const layer_rules& table, const std::vector<source_file>& tree, breaches& found)
        : table_(table), tree_(tree), found_(found) {}

    void run(const source_file& file) {
        file_ = &file;
        is_free_ = is_below(file.path, "tests") || is_below(file.path, "bench");
        for (line_ = 0; line_ < file.lines.size(); ++line_) {
            const include each = read_include(file, line_);
            if (each.target.empty()) {
                continue;
            }
            if (each.is_quoted) {
                check_quoted(each.target);
            } else if (each.target.starts_with("tactus/")) {
                check_ours("sdk/include/" + each.target);
            } else {
                check_foreign(each.target);
            }
        }
    }

private:
    void add(std::string rule, std::string text) {
        found_.push_back({file_->path, line_ + 1, std::move(rule), std::move(text)});
    }
    [[nodiscard]] bool is_in_tree(const std::string& path) const {
        return std::ranges::any_of(tree_, [&](const auto& each) { return each.path == path; });
    }

    // Rooted, but for plugins and the SDK, which know no root: there, a file of the same folder.
    void check_quoted(const std::string& target) {
        if (is_in_tree(target)) {
            check_ours(target);
            return;
        }
        const std::string beside = file_->path.substr(0, file_->path.rfind('/') + 1) + target;
        const bool has_no_root = is_below(file_->path, "plugins") || is_below(file_->path, "sdk");
        if (!is_free_ && (!has_no_root || !is_in_tree(beside))) {
            add("rooted", "\"" + target + "\" is no file from the root of the tree");
        }
    }

    void check_ours(const std::string& target) {
        if (is_free_) {
            return;
        }
        const std::string folder = file_->path.substr(0, file_->path.rfind('/'));
        if (!is_below(file_->path, "plugins") || !is_below(target, folder)) {
            check_narrowing(target);
        }
        const layer_rules::folder* from = folder_of(file_->path);
        const layer_rules::folder* to = folder_of(target);
        if (is_below(file_->path, "kernel") && from == nullptr) {
            add("floor", "this folder has no floor; floors.txt gives it one");
        } else if (from != nullptr && to == nullptr) {
            add("floor", target + " stands on no floor");
        } else if (from != nullptr && from != to && from->floor <= to->floor) {
            add("floor", target + (from->floor < to->floor ? " is on a higher floor"
                                                           : " is next door, on the same floor"));
        }
    }
    void check_narrowing(const std::string& target) {
        for (const layer_rules::narrowing& each : table_.narrowings) {
            if (matches(each.files, file_->path) && !matches_any(each.may_include, target)) {
                add("only", target + " is not for " + each.files);
            }
        }
    }
    [[nodiscard]] const layer_rules::folder* folder_of(std::string_view path) const {
        const auto found = std::ranges::find_if(
            table_.folders, [&](const auto& each) { return matches_any(each.files, path); });
        return found == table_.folders.end() ? nullptr : &*found;
    }

    // The standard library's headers have no dot in their names.
    void check_foreign(const std::string& header) {
        const auto is_it = [&](const auto& each) { return matches(each.header, header); };
        if (const auto home = std::ranges::find_if(table_.homes, is_it);
            home != table_.homes.end()) {
            const bool is_of_tests = home->files.front().starts_with("tests/");
            if (!matches_any(home->files, file_->path) && (!is_free_ || is_of_tests)) {
                add("home", "<" + header + "> is included in " + home->files.front() + " only");
            }
        } else if (is_free_) {
            return;
        } else if (matches_any(table_.linux_headers, header)) {
            if (!file_->path.ends_with("_linux.cpp")) {
                add("linux-only", "<" + header + "> is for files named *_linux.cpp");
            }
        } else if (header.find('.') != std::string::npos &&
                   !matches_any(table_.system_headers, header)) {
            add("unknown-header", "<" + header + "> has no line in floors.txt");
        }
    }

    const layer_rules& table_;
    const std::vector<source_file>& tree_;
    breaches& found_;
    const source_file* file_ = nullptr;
    std::size_t line_ = 0;
    bool is_free_ = false;
};

} // namespace

void check_includes(const layer_rules& table, const std::vector<source_file>& tree,
                    breaches& found) {
    include_checker checker(table, tree, found);
    for (const source_file& file : tree) {
        if (is_code(file)) {
            checker.run(file);
        }
    }
}

} // namespace tactus::tidy
