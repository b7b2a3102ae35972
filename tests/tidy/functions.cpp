// SPDX-License-Identifier: MIT
// Where functions begin and end. At a brace outside of functions, the text since the last `;`, `{`
// or `}` tells what it opens: with a parameter list it is a function, else a scope of names or the
// initialiser of a member, after which the same head goes on.
#include "tests/tidy/source_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tactus::tidy {

namespace {

enum class scope { names, function, initialiser };

bool begins_with_word(std::string_view text, std::string_view word) {
    return text.starts_with(word) &&
           (text.size() == word.size() ||
            std::isalnum(static_cast<unsigned char>(text[word.size()])) == 0);
}

bool is_type_head(std::string_view head) {
    if (begins_with_word(head, "template")) { // to the end of its parameters
        std::size_t depth = 0;
        for (std::size_t i = 0; i < head.size(); ++i) {
            depth += head[i] == '<' ? 1U : 0U;
            if (head[i] == '>' && depth > 0 && --depth == 0) {
                head.remove_prefix(std::min(head.find_first_not_of(' ', i + 1), head.size()));
                break;
            }
        }
    }
    constexpr std::array<std::string_view, 7> words{"class",     "struct", "union",  "enum",
                                                    "namespace", "extern", "typedef"};
    for (const std::string_view word : words) {
        if (begins_with_word(head, word)) {
            return !head.ends_with(')');
        }
    }
    return head.starts_with("inline namespace");
}

// `foo(int a) : a_{a}, b_{`: the name before the brace is a member's.
bool is_member_initialiser(std::string_view head) {
    const std::size_t close = head.find(')');
    const std::size_t colon = head.find(" : ", close == std::string_view::npos ? 0 : close);
    if (close == std::string_view::npos || colon == std::string_view::npos) {
        return false;
    }
    const char last = head.back();
    return std::isalnum(static_cast<unsigned char>(last)) != 0 || last == '_' || last == '>';
}

scope classify(std::string_view head) {
    if (head.find('(') == std::string_view::npos || is_type_head(head)) {
        return head.ends_with('=') ? scope::initialiser : scope::names;
    }
    if (head.ends_with('=') || head.ends_with(',') || head.ends_with('(')) {
        return scope::initialiser;
    }
    return is_member_initialiser(head) ? scope::initialiser : scope::function;
}

class finder {
public:
    explicit finder(const source_file& file) : file_(file) {}

    std::vector<function_extent> run() {
        for_each_code_character(file_, [this](char c, std::size_t line) {
            line_ = line;
            take(c);
        });
        return std::move(found_);
    }

private:
    void take(char c) {
        if (c == '{') {
            open();
        } else if (c == '}') {
            close();
        } else if (c == ';' && functions_ == 0) {
            head_.clear();
        } else if (functions_ == 0) {
            append(c);
        }
    }
    void append(char c) {
        const bool is_blank = c == ' ' || c == '\t';
        if (head_.empty() && !is_blank) {
            head_line_ = line_;
        }
        if (!is_blank || (!head_.empty() && head_.back() != ' ')) {
            head_ += is_blank ? ' ' : c;
        }
    }
    void open() {
        if (functions_ > 0) {
            ++functions_;
            return;
        }
        while (head_.ends_with(' ')) {
            head_.pop_back();
        }
        const scope kind = classify(head_);
        if (kind == scope::function) {
            functions_ = 1;
            return;
        }
        scopes_.push_back(kind);
        if (kind == scope::names) {
            head_.clear();
        }
    }
    void close() {
        if (functions_ > 0) {
            if (--functions_ == 0) {
                found_.push_back({head_line_ + 1, line_ - head_line_ + 1});
                head_.clear();
            }
            return;
        }
        const bool head_goes_on = !scopes_.empty() && scopes_.back() == scope::initialiser;
        if (!scopes_.empty()) {
            scopes_.pop_back();
        }
        if (head_goes_on) {
            head_ += ')'; // stands for the initialiser, so that what follows is not taken for one
        } else {
            head_.clear();
        }
    }

    const source_file& file_;
    std::vector<function_extent> found_;
    std::vector<scope> scopes_;
    std::string head_;
    std::size_t head_line_ = 0;
    std::size_t line_ = 0;
    std::size_t functions_ = 0; // braces that are open since the function began
};

} // namespace

std::vector<function_extent> find_functions(const source_file& file) {
    return finder(file).run();
}

} // namespace tactus::tidy
