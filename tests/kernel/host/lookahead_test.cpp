// SPDX-License-Identifier: MIT
// An output that gives its events their exact moments by itself gets them so much earlier; through
// an instance on a real loop.
#include "kernel/host/worker/worker.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

constexpr std::int64_t ms = 1'000'000;

// What the plugin answers. Relaxed would do: it stands for itself.
std::atomic<std::int64_t> lookahead_ns{0};

struct lookahead_case : loop_instance {
    std::mutex mutex; // guards the rest
    std::string order;
    int before_due = 0;

    lookahead_case() {
        lookahead_ns = 0;
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.output.lookahead_ns = [](tactus_plugin*) noexcept -> std::int64_t {
            return lookahead_ns;
        };
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            const std::lock_guard lock(mutex);
            order += static_cast<char>(batch.events->bytes[0]);
            before_due += clock.now_ns() < batch.events->due_ns ? 1 : 0;
            accepted = 1;
            return TACTUS_OK;
        };
    }
    ~lookahead_case() override { wind_up(); }

    [[nodiscard]] bool all_sent(std::uint64_t n) {
        return turn_until([&] { return fixture.output(1).sent == n; });
    }
};

constexpr std::int64_t long_ns = 600'000 * ms;

} // namespace

TEST_CASE_METHOD(lookahead_case, "who looks ahead is given its events before they are due") {
    lookahead_ns = 900 * ms;
    start(host::role::output);
    (void)come_up();
    const std::int64_t begin_ns = clock.now_ns();

    fixture.deliver(1, "b", begin_ns + 800 * ms);
    fixture.deliver(1, "a", begin_ns + 700 * ms);

    REQUIRE(all_sent(2));
    CHECK(order == "ab");
    CHECK((before_due == 2 || clock.now_ns() > begin_ns + 700 * ms)); // however slow we are
}

TEST_CASE_METHOD(lookahead_case, "what is given before its moment is not late, and not early") {
    lookahead_ns = 1000 * ms;
    start(host::role::output);
    (void)come_up();
    fixture.deliver(1, "a", clock.now_ns() + 20'000 * ms);
    fixture.deliver(1, "b", clock.now_ns() + 900 * ms);

    REQUIRE(all_sent(1));

    const flow::output_snapshot seen = fixture.dispatcher.account().take_snapshot(1);
    CHECK(seen.lateness.count == 1);
    CHECK(seen.lateness.sum_ns >= 0);
    CHECK((before_due == 0 || seen.lateness.sum_ns == 0));
}

TEST_CASE_METHOD(lookahead_case, "it is asked again when it tells of a port, also for what waits") {
    start(host::role::output);
    const std::uint32_t port = come_up();
    const std::int64_t due_ns = clock.now_ns() + 30'000 * ms;
    fixture.deliver(1, "b", due_ns + 1);
    fixture.deliver(1, "a", due_ns);
    CHECK(turn_until([&] { return clock.now_ns() > due_ns - 29'990 * ms; }));
    CHECK(fixture.output(1).sent == 0);

    lookahead_ns = long_ns; // a second is the most
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
    REQUIRE(table<tactus_ports_0>(TACTUS_PORTS_0).update(host(), port, &info) == TACTUS_OK);
    fixture.deliver(1, "c", clock.now_ns() + 900 * ms);

    REQUIRE(all_sent(1));
    CHECK(order == "c");
    CHECK(clock.now_ns() < due_ns);
}

TEST_CASE_METHOD(lookahead_case,
                 "a lookahead that grows does not change the order of what is held") {
    lookahead_ns = 0;
    start(host::role::output);
    const std::uint32_t port = come_up();
    const std::int64_t due_ns = clock.now_ns() + 900 * ms;
    fixture.deliver(1, "b", due_ns + 2);
    fixture.deliver(1, "a", due_ns);

    lookahead_ns = 950 * ms;
    const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
    REQUIRE(table<tactus_ports_0>(TACTUS_PORTS_0).update(host(), port, &info) == TACTUS_OK);
    fixture.deliver(1, "x", due_ns + 1);

    REQUIRE(all_sent(3));
    CHECK(order.front() == 'a');
    CHECK(order.find('x') != std::string::npos);
}
