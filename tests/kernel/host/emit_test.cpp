// SPDX-License-Identifier: MIT
// "tactus.emit/0" over an instance in virtual time. From foreign threads: foreign_ring_test.cpp.
#include "tests/kernel/host/instance_case.hpp"

#include <limits>
#include <set>
#include <string_view>

namespace {

using namespace tactus;
using namespace tactus::testing;

struct emit_case : started_input {
    const tactus_emit_0& out = table<tactus_emit_0>(TACTUS_EMIT_0);
    std::uint32_t accepted = 0;

    // Both outputs can take OSC, but nothing is sent: what is emitted waits in their queues.
    emit_case() {
        for (std::uint16_t index = 0; index < 2; ++index) {
            flow::output::connection to;
            to.sink = &nowhere;
            to.protocols = 1U << TACTUS_PROTO_OSC;
            fixture.dispatcher.connections().attach(index, to);
        }
    }
    ~emit_case() {
        for (std::uint16_t index = 0; index < 2; ++index) {
            fixture.dispatcher.connections().detach(index, flow::dropped::stop);
        }
    }
    struct : flow::sink {
        flow::hand_off send(const tactus_batch&) noexcept override { return {TACTUS_E_AGAIN, 0}; }
    } nowhere;

    [[nodiscard]] std::int64_t later() const { return reactor.now_ns() + 1'000'000'000; }
    void fill() {
        const single event(osc_n, 0, later());
        while (out.emit(host(), &event.batch, &accepted) == TACTUS_OK) {
        }
    }
};

TEST_CASE_METHOD(emit_case, "an event is counted and routed") {
    const single event(osc_n, 0, later());

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);

    CHECK(accepted == 1);
    CHECK(fixture.input(1).routed == 1);
    CHECK(fixture.dispatcher.queue().pending().events == 2);
}

TEST_CASE_METHOD(emit_case, "a malformed event is taken and counted as rejected") {
    const single event("no osc");

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);

    CHECK(accepted == 1);
    CHECK(fixture.input(1).rejected_by.of(flow::rejected::malformed) == 1);
}

TEST_CASE_METHOD(emit_case, "an event whose bytes are nowhere is refused, not read") {
    single event(osc_n);
    event.event.bytes = nullptr;

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_E_INVALID);

    CHECK(accepted == 0);
    CHECK(fixture.input(1).received == 0);
}

TEST_CASE_METHOD(emit_case, "a malformed batch is refused") {
    single event(osc_n);
    CHECK(out.emit(host(), nullptr, &accepted) == TACTUS_E_INVALID);
    CHECK(out.emit(host(), &event.batch, nullptr) == TACTUS_E_INVALID);

    SECTION("too short") {
        event.batch.struct_size = 8;
    }
    SECTION("a stride below an event") {
        event.batch.event_stride = 8;
    }
    SECTION("no events") {
        event.batch.events = nullptr;
    }

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(emit_case, "a batch of none is taken") {
    const tactus_batch empty = {sizeof empty, 0, sizeof(tactus_event), 0, nullptr};
    CHECK(out.emit(host(), &empty, &accepted) == TACTUS_OK);
    CHECK(accepted == 0);
}

TEST_CASE_METHOD(emit_case, "a later SDK's longer events are read by its stride") {
    struct longer {
        tactus_event event;
        std::uint64_t news;
    };
    const single like(osc_n, 0, later());
    const longer events[2] = {{like.event, ~0ULL}, {like.event, ~0ULL}};
    const tactus_batch batch = {sizeof batch, 2, sizeof(longer), 0, &events[0].event};

    CHECK(out.emit(host(), &batch, &accepted) == TACTUS_OK);

    CHECK(accepted == 2);
    CHECK(fixture.input(1).routed == 2);
}

TEST_CASE_METHOD(emit_case, "full answers again, and room ends the wait") {
    fill();
    const single event(osc_n, 0, later());
    REQUIRE(out.emit(host(), &event.batch, &accepted) == TACTUS_E_AGAIN);
    CHECK(accepted == 0);
    test_op op;
    REQUIRE(out.wait_writable(host(), op) == TACTUS_PENDING);
    reactor.settle();
    CHECK(op.dones == 0);

    fixture.dispatcher.canceller().drop(flow::dropped::stop);
    fixture.run_due();
    CHECK(op.dones == 0);
    reactor.settle();

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_OK);
    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);
}

TEST_CASE_METHOD(emit_case, "where there is room already, the wait ends in a later turn") {
    test_op op;
    REQUIRE(out.wait_writable(host(), op) == TACTUS_PENDING);
    CHECK(op.dones == 0);

    reactor.settle();

    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(emit_case, "an input that takes back its own events may go on") {
    single event(osc_n, 0, later());
    event.event.tag = 5;
    while (out.emit(host(), &event.batch, &accepted) == TACTUS_OK) {
    }
    test_op op;
    REQUIRE(out.wait_writable(host(), op) == TACTUS_PENDING);
    std::uint64_t canceled = 0;

    REQUIRE(out.cancel(host(), 5, &canceled) == TACTUS_OK);
    CHECK(canceled > 0);
    CHECK(op.dones == 0);
    reactor.settle();

    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(emit_case, "a wait for room can be cancelled") {
    fill();
    test_op op;
    REQUIRE(out.wait_writable(host(), op) == TACTUS_PENDING);

    CHECK(host()->cancel(host(), op) == TACTUS_OK);
    reactor.settle();

    CHECK(op.status == TACTUS_E_CANCELED);
    CHECK(fixture.waiters.is_empty());
}

TEST_CASE_METHOD(emit_case, "tags are taken back, and only this input's") {
    single event(osc_n, 0, later());
    event.event.tag = 3;
    REQUIRE(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);
    REQUIRE(fixture.ingress.emit(0, event.batch).accepted == 1);
    std::uint64_t canceled = 0;

    CHECK(out.cancel(host(), 3, &canceled) == TACTUS_OK);

    CHECK(canceled == 2);
    CHECK(fixture.dispatcher.queue().pending().events == 2);
    CHECK(out.cancel(host(), 0, &canceled) == TACTUS_E_INVALID);
    CHECK(out.cancel(host(), 0x1000000, &canceled) == TACTUS_E_INVALID);
    CHECK(out.cancel(host(), 3, nullptr) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(emit_case, "a tag beyond the limit is refused with its batch, not counted") {
    single event(osc_n);
    std::uint32_t tactus_event::*const which = GENERATE(&tactus_event::tag, &tactus_event::group);
    std::vector<tactus_event> two(2, event.event);
    two[1].*which = TACTUS_TAG_MAX + 1;
    const tactus_batch batch = {sizeof batch, 2, sizeof(tactus_event), 0, two.data()};

    CHECK(out.emit(host(), &batch, &accepted) == TACTUS_E_INVALID);
    CHECK(accepted == 0);
    CHECK(elsewhere([&] { return out.emit(host(), &batch, &accepted); }) == TACTUS_E_INVALID);
    CHECK(fixture.input(1).received == 0);
    two[1].*which = TACTUS_TAG_MAX;
    CHECK(out.emit(host(), &batch, &accepted) == TACTUS_OK);
    CHECK(accepted == 2);
}

TEST_CASE_METHOD(emit_case, "what the transport lost is counted by its reason") {
    CHECK(out.reject(host(), 3, "too_large") == TACTUS_OK);
    CHECK(out.reject(host(), 1, "weather") == TACTUS_E_INVALID);
    CHECK(out.reject(host(), 1, nullptr) == TACTUS_E_INVALID);

    CHECK(fixture.input(1).rejected_by.of(flow::rejected::too_large) == 3);
    CHECK(fixture.input(1).received == 3);
}

TEST_CASE_METHOD(emit_case, "no count of a plugin wraps the ledger around") {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    const bool is_on_loop = GENERATE(true, false);
    for (int i = 0; i < 2; ++i) {
        const auto count = [&] { return out.reject(host(), most, "rate"); };
        CHECK((is_on_loop ? count() : elsewhere(count)) == TACTUS_OK);
    }
    CHECK(out.reject(host(), most, "overrun") == TACTUS_OK);
    reactor.settle();
    const single event("no osc");
    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);

    CHECK(fixture.input(1).received == (std::uint64_t{1} << 53) + 1);
    CHECK(fixture.input(1).rejected_by.total() == fixture.input(1).received);
    CHECK(fixture.input(1).unaccounted() == 0);
}

TEST_CASE_METHOD(emit_case, "a plugin may count the reasons that emit.h names, and no other one") {
    const std::set<std::string_view> named{"malformed", "too_large", "address",
                                           "rate",      "overrun",   "sysex_denied"};
    for (std::size_t i = 0; i < flow::rejected_names.size(); ++i) {
        const std::string_view name = flow::rejected_names[i];
        const bool is_named = named.contains(name);
        INFO(name);

        CHECK(out.reject(host(), 1, name.data()) == (is_named ? TACTUS_OK : TACTUS_E_INVALID));
        CHECK(elsewhere([&] { return out.reject(host(), 1, name.data()); }) ==
              (is_named ? TACTUS_OK : TACTUS_E_INVALID));
        reactor.settle();

        CHECK(fixture.input(1).rejected_by.of(static_cast<flow::rejected>(i)) ==
              (is_named ? 2U : 0U));
    }
    CHECK(fixture.input(1).received == 2 * named.size());
}

TEST_CASE_METHOD(emit_case, "a driver's thread may count what it lost") {
    CHECK(elsewhere([&] { return out.reject(host(), 3, "rate"); }) == TACTUS_OK);
    CHECK(elsewhere([&] { return out.reject(host(), 2, "rate"); }) == TACTUS_OK);
    CHECK(elsewhere([&] { return out.reject(host(), 1, "weather"); }) == TACTUS_E_INVALID);

    reactor.settle();

    CHECK(fixture.input(1).rejected_by.of(flow::rejected::rate) == 5);
}

TEST_CASE_METHOD(emit_case,
                 "waiting and taking back belong to the loop, other threads are refused") {
    test_op op;
    std::uint64_t canceled = 0;
    CHECK(elsewhere([&] { return out.wait_writable(host(), op); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return out.cancel(host(), 1, &canceled); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return out.end_with_instance(host(), 1); }) == TACTUS_E_WRONG_THREAD);
}

TEST_CASE_METHOD(emit_case, "what an instance has scheduled goes with it, if it has said so") {
    const std::uint32_t ends = GENERATE(0U, 1U);
    const bool is_cut_off = GENERATE(false, true);
    CHECK(out.end_with_instance(host(), ends) == TACTUS_OK);
    const single event(osc_n, 0, later());
    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_OK);
    REQUIRE(fixture.dispatcher.queue().pending().events == 2);

    if (is_cut_off) {
        one->quarantine(flow::dropped::output_stalled);
    } else {
        wind_up();
    }

    CHECK(fixture.dispatcher.queue().pending().events == (ends == 0 ? 2 : 0));
}

TEST_CASE_METHOD(started_output, "an output has nothing to emit") {
    const tactus_emit_0& out = table<tactus_emit_0>(TACTUS_EMIT_0);
    const single event(osc_n);
    std::uint32_t accepted = 0;
    std::uint64_t canceled = 0;
    test_op op;

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_E_INVALID);
    CHECK(elsewhere([&] { return out.emit(host(), &event.batch, &accepted); }) == TACTUS_E_INVALID);
    CHECK(out.wait_writable(host(), op) == TACTUS_E_INVALID);
    CHECK(out.cancel(host(), 1, &canceled) == TACTUS_E_INVALID);
    CHECK(out.reject(host(), 1, "rate") == TACTUS_E_INVALID);
    CHECK(out.end_with_instance(host(), 1) == TACTUS_E_INVALID);
}

} // namespace
