// SPDX-License-Identifier: MIT
// A file of the tree, in lines; for C and C++ also without comments and literals, so that a rule
// about code never trips over prose. Not a parser: it knows as much of C++ as the rules need.
#pragma once

#include <cctype>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::tidy {

enum class file_kind { cpp, cpp_header, c, c_header, cmake, script, markdown, other };

struct source_file {
    std::string path; // from the root of the tree, with slashes
    file_kind kind = file_kind::other;
    std::vector<std::string> lines;
    std::vector<std::string> code;   // as many lines; comments and literals are blanks
    std::vector<bool> is_commentary; // the line is a comment, or a part of one
};

[[nodiscard]] inline bool is_code(const source_file& file) noexcept {
    return file.kind <= file_kind::c_header;
}
[[nodiscard]] inline std::string name_of(const source_file& file) {
    return file.path.substr(file.path.rfind('/') + 1);
}
// Whether the file lies somewhere below the folder, which is written without a slash at its end.
[[nodiscard]] inline bool is_below(std::string_view path, std::string_view folder) noexcept {
    return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
}

// A character of an identifier.
[[nodiscard]] inline bool is_word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
// Calls visit(begin, end) with the place of each identifier or number in the text.
template <class Visitor>
void for_each_word(std::string_view text, Visitor&& visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin + 1;
        if (is_word(text[begin])) {
            while (end < text.size() && is_word(text[end])) {
                ++end;
            }
            visit(begin, end);
        }
        begin = end;
    }
}

// Calls visit(c, line) with each character of the code, a blank for each line's end; the line is
// from 0. Preprocessor directives are left out.
template <class Visitor>
void for_each_code_character(const source_file& file, Visitor&& visit) {
    bool in_directive = false;
    for (std::size_t line = 0; line < file.code.size(); ++line) {
        const std::string& code = file.code[line];
        const std::size_t begin = code.find_first_not_of(" \t");
        in_directive = in_directive || (begin != std::string::npos && code[begin] == '#');
        if (!in_directive) {
            for (const char c : code) {
                visit(c, line);
            }
            visit(' ', line);
        }
        in_directive = in_directive && code.ends_with('\\');
    }
}

[[nodiscard]] source_file make_source_file(std::string path, std::string_view text);

// All files of a kind that has rules, in the order of their paths. What git would not hold, build/
// and what begins with a dot, is left out (but .ci).
[[nodiscard]] std::vector<source_file> read_tree(const std::filesystem::path& root);

struct function_extent {
    std::size_t first_line; // from 1; where its head begins
    std::size_t lines;      // to its closing brace
};

// The functions defined in a file of code; a lambda belongs to the function around it. Found by
// braces and what stands before them.
[[nodiscard]] std::vector<function_extent> find_functions(const source_file& file);

struct class_size {
    std::string name;
    std::size_t line; // from 1; of its opening brace
    std::size_t functions;
    std::size_t fields; // data members that are not static
};

// The classes and structs defined in a file of code, nested ones on their own; see classes.cpp.
[[nodiscard]] std::vector<class_size> find_classes(const source_file& file);

} // namespace tactus::tidy
