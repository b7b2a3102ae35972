// SPDX-License-Identifier: MIT
#include "tests/tidy/source_file.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace tactus::tidy {

namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// Goes over the text once and blanks what is not code.
class blanker {
public:
    explicit blanker(std::string_view text)
        : text_(text), code_(text), comment_(text.size(), ' ') {}

    void run() {
        while (at_ < text_.size()) {
            if (text_.substr(at_, 2) == "//") {
                blank_to(text_.find('\n', at_), true);
            } else if (text_.substr(at_, 2) == "/*") {
                blank_past("*/", at_ + 2, true);
            } else if (text_[at_] == '"' && is_raw()) {
                blank_raw();
            } else if (text_[at_] == '"' || (text_[at_] == '\'' && !is_digit_separator())) {
                blank_quoted(text_[at_]);
            } else {
                ++at_;
            }
        }
    }

    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::string& comment() const noexcept { return comment_; }

private:
    void blank_to(std::size_t end, bool is_comment) {
        for (end = std::min(end, text_.size()); at_ < end; ++at_) {
            if (text_[at_] != '\n') {
                code_[at_] = ' ';
            }
            comment_[at_] = is_comment ? 'c' : ' ';
        }
    }
    void blank_past(std::string_view mark, std::size_t from, bool is_comment) {
        const std::size_t found = text_.find(mark, from);
        blank_to(found == std::string_view::npos ? found : found + mark.size(), is_comment);
    }
    // The quotes stay, as a sign that there is a literal.
    void blank_quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2U : 1U;
        }
        ++at_;
        blank_to(end, false);
        at_ += at_ < text_.size() && text_[at_] == quote ? 1U : 0U;
    }
    [[nodiscard]] bool is_raw() const noexcept {
        return at_ > 0 && text_[at_ - 1] == 'R' && (at_ < 2 || !is_word(text_[at_ - 2]));
    }
    void blank_raw() {
        const std::size_t open = text_.find('(', at_);
        const auto delimiter = text_.substr(at_ + 1, std::min(open, text_.size()) - at_ - 1);
        blank_past(")" + std::string(delimiter) + "\"", at_, false);
    }
    // As in 1'000; a quote after a letter that does not stand in a number begins a literal (L'a').
    [[nodiscard]] bool is_digit_separator() const noexcept {
        std::size_t begin = at_;
        while (begin > 0 && (is_word(text_[begin - 1]) || text_[begin - 1] == '\'')) {
            --begin;
        }
        return begin < at_ && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
    }

    std::string_view text_;
    std::string code_;
    std::string comment_;
    std::size_t at_ = 0;
};

file_kind kind_of(std::string_view path, std::string_view text) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const auto ends_in = [&](std::string_view end) { return name.ends_with(end); };
    return ends_in(".cpp")                                 ? file_kind::cpp
           : ends_in(".hpp")                               ? file_kind::cpp_header
           : ends_in(".c")                                 ? file_kind::c
           : ends_in(".h")                                 ? file_kind::c_header
           : name == "CMakeLists.txt" || ends_in(".cmake") ? file_kind::cmake
           : ends_in(".md")                                ? file_kind::markdown
           : text.starts_with("#!")                        ? file_kind::script
                                                           : file_kind::other;
}

void blank_prose(source_file& file, std::string_view text) {
    blanker blanks(text);
    blanks.run();
    file.code = split(blanks.code());
    std::size_t begin = 0;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::size_t size = file.lines[i].size();
        const bool has_comment = blanks.comment().find('c', begin) < begin + size;
        const bool has_code = file.code[i].find_first_not_of(" \t") != std::string::npos;
        file.is_commentary.push_back(has_comment && !has_code);
        begin += size + 1;
    }
}

bool is_left_out(const std::filesystem::path& name) {
    const std::string text = name.string();
    return text == "build" || (text.starts_with('.') && text != ".ci");
}

} // namespace

source_file make_source_file(std::string path, std::string_view text) {
    source_file file;
    file.kind = kind_of(path, text);
    file.path = std::move(path);
    file.lines = split(text);
    if (is_code(file)) {
        blank_prose(file, text);
    }
    return file;
}

std::vector<source_file> read_tree(const std::filesystem::path& root) {
    std::vector<source_file> files;
    for (std::filesystem::recursive_directory_iterator at(root), end; at != end; ++at) {
        if (is_left_out(at->path().filename())) {
            at.disable_recursion_pending();
            continue;
        }
        if (!at->is_regular_file()) {
            continue;
        }
        std::ifstream stream(at->path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        auto file = make_source_file(at->path().lexically_relative(root).generic_string(), text);
        if (file.kind != file_kind::other) {
            files.push_back(std::move(file));
        }
    }
    std::ranges::sort(files, {}, &source_file::path);
    return files;
}

} // namespace tactus::tidy
