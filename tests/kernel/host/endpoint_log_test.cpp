// SPDX-License-Identifier: MIT
// The lines about an instance's ports, which are the same for all plugins. In virtual time.
#include "tests/kernel/host/instance_case.hpp"

#include <array>
#include <string>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

constexpr std::uint32_t up = TACTUS_PORT_UP;

struct endpoint_case : started_output {
    const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);

    endpoint_case() { fixture.log.set_format(base::log_format::json); }

    std::uint32_t add(std::string_view key, std::uint32_t flags) {
        const tactus_port_info info = {sizeof info, flags, str(key), str("Nano")};
        std::uint32_t port = 0;
        REQUIRE(ports.add(host(), &info, &port) == TACTUS_OK);
        return port;
    }
    void update(std::uint32_t port, std::string_view key, std::uint32_t flags) {
        const tactus_port_info info = {sizeof info, flags, str(key), str("Nano")};
        REQUIRE(ports.update(host(), port, &info) == TACTUS_OK);
    }
    // From the event_id on.
    [[nodiscard]] std::string next_line() const {
        const std::string line = fixture.pipe.read_line();
        return line.substr(line.find("\"level\""));
    }
    // Nothing else was written until now.
    void check_nothing() {
        fixture.log.error(base::log_event::daemon_running, "mark");
        CHECK_THAT(next_line(), Contains("mark"));
    }
};

TEST_CASE_METHOD(endpoint_case, "a port that goes down and comes back is named, with its kind") {
    const std::uint32_t port = add("nano", 0);
    check_nothing(); // a port that was added is still being looked for
    update(port, "nano", up);
    CHECK(next_line() == R"("level":"info","event_id":"port_up","text":"A port is up.",)"
                         R"("output":"one","type":"scripted","port":"nano","name":"Nano"})");
    update(port, "nano", up);
    check_nothing();

    update(port, "nano", 0);
    CHECK(next_line() == R"("level":"warning","event_id":"port_down",)"
                         R"("text":"A port is down; events that fall due for it are dropped.",)"
                         R"("output":"one","type":"scripted","port":"nano","name":"Nano"})");
    update(port, "nano", TACTUS_PORT_FAILED);
    check_nothing();
    update(port, "nano", up);
    CHECK_THAT(next_line(), Contains("port_up"));
}

TEST_CASE_METHOD(endpoint_case, "a port that was never up is said to be down once") {
    const std::uint32_t port = add("nano", 0);
    update(port, "nano", TACTUS_PORT_FAILED);
    CHECK_THAT(next_line(), Contains("port_down"));
    update(port, "nano", TACTUS_PORT_FAILED);
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);
    check_nothing();
}

TEST_CASE_METHOD(endpoint_case, "a port that is not found is said to be down after a while") {
    const std::uint32_t port = add("nano", 0);
    const std::uint32_t found = add("found", 0);
    const std::uint32_t failed = add("failed", 0);
    const std::uint32_t gone = add("gone", 0);
    (void)add("all", TACTUS_PORT_GROUP);
    (void)add("there", up);
    update(found, "found", up);
    CHECK_THAT(next_line(), Contains("port_up"));
    update(failed, "failed", TACTUS_PORT_FAILED);
    CHECK_THAT(next_line(), Contains("port_down"));
    REQUIRE(ports.remove(host(), gone) == TACTUS_OK);

    reactor.advance_by(host::endpoint_log::search_ns - 1);
    check_nothing();
    reactor.advance_by(1);
    CHECK(next_line() == R"("level":"warning","event_id":"port_down",)"
                         R"("text":"A port is down; events that fall due for it are dropped.",)"
                         R"("output":"one","type":"scripted","port":"nano","name":"Nano"})");
    check_nothing();

    update(port, "nano", TACTUS_PORT_FAILED);
    reactor.advance_by(10 * host::endpoint_log::search_ns);
    check_nothing();
    update(port, "nano", up);
    CHECK_THAT(next_line(), Contains("port_up"));
}

TEST_CASE_METHOD(endpoint_case, "a port that is found, or removed, wakes nobody later") {
    const std::size_t before = reactor.timers_armed();
    const std::uint32_t port = add("nano", 0);
    const std::uint32_t other = add("other", 0);
    CHECK(reactor.timers_armed() == before + 1);

    update(port, "nano", up);
    CHECK(reactor.timers_armed() == before + 1);
    REQUIRE(ports.remove(host(), other) == TACTUS_OK);
    CHECK(reactor.timers_armed() == before);
}

TEST_CASE_METHOD(endpoint_case, "an instance that is asked to stop looks for no port") {
    (void)add("nano", 0);
    plays.on_stop = [](const tactus_host*) {}; // it takes its time
    one->stop();
    reactor.advance_by(10 * host::endpoint_log::search_ns);
    check_nothing();
}

TEST_CASE_METHOD(endpoint_case, "a port that is removed while it is up goes down") {
    const std::uint32_t port = add("nano", up);
    check_nothing();
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);
    CHECK_THAT(next_line(), Contains("port_down"));
}

TEST_CASE_METHOD(endpoint_case, "a port that waits for one that was removed is not down again") {
    const std::uint32_t port = add("nano", up);
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);
    CHECK_THAT(next_line(), Contains("port_down"));
    const std::uint32_t awaited = add("any nano", 0);
    (void)add("other", 0);

    reactor.advance_by(10 * host::endpoint_log::search_ns);
    CHECK_THAT(next_line(), Contains("port_down") && Contains("other"));
    update(awaited, "any nano", TACTUS_PORT_FAILED);
    check_nothing();
    update(awaited, "any nano", up);
    CHECK_THAT(next_line(), Contains("port_up"));
}

TEST_CASE_METHOD(endpoint_case, "a port that is added long after one was removed goes down") {
    const std::uint32_t port = add("nano", up);
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);
    CHECK_THAT(next_line(), Contains("port_down"));
    reactor.advance_by(host::endpoint_log::search_ns);
    (void)add("other", 0);

    reactor.advance_by(host::endpoint_log::search_ns);
    CHECK_THAT(next_line(), Contains("port_down") && Contains("other"));
}

TEST_CASE_METHOD(endpoint_case, "groups, and ports that events make, are not named") {
    const std::uint32_t group = add("all", up | TACTUS_PORT_GROUP);
    const std::uint32_t by_name = add("udp://127.0.0.1:9", up | TACTUS_PORT_BY_NAME);
    update(group, "all", TACTUS_PORT_GROUP);
    update(by_name, "udp://127.0.0.1:9", TACTUS_PORT_BY_NAME);
    REQUIRE(ports.remove(host(), by_name) == TACTUS_OK);
    check_nothing();
}

TEST_CASE_METHOD(endpoint_case, "an instance that is asked to stop loses no port") {
    const std::uint32_t port = add("nano", up);
    plays.on_stop = [](const tactus_host*) {}; // it takes its time
    one->stop();
    update(port, "nano", 0);
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);
    check_nothing();
}

TEST_CASE_METHOD(endpoint_case, "a port that flutters does not fill the log, and is counted") {
    const std::uint32_t port = add("nano", up);
    for (int i = 0; i < 15; ++i) {
        update(port, "nano", 0);
        update(port, "nano", up);
    }
    CHECK(fixture.log.counts().suppressed == 10);
}

struct endpoint_input_case : started_input {};

TEST_CASE_METHOD(endpoint_input_case, "what a plugin writes has the type and name of its input") {
    fixture.log.set_format(base::log_format::json);
    table<tactus_log_0>(TACTUS_LOG_0).write(host(), TACTUS_LOG_WARNING, str("The lamp is off."));
    CHECK_THAT(fixture.pipe.read_line(),
               Contains(R"("event_id":"plugin","text":"The lamp is off.","input":"one",)"
                        R"("type":"scripted"})"));
}

} // namespace
