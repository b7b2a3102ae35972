// SPDX-License-Identifier: MIT
// Ports, log, metrics and clock, as run() uses them.
#include "tests/sdk/context/probe.hpp"

using namespace tactus;
using namespace tactus::testing;

TEST_CASE("ports are added, updated and removed under their key") {
    probe_instance made([](context& here) -> task<> {
        const std::uint32_t port = here.ports().add(port_info("usb-1", "Synth", port_state::up));
        here.ports().update(port, port_info("usb-1", "Synth", port_state::offline));
        const std::uint32_t gone = here.ports().add(port_info("usb-2", port_state::up));
        here.ports().remove(gone);
        here.ports().writable(port);
        co_await here.until_stop();
    });

    made.start();

    REQUIRE(made.host.ports.size() == 1);
    CHECK(made.host.ports[1].key == "usb-1");
    CHECK(made.host.ports[1].name == "Synth");
    CHECK_FALSE(made.host.ports[1].is_up);
    CHECK(made.host.writable_ports == std::vector<std::uint32_t>{1});
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a port that the host refuses throws, and names the key") {
    probe_instance made([](context& here) -> task<> {
        here.ports().add(port_info("usb-1", port_state::up));
        co_return;
    });
    made.host.failing["ports.add"] = TACTUS_E_INVALID;

    CHECK(made.start() == TACTUS_E_INVALID);
    CHECK(made.host.error_text ==
          "port \"usb-1\": another port of this instance has this key already.");
}

TEST_CASE("names resolve to the host's handles") {
    probe_instance made([](context& here) -> task<> {
        const std::uint32_t handle = here.ports().resolve("organ");
        probe::seen.push_back(std::to_string(handle));
        co_return;
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"1"});
}

TEST_CASE("log lines reach the host, and a host without a log is no failure") {
    const body_function body = [](context& here) -> task<> {
        here.log().warning("The cable is out.");
        probe::seen.push_back(here.log().is_enabled(TACTUS_LOG_ERROR) ? "on" : "off");
        co_return;
    };
    probe_instance with(body);
    with.start();
    CHECK(with.host.log == std::vector<std::string>{"The cable is out."});
    CHECK(probe::seen == std::vector<std::string>{"on"});

    probe_instance without(body);
    without.host.missing_interfaces.insert(TACTUS_LOG_0);
    CHECK(without.start() == TACTUS_OK);
    CHECK(probe::seen == std::vector<std::string>{"off"});
}

TEST_CASE("metrics made in run before its first wait are in time") {
    probe_instance made([](context& here) -> task<> {
        const counter opened = here.metrics().make_counter("opened_total", "Ports opened.");
        const gauge open = here.metrics().make_gauge("open", "Ports open now.");
        opened.add();
        opened.add(2);
        open.set(5);
        open.add(-1);
        co_await here.until_stop();
    });

    made.start();

    CHECK(made.host.metrics["opened_total"] == 3);
    CHECK(made.host.metrics["open"] == 4);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("metrics do nothing where the host has none or they were never made") {
    probe_instance made([](context& here) -> task<> {
        const counter opened = here.metrics().make_counter("opened_total", "Ports opened.");
        opened.add();
        gauge().set(1);
        counter().add();
        co_return;
    });
    made.host.missing_interfaces.insert(TACTUS_METRICS_0);

    CHECK(made.start() == TACTUS_OK);
    CHECK(made.host.metrics.empty());
}

TEST_CASE("time tags become host time and go back") {
    probe_instance made([](context& here) -> task<> {
        const std::uint64_t half_past_two = std::uint64_t{2} << 32 | 0x80000000u;
        probe::seen.push_back(std::to_string(to_ns(here.from_ntp(half_past_two))));
        probe::seen.push_back(std::to_string(to_ns(here.from_ntp(1))));
        const bool is_same = here.to_ntp(time_at(2'500'000'000)) == half_past_two;
        probe::seen.push_back(is_same ? "same" : "other");
        co_return;
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"2500000000", "0", "same"});
}

TEST_CASE("the raw interface is there for what is not wrapped, and its absence is named") {
    probe_instance made([](context& here) -> task<> {
        const auto& clock = here.interface<tactus_clock_0>(TACTUS_CLOCK_0);
        probe::seen.push_back(std::to_string(clock.from_unix(&here.host(), 12)));
        here.interface<tactus_clock_0>("tactus.x-uv/0");
        co_return;
    });

    CHECK(made.start() == TACTUS_E_UNSUPPORTED);
    CHECK(probe::seen == std::vector<std::string>{"12"});
    CHECK(made.host.error_text == "this host has no interface \"tactus.x-uv/0\"");
}
