// SPDX-License-Identifier: MIT
// "tactus.ports/0" over an instance in virtual time.
#include "tests/kernel/host/instance_case.hpp"

#include <set>

namespace {

using namespace tactus;
using namespace tactus::testing;

tactus_port_info info(std::string_view key, bool is_up = true) {
    return {sizeof(tactus_port_info), is_up ? TACTUS_PORT_UP : 0, str(key), str(key)};
}

struct ports_case : started_output {
    const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);
    std::uint32_t port = 0;
};

TEST_CASE_METHOD(ports_case, "an output is up while any of its ports is") {
    const tactus_port_info up = info("a");
    const tactus_port_info down = info("a", false);
    CHECK_FALSE(one->resources().ports().all().is_any_up());

    REQUIRE(ports.add(host(), &up, &port) == TACTUS_OK);
    CHECK(port >= 1);
    CHECK(one->resources().ports().all().is_any_up());

    CHECK(ports.update(host(), port, &down) == TACTUS_OK);
    CHECK_FALSE(one->resources().ports().all().is_any_up());
    CHECK(ports.update(host(), port, &up) == TACTUS_OK);
    CHECK(ports.remove(host(), port) == TACTUS_OK);
    CHECK_FALSE(one->resources().ports().all().is_any_up());
}

TEST_CASE_METHOD(ports_case, "a port that is gone answers closed") {
    const tactus_port_info a = info("a");
    REQUIRE(ports.add(host(), &a, &port) == TACTUS_OK);
    REQUIRE(ports.remove(host(), port) == TACTUS_OK);

    CHECK(ports.remove(host(), port) == TACTUS_E_CLOSED);
    CHECK(ports.update(host(), port, &a) == TACTUS_E_CLOSED);
    CHECK(ports.update(host(), 77, &a) == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(ports_case, "a key is taken once, and is 1 to 255 bytes long") {
    const tactus_port_info a = info("a");
    REQUIRE(ports.add(host(), &a, &port) == TACTUS_OK);
    CHECK(ports.add(host(), &a, &port) == TACTUS_E_INVALID);

    const std::string longest(255, 'k');
    const std::string too_long(256, 'k');
    const tactus_port_info good = info(longest);
    const tactus_port_info bad = info(too_long);
    const tactus_port_info none = info("");
    CHECK(ports.add(host(), &good, &port) == TACTUS_OK);
    CHECK(ports.add(host(), &bad, &port) == TACTUS_E_INVALID);
    CHECK(ports.add(host(), &none, &port) == TACTUS_E_INVALID);
    CHECK(ports.add(host(), nullptr, &port) == TACTUS_E_INVALID);
    const tactus_port_info no_key = {sizeof no_key, 0, {nullptr, 4}, str("name")};
    const tactus_port_info no_name = {sizeof no_name, 0, str("null name"), {nullptr, 4}};
    CHECK(ports.add(host(), &no_key, &port) == TACTUS_E_INVALID);
    CHECK(ports.add(host(), &no_name, &port) == TACTUS_E_INVALID);
    CHECK(ports.add(host(), &good, nullptr) == TACTUS_E_INVALID);
    tactus_port_info short_one = info("s");
    short_one.struct_size = 8;
    CHECK(ports.add(host(), &short_one, &port) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(ports_case, "256 ports are taken, one more is not") {
    for (int i = 0; i < 256; ++i) {
        const std::string key = "k" + std::to_string(i);
        const tactus_port_info each = info(key);
        REQUIRE(ports.add(host(), &each, &port) == TACTUS_OK);
    }
    const tactus_port_info more = info("more");

    CHECK(ports.add(host(), &more, &port) == TACTUS_E_NOMEM);
}

TEST_CASE_METHOD(ports_case, "names are interned, and 1024 new ones of an instance") {
    std::uint32_t first = 0;
    std::uint32_t again = 0;
    REQUIRE(ports.resolve(host(), str("bus 1"), &first) == TACTUS_OK);
    REQUIRE(ports.resolve(host(), str("bus 1"), &again) == TACTUS_OK);
    CHECK(first == again);
    CHECK(ports.resolve(host(), str(""), &first) == TACTUS_E_INVALID);
    CHECK(ports.resolve(host(), str("x"), nullptr) == TACTUS_E_INVALID);
    CHECK(ports.resolve(host(), {nullptr, 4}, &first) == TACTUS_E_INVALID);

    std::uint32_t handle = 0;
    for (int i = 1; i < 1024; ++i) {
        REQUIRE(ports.resolve(host(), str("n" + std::to_string(i)), &handle) == TACTUS_OK);
    }
    CHECK(ports.resolve(host(), str("one more"), &handle) == TACTUS_E_NOMEM);
    CHECK(ports.resolve(host(), str("n7"), &handle) == TACTUS_OK);
}

TEST_CASE_METHOD(ports_case, "a port that is there is found, whatever was asked for before") {
    std::uint32_t handle = 0;
    for (int i = 0; i < 1024; ++i) {
        REQUIRE(ports.resolve(host(), str("n" + std::to_string(i)), &handle) == TACTUS_OK);
    }
    REQUIRE(ports.resolve(host(), str("synth"), &handle) == TACTUS_E_NOMEM);

    tactus_port_info synth = info("key");
    synth.name = str("synth");
    REQUIRE(ports.add(host(), &synth, &port) == TACTUS_OK);

    CHECK(ports.resolve(host(), str("synth"), &handle) == TACTUS_OK);
    CHECK(ports.resolve(host(), str("key"), &handle) == TACTUS_OK);
    CHECK(ports.resolve(host(), str("syn"), &handle) == TACTUS_E_NOMEM);
}

TEST_CASE_METHOD(ports_case, "a name that no port can have is refused at once") {
    std::uint32_t handle = 0;
    const std::string longest(255, 'x');
    const std::string too_long(256, 'x');
    CHECK(ports.resolve(host(), str(longest), &handle) == TACTUS_OK);
    CHECK(ports.resolve(host(), str(too_long), &handle) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(ports_case, "ports belong to the loop, other threads are refused") {
    const tactus_port_info a = info("a");
    CHECK(elsewhere([&] { return ports.add(host(), &a, &port); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return ports.update(host(), 1, &a); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return ports.remove(host(), 1); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return ports.resolve(host(), str("a"), &port); }) ==
          TACTUS_E_WRONG_THREAD);
}

TEST_CASE_METHOD(ports_case, "writable from another thread gets through, however many come") {
    port = come_up();
    bool is_full = true;
    plays.on_send = [&](const tactus_batch&, std::uint32_t& accepted) {
        accepted = is_full ? 0 : 1;
        return is_full ? TACTUS_E_AGAIN : TACTUS_OK;
    };
    fixture.deliver(1, osc_n);
    fixture.run_due();
    is_full = false;
    for (int i = 0; i < 1024; ++i) { // a plugin's own posts leave no room
        REQUIRE(table<tactus_exec_0>(TACTUS_EXEC_0)
                    .post(
                        host(), [](void*) noexcept {}, nullptr) == TACTUS_OK);
    }

    (void)elsewhere([&] {
        for (int i = 0; i < 5000; ++i) {
            ports.writable(host(), port);
        }
        return 0;
    });
    reactor.settle();
    fixture.run_due();

    CHECK(fixture.output(1).sent == 1);
}

TEST_CASE_METHOD(ports_case, "a cut-off instance no longer touches the ports of its successor") {
    port = come_up();
    const tactus_host* zombie = host();
    std::unique_ptr<host::instance> cut_off = std::move(one);
    cut_off->quarantine(flow::dropped::output_stalled);
    reactor.settle();
    make(host::role::output);
    start();
    const std::uint32_t successors = come_up();
    REQUIRE(successors == port);
    const tactus_port_info down = info("p", false);

    CHECK(ports.update(zombie, port, &down) == TACTUS_E_CLOSED);
    CHECK(ports.remove(zombie, port) == TACTUS_E_CLOSED);
    CHECK(ports.add(zombie, &down, &port) == TACTUS_E_CLOSED);
    ports.writable(zombie, port);

    CHECK(one->resources().ports().all().is_any_up());
    cut_off->destroy();
}

TEST_CASE_METHOD(started_input, "a cut-off input no longer emits") {
    const tactus_emit_0& out = table<tactus_emit_0>(TACTUS_EMIT_0);
    const single event(osc_n);
    std::uint32_t accepted = 0;
    one->quarantine(flow::dropped::output_stalled);
    reactor.settle();

    CHECK(out.emit(host(), &event.batch, &accepted) == TACTUS_E_CLOSED);
    CHECK(elsewhere([&] { return out.emit(host(), &event.batch, &accepted); }) == TACTUS_E_CLOSED);
    CHECK(fixture.input(1).received == 0);
}

TEST_CASE_METHOD(started_input,
                 "the ports of an input are known to the flow until it is destroyed") {
    const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);
    const tactus_port_info a = info("keys:MIDI 1");
    std::uint32_t port = 0;
    REQUIRE(ports.add(host(), &a, &port) == TACTUS_OK);
    CHECK(one->resources().ports().all().is_any_up());
    CHECK(fixture.ingress.ports(1).key(port) == "keys:MIDI 1");
    CHECK(fixture.ingress.ports(0).key(port).empty()); // another input's

    wind_up();

    CHECK(fixture.ingress.ports(1).key(port).empty());
}

TEST_CASE_METHOD(started_input, "the ports of a cut-off input are forgotten at once") {
    const tactus_ports_0& ports = table<tactus_ports_0>(TACTUS_PORTS_0);
    const tactus_port_info a = info("keys:MIDI 1");
    std::uint32_t port = 0;
    REQUIRE(ports.add(host(), &a, &port) == TACTUS_OK);

    one->quarantine(flow::dropped::output_stalled);
    reactor.settle();

    CHECK(fixture.ingress.ports(1).key(port).empty());
}

TEST_CASE("a name that an output may not make a port of is refused as such, and asked for once") {
    instance_case made(host::role::output);
    int asked = 0;
    tactus_status answer = TACTUS_E_DENIED;
    made.plays.on_want_port = [&](const std::string&) {
        ++asked;
        return answer;
    };
    made.start();
    const auto count = [&](flow::unrouted reason) {
        return made.fixture.ingress.at(0).ledger.unrouted_by.of(reason);
    };
    const auto ask = [&](const char* name) {
        single one(osc_n);
        one.event.port = made.fixture.fan_out.names().intern(name);
        static_cast<void>(made.fixture.ingress.emit(0, one.batch));
    };

    ask("10.0.0.7:9");
    ask("10.0.0.7:9");
    CHECK(asked == 1);
    CHECK(count(flow::unrouted::peer_not_allowed) == 2);

    answer = TACTUS_E_INVALID;
    ask("synht");
    CHECK(count(flow::unrouted::unknown_port) == 1);
    answer = TACTUS_OK; // it says so, and adds none
    ask("organ");
    CHECK(count(flow::unrouted::unknown_port) == 2);
    CHECK(made.fixture.ingress.at(0).ledger.unaccounted() == 0);
}

TEST_CASE("an output that can make a port of a name is asked for it once, before it is searched") {
    instance_case made(host::role::output);
    std::vector<std::string> asked;
    made.plays.on_want_port = [&](const std::string& name) {
        asked.push_back(name);
        if (name != "10.0.0.7:9") {
            return tactus_status{TACTUS_E_INVALID};
        }
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP | TACTUS_PORT_BY_NAME,
                                       str("udp://10.0.0.7:9"), str("10.0.0.7:9")};
        std::uint32_t port = 0;
        return made.table<tactus_ports_0>(TACTUS_PORTS_0).add(made.host(), &info, &port);
    };
    std::vector<std::uint32_t> ports;
    made.plays.on_send = [&](const tactus_batch& batch, std::uint32_t&) {
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            ports.push_back(batch.events[i].port);
        }
        return tactus_status{TACTUS_OK};
    };
    made.start();
    const tactus_port_info own = {sizeof own, TACTUS_PORT_UP, str("own"), str("own")};
    std::uint32_t own_port = 0;
    REQUIRE(made.table<tactus_ports_0>(TACTUS_PORTS_0).add(made.host(), &own, &own_port) ==
            TACTUS_OK);
    const auto send_to = [&](const std::string& name) {
        single one(osc_n);
        one.event.port = name.empty() ? 0 : made.fixture.fan_out.names().intern(name);
        static_cast<void>(made.fixture.ingress.emit(0, one.batch));
        made.fixture.run_due();
    };

    send_to("10.0.0.7:9");
    send_to("10.0.0.7:9");
    send_to("10.0.0.8:9");
    send_to("10.0.0.8:9");
    send_to("own");
    send_to("");

    CHECK(asked == std::vector<std::string>{"10.0.0.7:9", "10.0.0.8:9"});
    REQUIRE(ports.size() == 4);
    CHECK(ports[0] == ports[1]);
    CHECK(ports[0] != own_port);
    CHECK(ports[2] == own_port);
    CHECK(ports[3] == own_port);
}

} // namespace
