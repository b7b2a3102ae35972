// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

using namespace tactus;
using namespace tactus::testing;

namespace {

task<> emit_five(context& here) {
    batch_builder batch(5, 16);
    for (std::uint8_t i = 0; i < 5; ++i) {
        tactus_event* event = batch.add(TACTUS_PROTO_MIDI, std::span(&i, 1));
        event->due_ns = 100 + i;
        event->tag = i;
    }
    co_await here.emit(batch.view());
    probe::seen.push_back("all taken");
    co_await here.until_stop();
}

} // namespace

TEST_CASE("emit hands events over as they are") {
    probe_instance made(&emit_five);

    made.start();

    REQUIRE(made.host.emitted.size() == 5);
    CHECK(made.host.emitted[3].due_ns == 103);
    CHECK(made.host.emitted[3].tag == 3);
    CHECK(made.host.emitted[3].protocol == TACTUS_PROTO_MIDI);
    CHECK(made.host.emitted[3].bytes == byte_string{3});
    CHECK(made.host.emit_calls == 1);
}

TEST_CASE("emit waits for room and then offers only the rest") {
    probe_instance made(&emit_five);
    made.host.emit_room = 2;

    made.start();
    CHECK(made.host.emitted.size() == 2);
    CHECK(made.host.pending("emit") == 1);
    CHECK(probe::seen.empty());
    made.host.make_room(2);
    made.host.settle();
    CHECK(made.host.emitted.size() == 4);
    made.host.make_room(2);
    made.host.settle();

    CHECK(made.host.emitted.size() == 5);
    CHECK(made.host.emitted[4].tag == 4);
    CHECK(made.host.emit_calls == 3);
    CHECK(probe::seen == std::vector<std::string>{"all taken"});
    CHECK(made.host.breaches.empty());
}

TEST_CASE("emit throws where the host refuses for good") {
    probe_instance made(&emit_five);
    made.host.failing["emit"] = TACTUS_E_INVALID;

    CHECK(made.start() == TACTUS_E_INVALID);

    CHECK(made.host.error_text.substr(0, 4) == "emit");
}

TEST_CASE("emit of nothing asks nothing of the host") {
    probe_instance made([](context& here) -> task<> { co_await here.emit(batch_view()); });

    made.start();

    CHECK(made.host.emit_calls == 0);
    CHECK(made.host.stopped == TACTUS_OK);
}

TEST_CASE("try_emit of a droppable batch never waits") {
    probe_instance made([](context& here) -> task<> {
        batch_builder batch(3, 16);
        const std::uint8_t byte = 0xfe;
        for (int i = 0; i < 3; ++i) {
            batch.add(TACTUS_PROTO_MIDI, std::span(&byte, 1));
        }
        const std::uint32_t taken = here.try_emit(batch.view().as_droppable());
        probe::seen.push_back(std::to_string(taken));
        co_await here.until_stop();
    });
    made.host.emit_room = 1;

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"3"});
    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].is_droppable);
    CHECK(made.host.rejected["no room"] == 2);
}

TEST_CASE("cancel and reject reach the host") {
    probe_instance made([](context& here) -> task<> {
        const std::uint64_t canceled = here.cancel(77);
        probe::seen.push_back(std::to_string(canceled));
        here.reject(3, "malformed");
        co_return;
    });

    made.start();

    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{77});
    CHECK(probe::seen == std::vector<std::string>{"1"});
    CHECK(made.host.rejected["malformed"] == 3);
}
