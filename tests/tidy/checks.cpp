// SPDX-License-Identifier: MIT
#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <sstream>

namespace tactus::tidy {

namespace {

void apply(const std::vector<exception>& exceptions, breaches& found) {
    for (const exception& each : exceptions) {
        const std::size_t excused = std::erase_if(found, [&](const breach& one) {
            return one.path == each.path && one.rule == each.rule;
        });
        if (excused == 0) {
            found.push_back({"tests/tidy/exceptions.txt", each.line, "exception",
                             "nothing needs this line any more"});
        }
    }
}

struct measure {
    std::vector<std::size_t> file_lines;
    std::vector<std::size_t> function_lines;
    std::size_t lines = 0; // that are not blank
    std::size_t commentary = 0;

    void take(const source_file& file) {
        file_lines.push_back(file.lines.size());
        for (const function_extent& each : find_functions(file)) {
            function_lines.push_back(each.lines);
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            lines += file.lines[i].empty() ? 0U : 1U;
            commentary += file.is_commentary[i] ? 1U : 0U;
        }
    }
};

std::size_t median(std::vector<std::size_t> values) {
    if (values.empty()) {
        return 0;
    }
    std::ranges::sort(values);
    return values[values.size() / 2];
}

std::size_t largest(const std::vector<std::size_t>& values) {
    return values.empty() ? 0 : *std::ranges::max_element(values);
}

} // namespace

std::string to_string(const breach& each) {
    return each.path + ":" + std::to_string(each.line) + ": " + each.rule + ": " + each.text;
}

breaches check(const std::filesystem::path& root, const layer_rules& table,
               const std::vector<exception>& exceptions) {
    const std::vector<source_file> tree = read_tree(root);
    breaches found;
    check_includes(table, tree, found);
    for (const source_file& file : tree) {
        check_layout(file, found);
        check_classes(file, exceptions, found);
        check_words(file, found);
    }
    check_comments(tree, found);
    check_documents(root, tree, found);
    apply(exceptions, found);
    return found;
}

std::string describe(const std::vector<source_file>& tree) {
    std::ostringstream text;
    for (const std::string_view folder : {"sdk", "kernel", "plugins", "tests", "bench"}) {
        measure all;
        for (const source_file& file : tree) {
            if (is_code(file) && is_below(file.path, folder)) {
                all.take(file);
            }
        }
        text << folder << ": " << all.file_lines.size() << " files, " << all.lines
             << " lines; median file " << median(all.file_lines) << " (largest "
             << largest(all.file_lines) << "), median function " << median(all.function_lines)
             << " (largest " << largest(all.function_lines) << "), comments "
             << (all.lines == 0 ? 0 : 100 * all.commentary / all.lines) << " %\n";
    }
    return text.str();
}

} // namespace tactus::tidy
