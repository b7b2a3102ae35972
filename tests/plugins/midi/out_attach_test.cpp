// SPDX-License-Identifier: MIT
// Ports that are there, are not, come and go.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

#include <optional>

using namespace tactus::test;

TEST_CASE("a virtual port is made, and goes with the output") {
    jack_server server;
    server.start();
    {
        live_output output("virtual", "strudel");

        REQUIRE(output.start() == TACTUS_OK);
        REQUIRE(output.until_up());

        CHECK(output.port().key == "strudel");
        CHECK(output.has_logged("Made the virtual JACK port \"strudel\"."));
        CHECK(output.instance.host.metrics["midi_attached_total"] == 1);
        CHECK(jack_receiver("first", "tactus:strudel").is_connected());
        output.instance.stop();
        CHECK(output.instance.host.stopped == TACTUS_OK);
        CHECK(output.instance.host.breaches.empty());
    }
    CHECK_FALSE(jack_receiver("second", "tactus:strudel").is_connected(200ms));
}

TEST_CASE("a port that is there is attached to by a pattern, and is known by its real name") {
    jack_server server;
    server.start();
    jack_receiver device("synth");
    live_output output("port", "syn*:in");

    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());

    CHECK(output.port().key == "syn*:in");
    CHECK(output.port().name == "synth:in");
    CHECK(output.send({0x90, 60, 100}) == TACTUS_OK);
    CHECK(device.wait_for(1));
}

TEST_CASE("a device that is not there is waited for, and attached to when it comes") {
    jack_server server;
    server.start();
    live_output output("port", "synth");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until([&] { return output.has_logged("no such port yet"); }));
    CHECK_FALSE(output.is_up());
    CHECK(output.send({0x90, 60, 100}) == TACTUS_E_CLOSED);

    jack_receiver device("synth");

    REQUIRE(output.until_up(2s));
    CHECK(output.send({0x90, 61, 100}) == TACTUS_OK);
    REQUIRE(device.wait_for(1));
    CHECK(device.events().front().bytes == message{0x90, 61, 100});
}

TEST_CASE("nothing is asked of JACK while an absent device is waited for") {
    jack_server server;
    server.start();
    live_output output("port", "synth");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until([&] { return output.has_logged("no such port yet"); }));

    CHECK(output.instance.host.pending("timer") == 0);
}

TEST_CASE("a device that goes takes the port offline, and one of its name brings it back") {
    jack_server server;
    server.start();
    std::optional<jack_receiver> device(std::in_place, "synth");
    live_output output("port", "synth:in");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until_up());

    device.reset();
    REQUIRE(output.until_down(2s));
    CHECK(output.has_logged("the port \"synth:in\" went away"));
    CHECK(output.send({0x90, 60, 100}) == TACTUS_E_CLOSED);

    device.emplace("synth");
    REQUIRE(output.until_up(2s));
    CHECK(output.send({0x90, 62, 100}) == TACTUS_OK);
    CHECK(device->wait_for(1));
    CHECK(output.instance.host.metrics["midi_attached_total"] == 2);
}

TEST_CASE("where several ports match none is attached to, and the log names them") {
    jack_server server;
    server.start();
    const jack_receiver left("synth-left");
    std::optional<jack_receiver> right(std::in_place, "synth-right");
    live_output output("port", "synth");
    REQUIRE(output.start() == TACTUS_OK);

    REQUIRE(output.until([&] { return output.has_logged("several ports match"); }));
    CHECK(output.has_logged("\"synth-left:in\", \"synth-right:in\""));
    CHECK_FALSE(output.is_up());

    right.reset();
    CHECK(output.until_up(2s));
}

TEST_CASE("a port part that is exactly so is sent to, beside a longer one") {
    jack_server server;
    server.start();
    const jack_receiver longer("Port 10");
    live_output output("port", "port 1:IN");
    REQUIRE(output.start() == TACTUS_OK);
    REQUIRE(output.until([&] { return output.has_logged("no such port yet"); }));
    CHECK_FALSE(output.is_up());

    const jack_receiver exact("Port 1");

    REQUIRE(output.until_up());
    CHECK(output.port().name == "Port 1:in");
}

TEST_CASE("without a JACK server the output starts, waits, and prints nothing to stderr") {
    jack_server server; // not started
    live_output output("virtual", "v");
    const stderr_capture capture;

    REQUIRE(output.start() == TACTUS_OK);
    CHECK(output.until([&] { return output.has_logged("no JACK server answers"); }));
    CHECK_FALSE(output.is_up());
    CHECK(output.send({0xF8}) == TACTUS_E_CLOSED);
    const auto is_said = [](const std::string& line) {
        return line.find("no JACK server") != std::string::npos;
    };
    CHECK(output.until([&] { return output.instance.host.now_ns() > 3'000'000'000; }));
    const auto& log = output.instance.host.log;
    CHECK(std::count_if(log.begin(), log.end(), is_said) == 1);

    server.start();
    CHECK(output.until_up(2s));
    CHECK(capture.text().empty());
}

TEST_CASE("exclusive access takes no port of JACK's, though ALSA be absent") {
    jack_server server;
    server.start();
    jack_receiver device("synth");
    live_output output("port", "synth:in");
    output.instance.config.unset("api").set("access", toml_text("exclusive"));

    REQUIRE(output.start() == TACTUS_OK);

    CHECK(output.until([&] { return output.has_logged("is offline"); }));
    CHECK_FALSE(output.until_up(300ms));
    CHECK_FALSE(output.has_logged("JACK"));
}

TEST_CASE("a stop while the server is awaited ends at once") {
    jack_server server; // not started
    live_output output("virtual", "v");
    REQUIRE(output.start() == TACTUS_OK);

    output.instance.stop();

    CHECK(output.instance.host.stopped == TACTUS_OK);
    CHECK(output.instance.host.breaches.empty());
}
