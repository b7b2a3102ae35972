// SPDX-License-Identifier: MIT
// The classes of a file, and how many functions and data members each has, about: read from braces,
// semicolons and the text before them. Constructors, destructors, assignments, static data and
// friends do not count; a function with several overloads counts once for each.
#include "tests/tidy/source_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace tactus::tidy {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const std::size_t last = text.find_last_not_of(blanks);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view first_word(std::string_view text) {
    const auto end = std::ranges::find_if_not(text, is_word);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// After the bracket that closes the one in front.
std::string_view after_brackets(std::string_view text, char opening, char closing) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == opening ? 1U : 0U;
        if (text[i] == closing && depth > 0 && --depth == 0) {
            return trimmed(text.substr(i + 1));
        }
    }
    return {};
}

// Without what may stand before a declaration: access, template parameters, attributes.
std::string_view declaration_of(std::string_view text) {
    for (text = trimmed(text);;) {
        const std::string_view word = first_word(text);
        if (word == "public" || word == "protected" || word == "private") {
            const std::size_t colon = text.find(':');
            if (colon == std::string_view::npos) {
                return text;
            }
            text = trimmed(text.substr(colon + 1));
        } else if (word == "template") {
            text = after_brackets(text, '<', '>');
        } else if (word == "alignas") {
            text = after_brackets(text, '(', ')');
        } else if (text.starts_with("[[")) {
            text = after_brackets(text, '[', ']');
        } else {
            return text;
        }
    }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool is_class_head(std::string_view text) {
    return is_one_of(first_word(text), {"class", "struct"}) && !text.ends_with(')');
}

// Where the parameters of a function begin; npos: it is none.
std::size_t parameters_of(std::string_view text) {
    if (const std::size_t at = text.find("operator"); at != std::string_view::npos) {
        return text.find('(', at);
    }
    int angles = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        angles += text[i] == '<' ? 1 : 0;
        angles -= text[i] == '>' ? 1 : 0;
        if (angles == 0 && text[i] == '=') {
            break; // a data member with its value
        }
        if (angles == 0 && text[i] == '(') {
            const std::string_view inside = trimmed(text.substr(i + 1));
            const bool is_pointer = inside.starts_with('*') || inside.starts_with('&');
            return is_pointer ? std::string_view::npos : i;
        }
    }
    return std::string_view::npos;
}

// `foo(int a) : a_`: the brace after it is a member's.
bool is_before_initialiser(std::string_view text) {
    if (text.ends_with('=') || text.ends_with(',') || text.ends_with('(')) {
        return true;
    }
    if (std::ranges::count(text, '(') > std::ranges::count(text, ')')) {
        return true;
    }
    const std::size_t close = text.find(')');
    const std::size_t colon = text.find(" : ", close == std::string_view::npos ? 0 : close);
    return close != std::string_view::npos && colon != std::string_view::npos &&
           (is_word(text.back()) || text.back() == '>');
}

std::size_t declarators_of(std::string_view text) {
    std::size_t count = 1;
    int depth = 0;
    for (const char c : text) {
        depth += std::string_view("<([").find(c) != std::string_view::npos ? 1 : 0;
        depth -= std::string_view(">)]").find(c) != std::string_view::npos ? 1 : 0;
        count += depth == 0 && c == ',' ? 1U : 0U;
    }
    return count;
}

class class_finder {
public:
    explicit class_finder(const source_file& file) : file_(file) {}

    std::vector<class_size> run() {
        for_each_code_character(file_, [this](char c, std::size_t line) {
            line_ = line;
            take(c);
        });
        return std::move(found_);
    }

private:
    static constexpr std::size_t no_class = static_cast<std::size_t>(-1);

    void take(char c) {
        if (skipped_ > 0) {
            skipped_ += c == '{' ? 1U : 0U;
            skipped_ -= c == '}' ? 1U : 0U;
            if (skipped_ == 0 && !head_.empty()) {
                head_ += "[]"; // stands for the initialiser
            }
        } else if (c == '{') {
            open();
        } else if (c == '}') {
            if (!scopes_.empty()) {
                scopes_.pop_back();
            }
            head_.clear();
        } else if (c == ';') {
            declare();
            head_.clear();
        } else {
            head_ += c == '\t' ? ' ' : c;
        }
    }
    void open() {
        const std::string_view text = declaration_of(head_);
        if (is_class_head(text)) {
            scopes_.push_back(found_.size());
            found_.push_back({name_in(text), line_ + 1, 0, 0});
            head_.clear();
        } else if (is_one_of(first_word(text), {"namespace", "extern", "inline"}) &&
                   text.find('(') == std::string_view::npos) {
            scopes_.push_back(no_class);
            head_.clear();
        } else if (is_one_of(first_word(text), {"enum", "union"})) {
            skipped_ = 1;
            head_.clear();
        } else if (text.empty() || parameters_of(text) == std::string_view::npos ||
                   is_before_initialiser(text)) {
            skipped_ = 1; // the head goes on
        } else {
            declare();
            skipped_ = 1;
            head_.clear();
        }
    }
    static std::string name_in(std::string_view text) {
        text = declaration_of(text.substr(first_word(text).size()));
        return std::string(first_word(text));
    }
    // The head is a member, if it stands in a class.
    void declare() {
        const std::string_view text = declaration_of(head_);
        if (scopes_.empty() || scopes_.back() == no_class || text.empty() ||
            is_one_of(first_word(text), {"using", "typedef", "friend", "static_assert", "enum"}) ||
            (is_class_head(text) && text.find('*') == std::string_view::npos)) {
            return;
        }
        class_size& of = found_[scopes_.back()];
        if (const std::size_t at = parameters_of(text); at != std::string_view::npos) {
            of.functions += is_special(text.substr(0, at), of.name) ? 0U : 1U;
        } else if (text.substr(0, text.find('=')).find("static ") == std::string_view::npos) {
            of.fields += declarators_of(text);
        }
    }
    static bool is_special(std::string_view before_parameters, std::string_view of) {
        const std::string_view text = trimmed(before_parameters);
        if (text.ends_with("operator=") || text.find('~') != std::string_view::npos) {
            return true;
        }
        return text.ends_with(of) &&
               (text.size() == of.size() || !is_word(text[text.size() - of.size() - 1]));
    }

    const source_file& file_;
    std::vector<class_size> found_;
    std::vector<std::size_t> scopes_; // index in found_, or no_class
    std::string head_;                // since the last brace or semicolon
    std::size_t line_ = 0;
    std::size_t skipped_ = 0; // braces that are open in what is not looked into
};

} // namespace

std::vector<class_size> find_classes(const source_file& file) {
    return class_finder(file).run();
}

} // namespace tactus::tidy
