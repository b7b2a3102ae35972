// SPDX-License-Identifier: MIT
// What the built plugin tells of a line whose event the kernel refused, dropped or sent nowhere.
#include "tests/plugins/stream_in/live_lines.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace tactus::testing;
using live_lines::socket_path;
using live_lines::stream_in;

namespace {

tactus_str str(std::string_view text) {
    return {text.data(), text.size()};
}

tactus_outcome outcome(std::uint32_t kind, std::uint32_t tag, std::string_view reason = "",
                       std::string_view output = "") {
    tactus_outcome made{};
    made.kind = kind;
    made.tag = tag;
    made.reason = str(reason);
    made.output = str(output);
    return made;
}

void tell(stream_in& made, const std::vector<tactus_outcome>& outcomes, std::uint64_t lost = 0) {
    made.interface<tactus_outcome_0>(TACTUS_OUTCOME_0)
        ->report(made.plugin(), outcomes.data(), static_cast<std::uint32_t>(outcomes.size()), lost);
    made.host.settle();
}

} // namespace

TEST_CASE("what went wrong is asked for, unless answers are off") {
    stream_in with;
    stream_in without;
    without.config.set("answers", "\"none\"");
    with.start();
    without.start();
    const auto wants = [](stream_in& of) {
        return of.interface<tactus_outcome_0>(TACTUS_OUTCOME_0)->wants(of.plugin());
    };

    CHECK(wants(with) ==
          (TACTUS_OUTCOME_REJECTED | TACTUS_OUTCOME_UNROUTED | TACTUS_OUTCOME_DROPPED));
    CHECK(wants(without) == 0);
    without.feed(without.client(), "{\"note\": 60}\n");
    CHECK(without.host.emitted.at(0).tag == 0);
}

TEST_CASE("what the kernel did with a line's event is answered by the line's number") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "\n{\"note\": 60}\n{\"note\": 61}\n");
    const std::uint32_t second = made.host.emitted.at(0).tag;
    const std::uint32_t third = made.host.emitted.at(1).tag;

    tell(made, {outcome(TACTUS_OUTCOME_REJECTED, third, "too_far_ahead"),
                outcome(TACTUS_OUTCOME_UNROUTED, second),
                outcome(TACTUS_OUTCOME_DROPPED, third, "output_down", "organ"),
                outcome(TACTUS_OUTCOME_DROPPED, third, "outdated", "organ")});

    CHECK(client.text() ==
          "{\"line\": 3, \"error\": \"it was rejected: too_far_ahead\"}\n"
          "{\"line\": 2, \"error\": \"no route takes it to an output\"}\n"
          "{\"line\": 3, \"error\": \"the output \\\"organ\\\" dropped it: output_down\"}\n");
}

TEST_CASE("a line that no output gets is answered with the reason") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\": 60}\n{\"to\": \"10.0.0.7:9000\", \"note\": 61}\n");
    tactus_outcome denied =
        outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(1).tag, "peer_not_allowed");
    denied.port = str("10.0.0.7:9000");

    tell(made, {outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(0).tag, "filtered"), denied});

    CHECK(client.text() ==
          "{\"line\": 1, \"error\": \"the `match` of its routes filters it out\"}\n"
          "{\"line\": 2, \"error\": \"\\\"to\\\" is \\\"10.0.0.7:9000\\\", which no output that a "
          "route leads to has in its `allow_peers`\"}\n");
}

TEST_CASE("who asks for what several have, or for what is almost so, hears what to write") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"to\": \"bass\", \"note\": 60}\n{\"to\": \"basss\", \"note\": 60}\n");
    const tactus_str known[] = {str("Rack:bass"), str("bass-left")};
    tactus_outcome several = outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(0).tag);
    several.reason = str("ambiguous_port");
    several.port = str("bass");
    several.known = known;
    several.n_known = 2;
    tactus_outcome almost = outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(1).tag);
    almost.reason = str("unknown_port");
    almost.port = str("basss");
    almost.output = str("bass");

    tell(made, {several, almost});

    CHECK(client.text() ==
          "{\"line\": 1, \"error\": \"\\\"to\\\" is \\\"bass\\\", which 2 outputs or ports have in "
          "their names; expected one of them: \\\"Rack:bass\\\", \\\"bass-left\\\"\"}\n"
          "{\"line\": 2, \"error\": \"\\\"to\\\" is \\\"basss\\\", which no output that a route "
          "leads to "
          "has as its name or a port; there are no ports; did you mean \\\"bass\\\"?\"}\n");
}

TEST_CASE("what was wrong with an event is said where the kernel knows it") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"osc\": \"/note_on\"}\n");
    constexpr std::string_view text = "argument 1 is missing; expected a number from 1 to 16";
    const tactus_str why{text.data(), text.size()};
    tactus_outcome what =
        outcome(TACTUS_OUTCOME_REJECTED, made.host.emitted.at(0).tag, "unsupported_type");
    what.known = &why;
    what.n_known = 1;

    tell(made, {what});

    CHECK(client.text() == "{\"line\": 1, \"error\": \"it was rejected: unsupported_type (" +
                               std::string(text) + ")\"}\n");
}

TEST_CASE("who asks for a port that is not there, or for several, hears which there are") {
    struct asking {
        std::string port;
        std::vector<std::string> known;
        std::string error;
    };
    const auto one = GENERATE(values<asking>({
        {"synht",
         {"synth", "organ"},
         "\"to\" is \"synht\", which no output that a route leads to has as its name or a port; "
         "the ports are \"synth\", \"organ\""},
        {"synth",
         {"synth a", "synth b", "organ"},
         "\"to\" is \"synth\", which 2 ports have in their names; the ports are \"synth a\", "
         "\"synth b\", \"organ\""},
        {"x",
         {},
         "\"to\" is \"x\", which no output that a route leads to has as its name or a port; there "
         "are no ports"},
        {"x", std::vector<std::string>(18, "p"),
         "\"to\" is \"x\", which no output that a route leads to has as its name or a port; the "
         "ports are \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", \"p\", "
         "\"p\", "
         "\"p\", \"p\", \"p\", \"p\" and 2 more"},
    }));
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"to\": \"" + one.port + "\", \"note\": 60}\n");
    std::vector<tactus_str> known;
    for (const std::string& name : one.known) {
        known.push_back(str(name));
    }
    tactus_outcome what = outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(0).tag);
    what.port = str(one.port);
    what.known = known.data();
    what.n_known = static_cast<std::uint32_t>(known.size());

    tell(made, {what});

    std::string error;
    for (const char c : one.error) {
        error += c == '"' ? "\\\"" : std::string(1, c);
    }
    CHECK(client.text() == "{\"line\": 1, \"error\": \"" + error + "\"}\n");
}

TEST_CASE("the two ends of a note are refused together, and that is said once") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\": 60, \"for\": 1}\n");
    const std::uint32_t tag = made.host.emitted.at(0).tag;
    REQUIRE(made.host.emitted.at(1).tag == tag);

    tell(made, {outcome(TACTUS_OUTCOME_UNROUTED, tag), outcome(TACTUS_OUTCOME_UNROUTED, tag)});

    CHECK(client.text() == "{\"line\": 1, \"error\": \"no route takes it to an output\"}\n");
}

TEST_CASE("each connection hears of its own lines, of the last 1024, and nobody of one that left") {
    stream_in made;
    made.start();
    test_stream& one = made.client();
    test_stream& other = made.client();
    test_stream& leaving = made.client();
    made.feed(leaving, "{\"note\": 60}\n");
    made.host.reset(leaving);
    made.host.settle();
    made.feed(other, "\n\n{\"note\": 60}\n");
    for (int line = 1; line <= 1025; ++line) {
        made.feed(one, "{\"note\": 61}\n");
    }
    std::vector<tactus_outcome> all;
    for (const emitted_event& each : made.host.emitted) {
        all.push_back(outcome(TACTUS_OUTCOME_REJECTED, each.tag, "rate"));
    }

    tell(made, {all[0], all[1], all[2], all[3], all.back()});

    CHECK(other.text() == "{\"line\": 3, \"error\": \"it was rejected: rate\"}\n");
    CHECK(one.text() == "{\"line\": 2, \"error\": \"it was rejected: rate\"}\n"
                        "{\"line\": 1025, \"error\": \"it was rejected: rate\"}\n");
    CHECK(leaving.text().empty());
}

TEST_CASE("who has ended its side hears what is said at once, and not what comes later") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\": 60}\n");
    made.host.end(client);
    made.host.settle();
    const std::uint32_t tag = made.host.emitted.at(0).tag;

    tell(made, {outcome(TACTUS_OUTCOME_UNROUTED, tag)});
    made.host.advance_to(made.host.now_ns() + 20'000'000);
    CHECK(client.is_shut);
    CHECK(client.is_closed);
    tell(made, {outcome(TACTUS_OUTCOME_DROPPED, tag, "output_down", "organ")});

    CHECK(client.text() == "{\"line\": 1, \"error\": \"no route takes it to an output\"}\n");
    CHECK(made.host.breaches.empty());
}

TEST_CASE("more than the kernel tells of is a number, for those whose lines are known") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    test_stream& silent = made.client();
    made.feed(client, "{\"note\": 60}\n");

    tell(made, {}, 17);

    CHECK(client.text() == "{\"line\": 1, \"error\": \"17 more events went wrong at once than are "
                           "told of\"}\n");
    CHECK(silent.text().empty());
}

TEST_CASE("a peer that only writes stays, and what is told of its lines is left out") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\": 60}\n");
    client.send_room = 10;

    tell(made, {outcome(TACTUS_OUTCOME_UNROUTED, made.host.emitted.at(0).tag)});
    made.feed(client, "{\"note\": 61}\n");

    CHECK(client.text().empty());
    CHECK_FALSE(client.is_closed);
    CHECK(made.host.emitted.size() == 2);
}
