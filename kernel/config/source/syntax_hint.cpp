// SPDX-License-Identifier: MIT
#include "kernel/config/source/syntax_hint.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace tactus::config {
namespace {

constexpr std::string_view blank = " \t\r";
constexpr std::size_t said_max = 200;

std::string_view line_of(std::string_view text, std::uint32_t line) {
    for (; line > 1; --line) {
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return text.substr(0, text.find('\n'));
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::uint32_t column_of(std::string_view line, const char* at) {
    std::uint32_t column = 1;
    for (std::string_view rest = line; !rest.empty() && rest.data() < at; ++column) {
        rest.remove_prefix(first_code_point(rest).size);
    }
    return column;
}

// The bare value of `key = value` in the line, up to a comment; empty if it is quoted or a list.
std::string_view bare_value(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
        return {};
    }
    const std::string_view value = trimmed(line.substr(equals + 1));
    const std::string_view bare = trimmed(value.substr(0, value.find('#')));
    return bare.find_first_of("\"'[]{}") == std::string_view::npos ? bare : std::string_view();
}

bool is_word(std::string_view text, std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

std::string hint_for(std::string_view value) {
    for (const std::string_view word : {"true", "false"}) {
        if (is_word(value, word)) {
            return "write " + std::string(word);
        }
    }
    for (const auto& [spoken, meant] :
         {std::pair{"yes", "true"}, {"on", "true"}, {"no", "false"}, {"off", "false"}}) {
        if (is_word(value, spoken)) {
            return "write " + std::string(meant);
        }
    }
    return "write " + quoted(value) + ", in quotes";
}

// `cannot redefine existing integer 'pending' as array-of-tables` -> the name between the quotes.
std::string_view redefined_name(std::string_view said) {
    const std::size_t at = said.find("cannot redefine existing ");
    const std::size_t first = at == std::string_view::npos ? at : said.find('\'', at);
    const std::size_t last = first == std::string_view::npos ? first : said.find('\'', first + 1);
    return last == std::string_view::npos ? std::string_view()
                                          : said.substr(first + 1, last - first - 1);
}

diagnostic explain_redefinition(std::string_view line, position where, std::string_view said) {
    const std::string_view name = redefined_name(said);
    const std::size_t before = line.rfind(name, where.column);
    const std::size_t key = before == std::string_view::npos ? line.find(name) : before;
    diagnostic out{where, quoted(name) + " is set twice"};
    if (key != std::string_view::npos) {
        out.where.column = column_of(line, line.data() + key);
        out.length = static_cast<std::uint32_t>(name.size());
    }
    const std::string_view header = trimmed(line);
    if (header.starts_with("[[")) {
        out.message = quoted(name) + " is a list of tables here and something else above";
        out.help = "write [[" + escaped(name) + "]] in both places";
    } else if (header.starts_with('[')) {
        out.message = "[" + escaped(name) + "] appears here a second time";
        out.help = "put both parts under one header, or write [[" + escaped(name) + "]]";
    } else {
        out.help = "keep one of the two";
    }
    return out;
}

// For a few common mistakes the parser's text is true, but does not name the remedy.
void explain_known(std::string_view line, std::string_view what, diagnostic& out) {
    const auto says = [&](std::string_view part) { return what.find(part) != what.npos; };
    const bool is_at_end =
        out.where.column > column_of(line, line.data() + line.size()) - 1 || says("end-of-file");
    if (trimmed(line).ends_with('=')) {
        out.hint = "a value is missing";
    } else if ((what.starts_with("string") || what.starts_with("literal string")) && is_at_end) {
        out.message = "this text has no closing quote";
        out.hint = "add one";
    } else if (what.starts_with("array") && is_at_end) {
        out.message = "this list is not closed";
        out.hint = "add ]";
    } else if (says("representable in 64 bits")) {
        const std::string_view value = bare_value(line);
        out.message = "this number is too large";
        out.help = "expected a whole number from -9223372036854775808 to 9223372036854775807";
        if (!value.empty()) {
            out.where.column = column_of(line, value.data());
            out.length = column_of(line, value.data() + value.size()) - out.where.column;
        }
    } else if (says("escape sequence")) {
        out.hint = says("'\\0'") ? "delete it; no setting accepts a NUL character"
                                 : "write \\\\ for a backslash, or put the text in single quotes";
    } else if (says("TOML_MAX_NESTED_VALUES")) {
        out.message = "lists and tables are nested here more than 16 levels deep";
    }
}

} // namespace

diagnostic explain_syntax(std::string_view text, position where, std::string_view said) {
    const std::string_view line = line_of(text, where.line);
    if (!redefined_name(said).empty()) {
        return explain_redefinition(line, where, said);
    }
    constexpr std::string_view opening = "Error while parsing ";
    std::string what(said);
    if (what.starts_with(opening)) {
        what.erase(0, opening.size());
    }
    diagnostic out{where, "this is not TOML: " + escaped(what, said_max)};

    const std::string_view value = bare_value(line);
    const bool is_numeric = value.find_first_not_of("0123456789._+-eExXob") == value.npos;
    if (!value.empty() && !is_numeric) {
        out.where.column = column_of(line, value.data());
        out.length = column_of(line, value.data() + value.size()) - out.where.column;
        out.hint = hint_for(value);
    } else {
        explain_known(line, what, out);
    }
    return out;
}

} // namespace tactus::config
