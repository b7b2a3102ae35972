// SPDX-License-Identifier: MIT
#include "plugins/stream_in/line_book.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <map>
#include <random>

using stream_in::line_book;

namespace {

// The same without a thought for memory.
class plain_book {
public:
    void keep(std::uint32_t tag, std::uint32_t source, std::uint64_t line) {
        std::deque<std::uint32_t>& tags = tags_[source];
        if (tags.size() == line_book::lines_max) {
            places_.erase(tags.front());
            tags.pop_front();
        }
        tags.push_back(tag);
        places_[tag] = {source, line};
    }
    void forget(std::uint32_t source) {
        for (const std::uint32_t tag : tags_[source]) {
            places_.erase(tag);
        }
        tags_.erase(source);
    }
    [[nodiscard]] bool agrees(const line_book& book, std::uint32_t tag) const {
        const auto mine = places_.find(tag);
        const line_book::place* const found = book.find(tag);
        return mine == places_.end() ? found == nullptr
                                     : found != nullptr && found->source == mine->second.source &&
                                           found->line == mine->second.line;
    }

private:
    std::map<std::uint32_t, line_book::place> places_;
    std::map<std::uint32_t, std::deque<std::uint32_t>> tags_;
};

} // namespace

TEST_CASE("a book of lines knows the last 1024 of each source, whatever the others do") {
    std::mt19937 engine(7);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    line_book book;
    plain_book plain;
    for (std::uint64_t line = 1; line <= 40'000; ++line) {
        const std::uint32_t source = random() % 100 < 90 ? 1 : 2 + random() % 6;
        const std::uint32_t tag = book.next_tag();
        book.keep(source, line);
        plain.keep(tag, source, line);
        if (random() % 2'000 == 0) {
            const std::uint32_t gone = 1 + random() % 7;
            book.forget(gone);
            plain.forget(gone);
            CHECK_FALSE(book.knows(gone));
        }
        const std::uint32_t asked = 1 + random() % tag;
        const bool agrees = plain.agrees(book, asked) && plain.agrees(book, tag);
        if (!agrees) {
            FAIL("tag " << asked << " or " << tag << " after line " << line);
        }
    }
    for (std::uint32_t tag = 0; tag <= 40'001; ++tag) {
        if (!plain.agrees(book, tag)) {
            FAIL("tag " << tag);
        }
    }
}

TEST_CASE("tags come again after 16 million lines, and 0 is none") {
    line_book book(line_book::tag_max - 2);
    for (std::uint64_t line = 1; line <= 4; ++line) {
        book.keep(1, line);
    }

    CHECK(book.find(line_book::tag_max - 1)->line == 1);
    CHECK(book.find(line_book::tag_max)->line == 2);
    CHECK(book.find(0) == nullptr);
    CHECK(book.find(1)->line == 3);
    CHECK(book.find(2)->line == 4);
}

TEST_CASE("an empty book knows nothing") {
    line_book book;
    CHECK(book.find(0) == nullptr);
    CHECK(book.find(1) == nullptr);
    CHECK_FALSE(book.knows(1));
    book.forget(1);
}
