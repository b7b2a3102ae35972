// SPDX-License-Identifier: MIT
#include "plugins/stream_in/tagged_lines.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <map>
#include <random>

using stream_in::tagged_lines;

namespace {

// The same without a thought for memory.
class plain_book {
public:
    void keep(std::uint32_t tag, std::uint32_t source, std::uint64_t line) {
        std::deque<std::uint32_t>& tags = tags_[source];
        if (tags.size() == tagged_lines::lines_max) {
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
    [[nodiscard]] bool agrees(const tagged_lines& tagged, std::uint32_t tag) const {
        const auto mine = places_.find(tag);
        const tagged_lines::place* const found = tagged.find(tag);
        return mine == places_.end() ? found == nullptr
                                     : found != nullptr && found->source == mine->second.source &&
                                           found->line == mine->second.line;
    }

private:
    std::map<std::uint32_t, tagged_lines::place> places_;
    std::map<std::uint32_t, std::deque<std::uint32_t>> tags_;
};

} // namespace

TEST_CASE("a book of lines knows the last 1024 of each source, whatever the others do") {
    std::mt19937 engine(7);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    tagged_lines tagged;
    plain_book plain;
    for (std::uint64_t line = 1; line <= 40'000; ++line) {
        const std::uint32_t source = random() % 100 < 90 ? 1 : 2 + random() % 6;
        const std::uint32_t tag = tagged.next_tag();
        tagged.keep(source, line);
        plain.keep(tag, source, line);
        if (random() % 2'000 == 0) {
            const std::uint32_t gone = 1 + random() % 7;
            tagged.forget(gone);
            plain.forget(gone);
            CHECK_FALSE(tagged.knows(gone));
        }
        const std::uint32_t asked = 1 + random() % tag;
        const bool agrees = plain.agrees(tagged, asked) && plain.agrees(tagged, tag);
        if (!agrees) {
            FAIL("tag " << asked << " or " << tag << " after line " << line);
        }
    }
    for (std::uint32_t tag = 0; tag <= 40'001; ++tag) {
        if (!plain.agrees(tagged, tag)) {
            FAIL("tag " << tag);
        }
    }
}

TEST_CASE("tags come again after 16 million lines, and 0 is none") {
    tagged_lines tagged(tagged_lines::tag_max - 2);
    for (std::uint64_t line = 1; line <= 4; ++line) {
        tagged.keep(1, line);
    }

    CHECK(tagged.find(tagged_lines::tag_max - 1)->line == 1);
    CHECK(tagged.find(tagged_lines::tag_max)->line == 2);
    CHECK(tagged.find(0) == nullptr);
    CHECK(tagged.find(1)->line == 3);
    CHECK(tagged.find(2)->line == 4);
}

TEST_CASE("an empty book knows nothing") {
    tagged_lines tagged;
    CHECK(tagged.find(0) == nullptr);
    CHECK(tagged.find(1) == nullptr);
    CHECK_FALSE(tagged.knows(1));
    tagged.forget(1);
}
