// SPDX-License-Identifier: MIT
// The first lines of the live view, from configurations as they are written.
#include "kernel/cli/start_text.hpp"

#include "kernel/config/load.hpp"
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

namespace tactus::cli {
namespace {

config::settings settings_of(const std::string& text) {
    auto loaded = config::load_text(text, "test.toml", config::test::plugins());
    if (!loaded) {
        FAIL(config::render(loaded.error().found, loaded.error().sources, ""));
    }
    return std::move(loaded->settings);
}

// One OSC input and one output, with a route for the address.
std::string with(const std::string& listen, const std::string& address) {
    return "[[input]]\nname = \"desk\"\ntype = \"osc\"\nlisten = " + listen +
           "\n[[output]]\nname = \"organ\"\ntype = \"memory\"\n"
           "[[route]]\nfrom = \"desk\"\nto = \"organ\"\naddress = \"" +
           address + "\"\n";
}

std::string try_address(const std::string& address) {
    const std::string command = try_command(settings_of(with("\"udp://127.0.0.1:9100\"", address)));
    const std::string begin = "oscsend 127.0.0.1 9100 ";
    const std::string end = " iii 1 64 100";
    if (!command.starts_with(begin) || !command.ends_with(end)) {
        return command;
    }
    return command.substr(begin.size(), command.size() - begin.size() - end.size());
}

TEST_CASE("the line to try sends a note to the first OSC input") {
    REQUIRE(try_command(settings_of(with("\"udp://127.0.0.1:9100\"", "*"))) ==
            "oscsend 127.0.0.1 9100 /synth/note_on iii 1 64 100");
}

TEST_CASE("the line to try goes through the route's address") {
    REQUIRE(try_address("/organ/note") == "/organ/note");
    REQUIRE(try_address("/organ/*") == "/organ/note_on");
    REQUIRE(try_address("/organ/{left,right}/key?") == "/organ/left/key1");
    REQUIRE(try_address("/organ/[a-c]x") == "/organ/ax");
}

TEST_CASE("where no example can be made of the pattern there is no line to try") {
    REQUIRE(try_address("/organ/[!!a]x").empty());
}

TEST_CASE("an input on all addresses is tried on this machine") {
    REQUIRE(try_command(settings_of(with("\"udp://0.0.0.0:7000\"", "*")))
                .starts_with("oscsend 127.0.0.1 7000 "));
    REQUIRE(try_command(settings_of(with("\"udp://[::]:7000\"", "*")))
                .starts_with("oscsend ::1 7000 "));
}

TEST_CASE("only endpoints that oscsend can reach are tried") {
    REQUIRE(try_command(settings_of(with("\"tcp://127.0.0.1:9100\"", "*"))).empty());
    REQUIRE(try_command(settings_of(with("\"unix:///tmp/osc\"", "*"))).empty());
    REQUIRE(try_command(settings_of(with("\"udp://127.0.0.1:0\"", "*"))).empty());
    REQUIRE(try_command(settings_of(with("[\"tcp://127.0.0.1:9\", \"udp://127.0.0.1:9100\"]", "*")))
                .starts_with("oscsend 127.0.0.1 9100 "));
}

TEST_CASE("without an OSC input there is no line to try") {
    REQUIRE(try_command(settings_of("[[input]]\nname = \"pulse\"\ntype = \"pulse\"\n"
                                    "[[output]]\nname = \"organ\"\ntype = \"memory\"\n"
                                    "[[route]]\nfrom = \"pulse\"\nto = \"organ\"\n"))
                .empty());
}

TEST_CASE("an address is the endpoints of the options") {
    const auto settings = settings_of(with("[\"udp://127.0.0.1:1\", \"udp://127.0.0.1:2\"]", "*"));
    REQUIRE(address_of(settings.inputs[0]) == "udp://127.0.0.1:1, udp://127.0.0.1:2");
    REQUIRE(address_of(settings.outputs[0]).empty());
}

TEST_CASE("where there are no endpoints, texts that are set stand for the address") {
    const auto settings = settings_of("[[input]]\nname = \"keys\"\ntype = \"midi\"\n"
                                      "port = \"USB*\"\n"
                                      "[[output]]\nname = \"organ\"\ntype = \"memory\"\n"
                                      "[[route]]\nfrom = \"keys\"\nto = \"organ\"\n");
    REQUIRE(address_of(settings.inputs[0]) == "port USB*");
}

TEST_CASE("a secret is never shown") {
    std::string text = with("\"udp://127.0.0.1:9100\"", "*");
    text.insert(text.find("listen"), "token = \"hunter2\"\n");
    const auto settings = settings_of(text);
    REQUIRE(address_of(settings.inputs[0]).find("hunter2") == std::string::npos);
}

TEST_CASE("the first lines say what listens where, what goes where, and what is missing") {
    start_facts facts;
    facts.name = "gallery";
    facts.stations = {{"desk", "osc", "udp://127.0.0.1:9100", false, true, ""},
                      {"projector", "osc", "udp://127.0.0.1:8000", true, true, ""},
                      {"synth", "midi", "port Synth*", true, false, "There is no sequencer."},
                      {"organ", "midi", "port Organ", true, false, ""}};
    facts.metrics = "127.0.0.1:9464";
    facts.try_it = "oscsend 127.0.0.1 9100 /synth/note_on iii 1 64 100";
    REQUIRE(
        start_lines(facts) ==
        std::vector<std::string>{
            "gallery is running; Ctrl-C stops it",
            "  in       desk       osc   udp://127.0.0.1:9100",
            "  out      projector  osc   udp://127.0.0.1:8000  up",
            "  out      synth      midi  port Synth*           down: There is no sequencer; "
            "everything else runs",
            "  out      organ      midi  port Organ            no port yet; everything else runs",
            "  metrics  http://127.0.0.1:9464/metrics",
            "  try it   oscsend 127.0.0.1 9100 /synth/note_on iii 1 64 100", ""});
}

TEST_CASE("what the file and the plugins say cannot speak to the terminal") {
    const std::string bad = "a\x1b[31m\xe2\x80\xae\nb";
    start_facts facts;
    facts.name = "gallery";
    facts.stations = {{"desk", bad, bad, false, false, bad}, {"organ", "osc", bad, true, true}};
    facts.stations[1].shortfall = bad;
    facts.try_it = bad;
    for (const std::string& line : start_lines(facts)) {
        CHECK(line.find('\x1b') == std::string::npos);
        CHECK(line.find('\n') == std::string::npos);
        CHECK(line.find("\xe2\x80\xae") == std::string::npos);
    }
}

TEST_CASE("an input that could not begin says why") {
    start_facts facts;
    facts.stations = {{"desk", "osc", "udp://127.0.0.1:9100", false, false, "The port is taken."}};
    REQUIRE(start_lines(facts)[1] == "  in       desk  osc  udp://127.0.0.1:9100  "
                                     "down: The port is taken; everything else runs");
}

TEST_CASE("an input without its port is not up, and an output may be up in part") {
    start_facts facts;
    facts.stations = {
        {"keys", "midi", "port nano*", false, false, "", true, "Its port is offline."},
        {"out", "osc", "x", true, true, "", true, "1 of its 3 ports is offline: \"y\"."}};
    REQUIRE(start_lines(facts)[1] ==
            "  in       keys  midi  port nano*  no port yet; everything else runs");
    REQUIRE(start_lines(facts)[2] ==
            "  out      out   osc   x           partly up: 1 of its 3 ports is offline: \"y\"");
}

TEST_CASE("what no route names is not down, it is not opened") {
    start_facts facts;
    facts.stations = {{"spare", "osc", "udp://127.0.0.1:8000", true, false, "", false}};
    REQUIRE(start_lines(facts)[1] ==
            "  out      spare  osc  udp://127.0.0.1:8000  not opened: no route names it");
}

TEST_CASE("metrics that are off are said to be off") {
    REQUIRE(start_lines({})[1] == "  metrics  off");
}

} // namespace
} // namespace tactus::cli
