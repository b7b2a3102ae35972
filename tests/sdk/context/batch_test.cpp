// SPDX-License-Identifier: MIT
#include <tactus/cpp/batch.hpp>

#include <array>
#include <cstring>
#include <utility>

#include "tests/support/catch.hpp"

using namespace tactus;

TEST_CASE("a builder copies what is added") {
    batch_builder batch(2, 8);
    std::array<std::uint8_t, 3> note{0x90, 60, 100};

    batch.add(TACTUS_PROTO_MIDI, note);
    note[1] = 0;

    REQUIRE(batch.view().size() == 1);
    CHECK(bytes_of(batch.view()[0])[1] == 60);
    CHECK(batch.view()[0].protocol == TACTUS_PROTO_MIDI);
    CHECK(batch.view()[0].due_ns == 0);
}

TEST_CASE("a builder that is full refuses, by count and by bytes") {
    const std::array<std::uint8_t, 3> note{0x90, 60, 100};
    batch_builder by_count(1, 100);
    batch_builder by_bytes(100, 5);

    CHECK(by_count.add(TACTUS_PROTO_MIDI, note) != nullptr);
    CHECK(by_count.add(TACTUS_PROTO_MIDI, note) == nullptr);
    CHECK(by_bytes.add(TACTUS_PROTO_MIDI, note) != nullptr);
    CHECK(by_bytes.add(TACTUS_PROTO_MIDI, note) == nullptr);

    CHECK(by_count.size() == 1);
    CHECK(by_bytes.size() == 1);
}

TEST_CASE("a builder refuses events of no bytes and of too many") {
    const std::vector<std::uint8_t> large(TACTUS_EVENT_SIZE_MAX + 1);
    batch_builder batch(4, large.size());

    CHECK(batch.add(TACTUS_PROTO_OSC, {}) == nullptr);
    CHECK(batch.add_borrowed(TACTUS_PROTO_OSC, large) == nullptr);
    CHECK(batch.add(TACTUS_PROTO_OSC, std::span(large).first(TACTUS_EVENT_SIZE_MAX)) != nullptr);
}

TEST_CASE("clear makes the room new and allocates nothing") {
    const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
    batch_builder batch(1, 4);
    const std::uint8_t* const arena = batch.room().data();

    for (int i = 0; i < 3; ++i) {
        batch.clear();
        REQUIRE(batch.add(TACTUS_PROTO_OSC, bytes) != nullptr);
        CHECK(batch.view()[0].bytes == arena);
    }
}

TEST_CASE("bytes written in place become the event that is committed") {
    batch_builder batch(2, 8);
    batch.room()[0] = 0xfa;

    const tactus_event* event = batch.commit(TACTUS_PROTO_MIDI, 1);

    REQUIRE(event != nullptr);
    CHECK(event->bytes[0] == 0xfa);
    CHECK(batch.room().size() == 7);
    CHECK(std::as_const(batch).bytes_left() == 7);
}

TEST_CASE("a view walks events that are larger than ours") {
    struct later_event {
        tactus_event event;
        std::uint64_t added;
    };
    std::array<later_event, 3> events{};
    for (std::uint32_t i = 0; i < events.size(); ++i) {
        events[i].event.tag = i;
    }
    const batch_view view(tactus_batch{sizeof(tactus_batch), 3, sizeof(later_event),
                                       TACTUS_BATCH_DROPPABLE, &events[0].event});

    std::uint32_t expected = 0;
    for (const tactus_event& event : view) {
        CHECK(event.tag == expected++);
    }

    CHECK(expected == 3);
    CHECK(view[2].tag == 2);
    CHECK(view.without_first(2)[0].tag == 2);
    CHECK(view.without_first(2).raw().event_stride == sizeof(later_event));
    CHECK(view.without_first(2).flags() == TACTUS_BATCH_DROPPABLE);
}

TEST_CASE("a view without its first, more than there are, is empty") {
    batch_builder batch(1, 4);

    CHECK(batch.view().without_first(5).empty());
    CHECK(batch.view().begin() == batch.view().end());
    CHECK(batch_view().without_first(1).empty());
}
