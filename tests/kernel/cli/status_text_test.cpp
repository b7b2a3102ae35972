// SPDX-License-Identifier: MIT
#include "kernel/cli/status_text.hpp"

#include "kernel/cli/number_text.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace tactus;
using namespace tactus::cli;

namespace {

control::status_report quiet() {
    control::status_report made;
    made.name = "hall";
    made.version = "0.1.0";
    made.process = 42;
    made.uptime_s = 65;
    made.is_ready = true;
    made.config_path = "/etc/tactus/hall.toml";
    made.config_age_s = 65;
    return made;
}

control::output_report synth() {
    control::output_report made;
    made.name = "synth";
    made.is_up = true;
    made.sent = 120;
    made.late_p50_s = 0.00005;
    made.late_p99_s = 0.002;
    return made;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the first lines say which daemon it is, whether it is ready, and what it loaded") {
    CHECK(status_text(quiet()) ==
          "hall  ready, running for 1 min 5 s, tactus 0.1.0, process 42\n"
          "file  /etc/tactus/hall.toml, loaded 1 min 5 s ago\ninputs\noutputs\n");
}

TEST_CASE("what is missing and what has changed stands out") {
    control::status_report now = quiet();
    now.is_ready = false;
    now.has_config_changed = true;
    now.missing = {{"keys", "Its port \"nano*\" is offline."}};
    now.impaired = {{"visuals", "It has no peer."}};

    const std::string text = status_text(now);

    CHECK(contains(text, "hall  NOT READY, "));
    CHECK(contains(text, "ago; it CHANGED on disk since\n"));
    CHECK(contains(text, "missing   keys: Its port \"nano*\" is offline.\n"));
    CHECK(contains(text, "impaired  visuals: It has no peer.\n"));
}

TEST_CASE("a reload that was refused stands out until one is taken") {
    control::status_report now = quiet();
    now.reload_age_s = 65;
    CHECK_FALSE(contains(status_text(now), "RELOAD"));

    now.reload_refusal = "The configuration is not valid.\nMore of it.";

    CHECK(contains(status_text(now),
                   "      NOT RELOADED 1 min 5 s ago: The configuration is not valid.\n"));
}

TEST_CASE("an input and an output have a line each, with what was lost and why") {
    control::status_report now = quiet();
    control::input_report desk;
    desk.name = "desk";
    desk.is_up = true;
    desk.received = 125;
    desk.rejected = {{"malformed", 2}, {"rate", 1}};
    desk.unrouted = {{"no_route", 2}};
    now.inputs = {desk};
    control::output_report output = synth();
    output.pending = 3;
    output.sounding = 2;
    output.dropped = {{"too_late", 1}};
    output.ports = {{"USB MIDI 1", true}, {"USB MIDI 2", false}};
    now.outputs = {output};

    const std::string text = status_text(now);

    CHECK(contains(text, "  desk      up      received 125  rejected 3 (malformed 2, rate 1)"
                         "  unrouted 2 (no_route 2)\n"));
    CHECK(contains(text, "  synth     up      sent 120  pending 3  sounding 2"
                         "  late p50 <= 0.05 ms, p99 <= 2 ms  dropped 1 (too_late 1)\n"));
    CHECK(contains(text, "    up    USB MIDI 1\n    DOWN  USB MIDI 2\n"));
}

TEST_CASE("what is down and what no route uses is told apart") {
    control::status_report now = quiet();
    control::output_report down = synth();
    down.is_up = false;
    control::output_report unused = down;
    unused.name = "a-very-long-name";
    unused.is_used = false;
    now.outputs = {down, unused};

    const std::string text = status_text(now);

    CHECK(contains(text, "  synth             DOWN    sent"));
    CHECK(contains(text, "  a-very-long-name  unused  sent"));
}

TEST_CASE("rates come from an earlier report of the same daemon") {
    control::status_report before = quiet();
    before.outputs = {synth()};
    control::status_report now = before;
    now.outputs[0].sent = 220;

    CHECK(contains(status_text(now, &before, 2), "sent 220  50/s"));
    before.outputs[0].sent = 500; // it was restarted
    CHECK(contains(status_text(now, &before, 2), "sent 220  0/s"));
    before.outputs.clear(); // it is new
    CHECK(contains(status_text(now, &before, 2), "sent 220  late"));
}

TEST_CASE("rates, the next due and the last minute are the daemon's own") {
    control::status_report now = quiet();
    control::input_report desk;
    desk.name = "desk";
    desk.is_up = true;
    desk.received = 125;
    desk.received_per_s = 12.25;
    desk.rejected = {{"rate", 9}};
    desk.rejected_lately = {{"rate", 2}};
    now.inputs = {desk};
    control::output_report output = synth();
    output.sent_per_s = 0;
    output.pending = 3;
    output.next_due_s = 0.25;
    output.lately_p50_s = 0.0001;
    output.lately_p99_s = 0.01;
    output.dropped = {{"too_late", 5}, {"stop", 1}};
    output.dropped_lately = {{"too_late", 3}};
    now.outputs = {output};

    const std::string text = status_text(now, &now, 1);

    CHECK(contains(text, "received 125  12.2/s  rejected 9 (rate 9), in the last minute 2 (rate 2)"
                         "\n"));
    CHECK(contains(text,
                   "sent 120  0/s  pending 3, next in 250 ms  late p50 <= 0.1 ms, p99 <= 10 ms"
                   "  dropped 6 (too_late 5, stop 1), in the last minute 3 (too_late 3)\n"));
    now.outputs[0].next_due_s = 90;
    CHECK(contains(status_text(now), "pending 3, next in 1 min 30 s"));
    now.outputs[0].next_due_s = -0.5; // it is overdue
    CHECK(contains(status_text(now), "pending 3, next in 0 ms"));
}

TEST_CASE("large rates and lateness have no exponent") {
    control::status_report now = quiet();
    control::output_report output = synth();
    output.sent_per_s = 1189.6;
    output.late_p50_s = 0.00005;
    output.late_p99_s = 1.5;
    now.outputs = {output};
    control::input_report desk;
    desk.name = "desk";
    desk.received_per_s = 1'234'567;
    now.inputs = {desk};

    const std::string text = status_text(now, &now, 1);

    CHECK(contains(text, "  1190/s  late p50 <= 0.05 ms, p99 <= 1500 ms\n"));
    CHECK(contains(text, "  1234567/s"));
}

TEST_CASE("a lateness above all bounds is called so") {
    control::status_report now = quiet();
    control::output_report output = synth();
    output.late_p50_s = 0.1;
    output.late_p99_s = std::numeric_limits<double>::infinity();
    now.outputs = {output};

    CHECK(contains(status_text(now), "  late p50 <= 100 ms, p99 > 100 ms"));
}

TEST_CASE("numbers for people have no exponent, and no digits too many") {
    CHECK(number_text(0) == "0");
    CHECK(number_text(100) == "100");
    CHECK(number_text(999.6) == "1000");
    CHECK(number_text(-12.34) == "-12.3");
    CHECK(number_text(0.00001) == "0.00001");
    CHECK(number_text(0.2) == "0.2");
    CHECK(number_text(0.0005, 6) == "0.0005");
    CHECK(number_text(2'000'000, 6) == "2000000");
    CHECK(number_text(1e300) == "1e+300");
}

TEST_CASE("what comes from elsewhere cannot speak to the terminal, nor begin a line") {
    const std::string bad = "a\x1b[31m\xe2\x80\xae\nb";
    control::status_report now = quiet();
    now.name = now.config_path = now.reload_refusal = now.version = bad;
    now.reload_age_s = 3;
    now.missing = now.impaired = {{bad, bad}};
    now.muted_routes = {bad};
    control::input_report desk;
    desk.name = bad;
    desk.rejected = desk.rejected_lately = desk.unrouted = {{bad, 1}};
    now.inputs = {desk};
    control::output_report output = synth();
    output.name = bad;
    output.ports = {{bad, false}};
    output.dropped = {{bad, 1}};
    now.outputs = {output};

    const std::string text = status_text(now);

    CHECK(contains(text, R"(a\x1b[31m\u202e\nb)"));
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK_FALSE(contains(text, "\xe2\x80\xae"));
    CHECK_FALSE(contains(text, "\nb"));
}

TEST_CASE("what is muted stands out") {
    control::status_report now = quiet();
    control::input_report desk;
    desk.name = "desk";
    desk.is_up = true;
    desk.is_muted = true;
    now.inputs = {desk};
    control::output_report output = synth();
    output.is_up = false;
    output.is_muted = true;
    now.outputs = {output};
    now.muted_routes = {"route 1", "route 3"};

    const std::string text = status_text(now);

    CHECK(contains(text, "  desk      MUTED   received"));
    CHECK(
        contains(text, "  synth     DOWN    sent 120  late p50 <= 0.05 ms, p99 <= 2 ms  MUTED\n"));
    CHECK(contains(text, "muted     route 1, route 3\n"));
}

TEST_CASE("a span has two units at most") {
    CHECK(span_text(0.9) == "0 s");
    CHECK(span_text(59) == "59 s");
    CHECK(span_text(60) == "1 min");
    CHECK(span_text(3599) == "59 min 59 s");
    CHECK(span_text(3600) == "1 h");
    CHECK(span_text(9600) == "2 h 40 min");
    CHECK(span_text(86'400 * 5 + 3600 * 3 + 59) == "5 d 3 h");
}
