// SPDX-License-Identifier: MIT
#include "toml_value.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace tactus::testing {

namespace {

class reader {
public:
    explicit reader(std::string_view toml) : whole_(toml), rest_(toml) {}

    toml_value read_all() {
        skip_blanks();
        const bool is_bare = !rest_.empty() && std::string_view("\"'[{").find(rest_.front()) ==
                                                   std::string_view::npos;
        if (is_bare) { // as it is, to its end: a test may leave the quotation marks out
            return {toml_value::form::word, std::string(rest_), {}, {}};
        }
        toml_value read = read_value();
        skip_blanks();
        if (!rest_.empty()) {
            refuse();
        }
        return read;
    }

private:
    [[noreturn]] void refuse() const {
        throw std::invalid_argument("not one value in TOML: " + std::string(whole_));
    }

    bool take(std::string_view mark) {
        const bool is_there = rest_.substr(0, mark.size()) == mark;
        rest_.remove_prefix(is_there ? mark.size() : 0);
        return is_there;
    }

    void skip_blanks() {
        while (!rest_.empty() &&
               std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) {
            rest_.remove_prefix(1);
        }
    }

    toml_value read_value() {
        for (const std::string_view mark : {"\"\"\"", "'''", "\"", "'"}) {
            if (take(mark)) {
                return {toml_value::form::text, read_text(mark), {}, {}};
            }
        }
        if (take("[")) {
            return read_list();
        }
        return take("{") ? read_table() : toml_value{toml_value::form::word, read_word(), {}, {}};
    }

    std::string read_word() {
        const std::size_t size = std::min(rest_.find_first_of(" \t\r\n,]}="), rest_.size());
        if (size == 0) {
            refuse();
        }
        const std::string word(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return word;
    }

    std::string read_text(std::string_view mark) {
        const bool has_lines = mark.size() == 3;
        if (has_lines && !take("\r\n")) { // the first line end is no part of it
            static_cast<void>(take("\n"));
        }
        std::string text;
        while (!take(mark)) {
            if (rest_.empty()) {
                refuse();
            }
            if (mark.front() == '"' && take("\\")) {
                read_escape(text);
            } else {
                text += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        while (has_lines && take(mark.substr(0, 1))) { // """a"""" ends in a mark of its own
            text += mark.front();
        }
        return text;
    }

    void read_escape(std::string& into) {
        static constexpr std::string_view names = "btnfre\"\\";
        static constexpr std::string_view meant = "\b\t\n\f\r\x1b\"\\";
        const char name = rest_.empty() ? '\0' : rest_.front();
        if (name == 'u' || name == 'U') {
            const std::size_t digits = name == 'u' ? 4 : 8;
            const std::string hex(rest_.substr(1, digits));
            rest_.remove_prefix(std::min(digits + 1, rest_.size()));
            append_utf8(into, std::strtoul(hex.c_str(), nullptr, 16));
            return;
        }
        if (const std::size_t at = names.find(name); at != std::string_view::npos) {
            into += meant[at];
            rest_.remove_prefix(1);
            return;
        }
        skip_blanks(); // a line that goes on
    }

    static void append_utf8(std::string& into, unsigned long point) {
        const auto tail = [&](int shift) {
            into += static_cast<char>(0x80 | (point >> shift & 0x3f));
        };
        if (point < 0x80) {
            into += static_cast<char>(point);
        } else if (point < 0x800) {
            into += static_cast<char>(0xc0 | point >> 6);
            tail(0);
        } else if (point < 0x10000) {
            into += static_cast<char>(0xe0 | point >> 12);
            tail(6);
            tail(0);
        } else {
            into += static_cast<char>(0xf0 | (point >> 18 & 7));
            tail(12);
            tail(6);
            tail(0);
        }
    }

    toml_value read_list() {
        toml_value list{toml_value::form::list, "", {}, {}};
        for (skip_blanks(); !take("]"); skip_blanks()) {
            list.items.push_back(read_value());
            skip_blanks();
            if (!take(",") && rest_.substr(0, 1) != "]") {
                refuse();
            }
        }
        return list;
    }

    toml_value read_table() {
        toml_value table{toml_value::form::table, "", {}, {}};
        for (skip_blanks(); !take("}"); skip_blanks()) {
            std::string key = read_value().text;
            skip_blanks();
            if (!take("=")) {
                refuse();
            }
            skip_blanks();
            table.entries.emplace_back(std::move(key), read_value());
            skip_blanks();
            if (!take(",") && rest_.substr(0, 1) != "}") {
                refuse();
            }
        }
        return table;
    }

    std::string_view whole_;
    std::string_view rest_;
};

} // namespace

toml_value read_toml(std::string_view toml) {
    return reader(toml).read_all();
}

} // namespace tactus::testing
