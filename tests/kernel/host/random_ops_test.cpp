// SPDX-License-Identifier: MIT
// An instance that begins and cancels ops at every moment, inside their done too, and ends with
// some pending: each op that was begun ends exactly once, in its time, with a status that fits.
#include "tests/kernel/host/instance_case.hpp"
#include "tests/kernel/host/pipe_case.hpp"

#include <array>
#include <random>

namespace {

using namespace tactus;
using namespace tactus::testing;

struct random_case : started_input {
    static constexpr std::uint32_t slots_max = 24;
    struct slot {
        test_op op;
        bool is_pending = false;
        bool was_cancelled = false;
        std::int64_t due_ns = 0; // of a timer
    };
    const tactus_timer_0& timer = table<tactus_timer_0>(TACTUS_TIMER_0);
    const tactus_fd_0& fd = table<tactus_fd_0>(TACTUS_FD_0);
    const tactus_emit_0& out = table<tactus_emit_0>(TACTUS_EMIT_0);
    std::array<slot, slots_max> slots;
    pipe_case awaited;
    std::mt19937 random;
    bool is_inside_call = false; // of ours into the host: done must not come
    int begun = 0;
    int done = 0;

    random_case() {
        for (slot& each : slots) {
            each.op.then = [this, &each] { ended(each); };
        }
    }
    ~random_case() { wind_up(); }

    std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); }

    void ended(slot& one_of) {
        REQUIRE_FALSE(is_inside_call);
        REQUIRE(one_of.is_pending);
        one_of.is_pending = false;
        ++done;
        if (one_of.op.status == TACTUS_E_CANCELED) {
            REQUIRE((one_of.was_cancelled || !one->resources().is_open()));
        } else {
            REQUIRE(one_of.op.status == TACTUS_OK);
            REQUIRE(one_of.due_ns <= reactor.now_ns());
        }
        if (pick(3) == 0) {
            act();
        }
    }

    // Begins or cancels something.
    void act() {
        const bool was_inside = std::exchange(is_inside_call, true);
        slot& chosen = slots[pick(slots_max)];
        if (pick(3) == 0) {
            const tactus_status status = host()->cancel(host(), chosen.op);
            REQUIRE(status == (chosen.is_pending ? TACTUS_OK : TACTUS_E_INVALID));
            chosen.was_cancelled = chosen.was_cancelled || chosen.is_pending;
        } else {
            begin(chosen);
        }
        is_inside_call = was_inside;
    }

    void begin(slot& chosen) {
        const std::int64_t due_ns = reactor.now_ns() + static_cast<std::int64_t>(pick(50)) - 10;
        const std::uint32_t kind = pick(3);
        tactus_status status = TACTUS_OK;
        switch (kind) {
        case 0:
            status = timer.wait_until(host(), chosen.op, due_ns);
            break;
        case 1:
            status = fd.wait(host(), chosen.op, awaited.ends[0], TACTUS_FD_READABLE);
            break;
        default:
            status = out.wait_writable(host(), chosen.op);
        }
        if (!one->resources().is_open()) {
            REQUIRE(status == TACTUS_E_CLOSED);
        } else if (chosen.is_pending) {
            REQUIRE(status == TACTUS_E_INVALID);
        } else {
            REQUIRE(status == TACTUS_PENDING);
            chosen.is_pending = true;
            chosen.was_cancelled = false;
            chosen.due_ns = kind == 0 ? due_ns : 0;
            ++begun;
        }
    }

    void let_something_happen() {
        switch (pick(3)) {
        case 0:
            reactor.advance_by(pick(30));
            break;
        case 1:
            (void)reactor.make_ready(awaited.ends[1] + static_cast<int>(pick(slots_max)) + 1,
                                     TACTUS_FD_READABLE); // the host's duplicates are behind it
            break;
        default:
            reactor.settle();
        }
    }
};

TEST_CASE_METHOD(random_case, "ops begun and cancelled at every moment end once, whatever comes") {
    const auto seed = GENERATE(range(1U, 60U));
    CAPTURE(seed);
    random.seed(seed);

    for (int i = 0; i < 300; ++i) {
        act();
        if (pick(2) == 0) {
            let_something_happen();
        }
    }
    wind_up();

    CHECK(begun == done);
    CHECK(begun > 50);
}

} // namespace
