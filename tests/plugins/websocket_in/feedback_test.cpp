// SPDX-License-Identifier: MIT
// What a client is told of its events: the kernel's word to the plugin, the plugin's to the page.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::testing;
using websocket_in::testing::server_frames;
using plugin = websocket_in::testing::websocket_in;

namespace {

tactus_str str(std::string_view text) {
    return {text.data(), text.size()};
}

tactus_outcome outcome(std::uint32_t kind, std::uint32_t tag) {
    tactus_outcome made{};
    made.kind = kind;
    made.tag = tag;
    return made;
}

class told_plugin : public plugin {
public:
    explicit told_plugin(const std::string& feedback) {
        config.set("feedback", "\"" + feedback + "\"");
        start();
    }
    const tactus_outcome_0& table() { return *interface<tactus_outcome_0>(TACTUS_OUTCOME_0); }
    void tell(const std::vector<tactus_outcome>& outcomes, std::uint64_t lost = 0) {
        table().report(plugin::plugin(), outcomes.data(),
                       static_cast<std::uint32_t>(outcomes.size()), lost);
        host.settle();
    }
    /// A page that has emitted something, and the tag of that.
    std::pair<test_stream*, std::uint32_t> page() {
        test_stream& client = browser();
        say(client, R"({"address": "/n"})");
        return {&client, host.emitted.back().tag};
    }
    static std::string only_text(const test_stream& client) {
        const auto frames = server_frames(client.sent);
        REQUIRE(frames.size() == 1);
        return frames[0].payload;
    }
};

} // namespace

TEST_CASE("nothing is asked for unless the page shall be told") {
    CHECK(told_plugin("off").table().wants(told_plugin("off").plugin::plugin()) == 0);
}

TEST_CASE("errors are asked for, and with \"all\" what went well too") {
    told_plugin errors("errors");
    told_plugin all("all");

    CHECK(errors.table().wants(errors.plugin::plugin()) == 0xF);
    CHECK(all.table().wants(all.plugin::plugin()) == 0x1F);
}

TEST_CASE("a page hears how late it was, what was dropped and why") {
    told_plugin made("errors");
    const auto [client, tag] = made.page();
    tactus_outcome what = outcome(TACTUS_OUTCOME_LATE, tag);
    what.output = str("superdirt");
    what.late_ns = 12'345'678;
    std::string said = R"({"tactus":"late","output":"superdirt","by":12.345678})";

    SECTION("late") {}
    SECTION("dropped") {
        what.kind = TACTUS_OUTCOME_DROPPED;
        what.reason = str("queue_full");
        said = R"({"tactus":"dropped","output":"superdirt","reason":"queue_full"})";
    }
    SECTION("rejected") {
        what.kind = TACTUS_OUTCOME_REJECTED;
        what.reason = str("too_far_ahead");
        said = R"({"tactus":"rejected","reason":"too_far_ahead"})";
    }
    SECTION("rejected, with what was wrong") {
        static const tactus_str why = str("argument 2 is missing");
        what.kind = TACTUS_OUTCOME_REJECTED;
        what.reason = str("unsupported_type");
        what.known = &why;
        what.n_known = 1;
        said = R"({"tactus":"rejected","reason":"unsupported_type","why":"argument 2 is missing"})";
    }
    SECTION("unrouted") {
        what.kind = TACTUS_OUTCOME_UNROUTED;
        what.reason = str("filtered");
        said = R"({"tactus":"unrouted","reason":"filtered"})";
    }
    SECTION("a peer that is not allowed") {
        what.kind = TACTUS_OUTCOME_UNROUTED;
        what.reason = str("peer_not_allowed");
        what.port = str("10.0.0.7:9000");
        said = R"({"tactus":"peer_not_allowed","port":"10.0.0.7:9000"})";
    }
    SECTION("sent") {
        what.kind = TACTUS_OUTCOME_SENT;
        what.late_ns = -200;
        said = R"({"tactus":"sent","output":"superdirt","by":-0.000200})";
    }
    made.tell({what});

    CHECK(told_plugin::only_text(*client) == said);
}

TEST_CASE("a page that asks for a port that is not there hears which are") {
    told_plugin made("errors");
    const auto [client, tag] = made.page();
    const tactus_str known[] = {str("Synth \"A\""), str("Organ")};
    tactus_outcome what = outcome(TACTUS_OUTCOME_UNROUTED, tag);
    what.reason = str("unknown_port");
    what.port = str("synht");
    what.known = known;
    what.n_known = 2;

    made.tell({what});

    CHECK(told_plugin::only_text(*client) ==
          R"({"tactus":"unknown_port","port":"synht","known":["Synth \"A\"","Organ"]})");
}

TEST_CASE("a page hears which name was probably meant, and which several it is") {
    told_plugin made("errors");
    const auto [client, tag] = made.page();
    const tactus_str known[] = {str("Rack:bass"), str("Rack2:bass")};
    tactus_outcome what = outcome(TACTUS_OUTCOME_UNROUTED, tag);
    what.known = known;
    what.n_known = 2;
    std::string said;
    SECTION("almost right") {
        what.reason = str("unknown_port");
        what.port = str("basss");
        what.output = str("bass");
        said = R"({"tactus":"unknown_port","port":"basss","known":["Rack:bass","Rack2:bass"],)"
               R"("did_you_mean":"bass"})";
    }
    SECTION("several") {
        what.reason = str("ambiguous_port");
        what.port = str("bass");
        said = R"({"tactus":"ambiguous_port","port":"bass","known":["Rack:bass","Rack2:bass"]})";
    }

    made.tell({what});

    CHECK(told_plugin::only_text(*client) == said);
}

TEST_CASE("each page hears of its own events, and nobody of those who left") {
    told_plugin made("errors");
    const auto [one, tag_of_one] = made.page();
    const auto [other, tag_of_other] = made.page();
    made.host.end(*other);
    made.host.settle();

    made.tell({outcome(TACTUS_OUTCOME_UNROUTED, tag_of_other),
               outcome(TACTUS_OUTCOME_UNROUTED, tag_of_one)});

    CHECK(told_plugin::only_text(*one) == R"({"tactus":"unrouted"})");
    CHECK(other->sent.empty());
}

TEST_CASE("what was too much to tell is said as a number") {
    told_plugin made("errors");
    const auto [client, tag] = made.page();
    static_cast<void>(tag);

    made.tell({}, 17);

    CHECK(told_plugin::only_text(*client) == R"({"tactus":"lost","outcomes":17})");
}

TEST_CASE("a page that does not read what it is told is closed, and the others stay") {
    told_plugin made("errors");
    const auto [client, tag] = made.page();
    test_stream& other = made.browser();
    client->send_room = 10;

    made.tell({outcome(TACTUS_OUTCOME_UNROUTED, tag)});

    CHECK(client->is_closed);
    CHECK_FALSE(other.is_closed);
    CHECK(made.is_running());
    CHECK(made.host.breaches.empty());
}
