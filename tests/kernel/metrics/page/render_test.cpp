// SPDX-License-Identifier: MIT
// The status page as HTML: what it says, that foreign text stays text, and its bounds.
#include "kernel/metrics/page/render.hpp"

#include "kernel/metrics/page/cures.hpp"
#include "kernel/metrics/page/html.hpp"
#include "kernel/metrics/page/lateness.hpp"
#include "kernel/metrics/page/map.hpp"
#include "tests/kernel/metrics/page/sample_view.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::testing;
namespace page = tactus::metrics::page;
namespace flow = tactus::flow;

namespace {

constexpr std::string_view hostile = "<script>alert(1)</script>\"'&\n\x1b[2J\xff";

bool says(const std::string& html, std::string_view text) {
    return html.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("text is escaped, for elements and for attributes") {
    CHECK(page::escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(page::escaped("line\nfeed\ttab") == "line feed tab");
}

TEST_CASE("what is no character, controls something or turns the text round is replaced") {
    CHECK(page::escaped("a\xff"
                        "b") == "a\xEF\xBF\xBD"
                                "b");
    CHECK(page::escaped("\x1b[2J") == "\xEF\xBF\xBD[2J");
    CHECK(page::escaped("\xE2\x80\xAE"
                        "evil") == "\xEF\xBF\xBD"
                                   "evil");
    CHECK(page::escaped("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("a long text is cut between two characters") {
    CHECK(page::escaped("\xC3\xBC\xC3\xBC\xC3\xBC", 2) == "\xC3\xBC\xC3\xBC\xE2\x80\xA6");
    CHECK(page::escaped("abc", 3) == "abc");
}

TEST_CASE("numbers read like numbers") {
    CHECK(page::count_text(999) == "999");
    CHECK(page::count_text(1'234'567) == "1\xE2\x80\xAF"
                                         "234\xE2\x80\xAF"
                                         "567");
    CHECK(page::rate_text(0.04) == "0");
    CHECK(page::rate_text(12.34) == "12.3");
    CHECK(page::rate_text(99.96) == "100");
    CHECK(page::span_text(-5) == "0 s");
    CHECK(page::span_text(59 * sample_s) == "59 s");
    CHECK(page::span_text(7'500 * sample_s) == "2 h 05 min");
    CHECK(page::span_text(90'000 * sample_s) == "1 d 1 h");
}

TEST_CASE("the page says the state, what is missing, since when and why") {
    const std::string html = page::render_page(sample_view(), "n0nce");

    CHECK(says(html, "<title>Not ready \xE2\x80\x93 main</title>"));
    CHECK(says(html, "Not ready</p>"));
    CHECK(says(html, "Its port &quot;lamp&quot; is offline."));
    CHECK(says(html, "since " + page::moment_text(sample_now_ns - 60 * sample_s) + " (1 min)"));
    CHECK(says(html, "/etc/tactus/tactus.toml"));
    CHECK(says(html, "2 h 05 min"));
    CHECK(says(html, "<code>output_down</code>"));
    CHECK(says(html, "Plug in its device."));
    CHECK(says(html, "<b>melody</b>: 15.5/s from desk, keys to organ"));
}

TEST_CASE("a ready daemon is said to be so, and that something unneeded is away") {
    page::view of = sample_view();
    of.is_ready = true;
    std::swap(of.missing, of.impaired);

    const std::string html = page::render_live(of);

    CHECK(says(html, "Ready</p>"));
    CHECK(says(html, "class=\"state fair\""));
    CHECK(says(html, "! away"));
}

TEST_CASE("scripts and styles carry the nonce, and nothing is loaded") {
    const std::string html = page::render_page(sample_view(), "n0nce");

    CHECK(count_of(html, "<script nonce=\"n0nce\">") == 1);
    CHECK(count_of(html, "<style nonce=\"n0nce\">") == 1);
    CHECK(count_of(html, "<script") == 1);
    CHECK_FALSE(says(html, " src="));
    CHECK_FALSE(says(html, "<link"));
    CHECK_FALSE(says(html, " style="));
    CHECK_FALSE(says(html, "url("));
    CHECK_FALSE(says(html, "http:"));
}

TEST_CASE("foreign text never becomes markup, wherever it stands") {
    page::view of = sample_view();
    const std::string evil(hostile);
    of.name = of.version = of.build = evil;
    of.config_paths = {evil};
    of.reload = {true, sample_now_ns, evil};
    of.missing = {{evil, evil, 0}};
    of.impaired = {{evil, evil, 0}};
    of.inputs[0].name = of.outputs[0].name = of.routes[0].name = evil;
    of.outputs[1].ports = {{evil, false, 0}, {evil, true, 0}};
    of.losses = {{page::loss_kind::refused, evil, evil, evil, 1, 1, false}};

    const std::string html = page::render_page(of, "n0nce");

    CHECK(count_of(html, "<script") == 1);
    CHECK(count_of(html, "</script>") == 1);
    CHECK_FALSE(says(html, "alert(1)<"));
    CHECK_FALSE(says(html, "\x1b"));
    CHECK_FALSE(says(html, "\xff"));
    CHECK(says(html, "&lt;script&gt;"));
}

TEST_CASE("the live part is one line: it is one message of the stream") {
    page::view of = sample_view();
    of.missing[0].why = "two\r\nlines";

    const std::string live = page::render_live(of);

    CHECK_FALSE(says(live, "\n"));
    CHECK_FALSE(says(live, "\r"));
    CHECK(says(page::render_page(of, "n0nce"), live));
}

TEST_CASE("an empty configuration is said to be empty") {
    page::view of;
    of.name = "main";
    of.state = "running";
    of.is_ready = true;

    const std::string html = page::render_page(of, "n0nce");

    CHECK(says(html, "There are no routes, so no event goes anywhere."));
    CHECK(says(html, "Nothing is configured."));
    CHECK_FALSE(says(html, "class=\"map"));
    CHECK(says(html, "[[input]]"));
    CHECK(says(html, "[[output]]"));
    CHECK(says(html, "Nothing since the start."));
    CHECK(says(html, "Nothing was sent in the last minute."));
}

TEST_CASE("the map draws 64 outputs, and says when there are more than it draws") {
    page::view of = sample_view();
    of.outputs.assign(64, end_named("out", 1));
    of.routes = {{"all", {0}, {}, 64, false}};
    for (std::size_t i = 0; i < of.outputs.size(); ++i) {
        of.outputs[i].name += std::to_string(i);
        of.routes[0].to.push_back(i);
    }
    std::string drawn;
    page::append_map(drawn, of);
    CHECK(count_of(drawn, "<path class=\"line") == 2 * (1 + 64)); // in both sizes
    CHECK(says(drawn, ">out63<"));
    CHECK_FALSE(says(drawn, "at most"));

    of.outputs.push_back(end_named("one-more"));
    of.routes[0].to.push_back(64);
    drawn.clear();
    page::append_map(drawn, of);
    CHECK_FALSE(says(drawn, "one-more"));
    CHECK(says(drawn, "at most"));
    CHECK(says(page::render_live(of), "one-more"));
}

TEST_CASE("a map of everything to everything has a bounded number of lines") {
    page::view of;
    of.state = "running";
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < 256; ++i) {
        of.inputs.push_back(end_named("in" + std::to_string(i)));
        of.outputs.push_back(end_named("out" + std::to_string(i)));
        all.push_back(i);
    }
    of.routes.assign(300, {"route", all, all, 1, false});

    const std::string live = page::render_live(of);

    CHECK(count_of(live, "<path class=\"line") == 2 * page::map_lines_max);
    CHECK(live.size() < 1'000'000);
}

TEST_CASE("of an output with a hundred ports, those that are away are named first") {
    page::view of = sample_view();
    std::vector<page::port_line>& ports = of.outputs[0].ports;
    for (int i = 0; i < 100; ++i) {
        ports.push_back({"port-" + std::to_string(i), i != 99, sample_now_ns - 120 * sample_s});
    }

    const std::string live = page::render_live(of);

    CHECK(says(live, "99 of 100 ports up"));
    CHECK(live.find("port-99") < live.find("port-0<"));
    CHECK(says(live, "and 88 more"));
}

TEST_CASE("what was lost lately stands before what was lost long ago, and intent comes last") {
    page::view of = sample_view();
    using enum page::loss_kind;
    of.losses = {{dropped, "organ", "throttled", "", 900, 900, true},
                 {dropped, "organ", "too_late", "", 0, 50, false},
                 {refused, "desk", "rate", "Raise `rate`.", 2, 2, false}};

    const std::string live = page::render_live(of);

    CHECK(live.find(">rate<") < live.find(">throttled<"));
    CHECK(live.find(">throttled<") < live.find(">too_late<"));
    CHECK(says(live, "Raise <code>rate</code>."));
    CHECK(says(live, "<dt>Lost, last minute</dt><dd><span aria-hidden=\"true\">! </span>2</dd>"));
}

TEST_CASE("lateness is told in words against 1 ms and 5 ms") {
    const page::view of = sample_view();
    CHECK(page::later_than(of.outputs[0].late, 1'000'000) == 2);
    CHECK(page::later_than(of.outputs[0].late, 5'000'000) == 1);
    CHECK(page::share_text(of.outputs[0].late, 0.5) == "within 100 \xC2\xB5s");
    CHECK(page::share_text({}, 0.5).empty());

    std::string drawn;
    page::append_lateness(drawn, of.outputs[0].late);

    CHECK(says(drawn, "<b>5</b> sent, half of them within 100 \xC2\xB5s"));
    CHECK(says(drawn, "<b>2</b> later than 1 ms, <b>1</b> later than 5 ms"));
    CHECK(count_of(drawn, "<rect class=\"good\"") == 2);
    CHECK(count_of(drawn, "<rect class=\"late\"") == 1);
}

TEST_CASE("every reason has a cure") {
    for (std::size_t i = 0; i < flow::rejected_names.size(); ++i) {
        CHECK(page::cure_of(static_cast<flow::rejected>(i)).ends_with('.'));
    }
    for (std::size_t i = 0; i < flow::unrouted_names.size(); ++i) {
        CHECK(page::cure_of(static_cast<flow::unrouted>(i)).ends_with('.'));
    }
    for (std::size_t i = 0; i < flow::dropped_names.size(); ++i) {
        CHECK(page::cure_of(static_cast<flow::dropped>(i)).ends_with('.'));
    }
}

TEST_CASE("the tap is not offered to the network") {
    page::view of = sample_view();
    CHECK(says(page::render_page(of, "n"), ">Open the tap<"));
    of.has_tap = false;
    CHECK_FALSE(says(page::render_page(of, "n"), ">Open the tap<"));
    CHECK(says(page::render_page(of, "n"), "<code>tactus tap</code>"));
}
