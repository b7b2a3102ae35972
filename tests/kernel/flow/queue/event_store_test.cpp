// SPDX-License-Identifier: MIT
// event_store: memory and groups of its cells.
#include "kernel/flow/queue/event_store.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tactus::flow;

namespace {

struct store_under_test {
    event_store events = std::move(*event_store::make(10, 10'000, 5'000));

    std::uint32_t add(const std::string& text, std::uint32_t tag = 0) {
        event_source source;
        source.bytes = std::as_bytes(std::span(text));
        source.tag = tag;
        const std::optional<std::uint32_t> slot = events.add(source, 7, 5);
        REQUIRE(slot.has_value());
        const group_name name{tag, 0, 7, 0};
        const std::uint32_t group = tag == 0 ? cancel_groups::none : events.find_group(name);
        events.join(*slot, name, group,
                    event_store::cost_of(text.size(), tag != 0 && group == cancel_groups::none));
        return *slot;
    }
};

} // namespace

TEST_CASE("memory is what the cells that are not recycled cost, the first of a group more") {
    store_under_test test;
    const std::uint32_t plain = test.add("a");
    const std::uint32_t first = test.add("b", 3);
    const std::uint32_t second = test.add("c", 3);
    CHECK(test.events.memory() == 3 * cell_store::cell_bytes + cancel_groups::bytes_each);

    CHECK(test.events.take_out(first) ==
          queue_amount{1, cell_store::cell_bytes + cancel_groups::bytes_each});
    CHECK(test.events.recycle(first).bytes == cell_store::cell_bytes + cancel_groups::bytes_each);
    CHECK(test.events.recycle(plain).bytes == cell_store::cell_bytes);
    CHECK(test.events.memory() == cell_store::cell_bytes);
    CHECK(test.events.recycle(second).events == 1);
    CHECK(test.events.memory() == 0);
    CHECK(test.events.is_empty());
}

TEST_CASE("there is memory up to the limit, and beyond it for who may have more") {
    store_under_test test;
    const std::string text(1000, 'x');
    static_cast<void>(test.add(text));
    const std::uint64_t left = 5'000 - test.events.memory();

    CHECK(test.events.has_memory(left, 0));
    CHECK_FALSE(test.events.has_memory(left + 1, 0));
    CHECK(test.events.has_memory(left + 1, 1));
}

TEST_CASE("what was taken out of a group is not cancelled with it, but does not come back") {
    store_under_test test;
    const std::uint32_t out = test.add("a", 3);
    const std::uint32_t in = test.add("b", 3);
    test.events.take_out(out);
    test.events.take_out(in);
    test.events.put_back(in);

    CHECK(test.events.cancel({3, 0, 7, 0}).events == 1);

    CHECK(test.events.is_cancelled(in));
    CHECK(test.events.is_cancelled(out));
    CHECK(test.events.find_group({3, 0, 7, 0}) == cancel_groups::none);
}

TEST_CASE("without a cell or a block nothing is added, and nothing is lost") {
    store_under_test test;
    for (int i = 0; i < 10; ++i) {
        CHECK(test.events.has_cell());
        static_cast<void>(test.add("x"));
    }
    CHECK_FALSE(test.events.has_cell());
    event_source source;
    CHECK_FALSE(test.events.add(source, 0, 0).has_value());

    test.events.recycle(9);
    const std::string text(60'000, 'x');
    source.bytes = std::as_bytes(std::span(text));
    CHECK_FALSE(test.events.add(source, 0, 0).has_value());
    CHECK(test.events.has_cell());
}
