// SPDX-License-Identifier: MIT
// What is said of events that outputs gave up and inputs refused, and how often, in virtual time.
#include "kernel/daemon/reports/loss_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_reactor.hpp"

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using daemon::loss_report;
using flow::dropped;

constexpr std::int64_t ms_ns = 1'000'000;

namespace {

struct loss_case {
    manual_reactor reactor;
    flow_fixture fixture{reactor};
    loss_report report{fixture.dispatcher.account(), fixture.ingress, fixture.fan_out, fixture.log};

    loss_case() {
        report.add_output(0, "desk");
        report.add_output(1, "organ");
        report.add_input(0, "keys");
        report.add_input(1, "page");
    }
    void drop(std::uint16_t output, dropped reason, int n) {
        for (int i = 0; i < n; ++i) {
            fixture.dispatcher.enqueuer().refuse(output, reason);
        }
    }
    void refuse(std::uint16_t input, std::string_view reason, std::uint64_t n) {
        REQUIRE(fixture.ingress.reject(input, n, reason));
    }
    void emit(std::uint16_t input, std::int64_t due_ns = 0) {
        fixture.ingress.emit(input, single(osc_n, 0, due_ns).batch);
    }
    void look_after(std::int64_t ns) {
        reactor.advance_by(ns);
        report.check(reactor.now_ns());
    }
    // As the loop does: it looks when that is wanted, and else sleeps.
    void sleep_for(std::int64_t ns) {
        const std::int64_t end_ns = reactor.now_ns() + ns;
        while (report.wanted_ns() <= end_ns) {
            look_after(std::max<std::int64_t>(report.wanted_ns() - reactor.now_ns(), 0));
        }
        reactor.advance_by(end_ns - reactor.now_ns());
    }
    // Lines come in order: what was written before `mark` is all there was.
    std::vector<std::string> lines() {
        fixture.log.error(base::log_event::plugin, "mark");
        std::vector<std::string> read;
        for (std::string line = fixture.pipe.read_line(); line.find("mark") == std::string::npos;
             line = fixture.pipe.read_line()) {
            read.push_back(line);
        }
        return read;
    }
};

TEST_CASE_METHOD(loss_case, "an output that gives events up is named with the reasons") {
    drop(1, dropped::output_error, 52);
    drop(1, dropped::output_down, 3);

    look_after(0);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output=organ") && Contains("count=55") &&
                            Contains("output_down 3, output_error 52"));
}

TEST_CASE_METHOD(loss_case, "what is lost once more is told within a second, whatever follows") {
    drop(0, dropped::output_down, 1);
    look_after(0);
    REQUIRE(lines().size() == 1);
    CHECK(report.wanted_ns() == loss_report::never_ns);

    reactor.advance_by(
        GENERATE(as<std::int64_t>(), 1, 50 * ms_ns, 900 * ms_ns, 1'500 * ms_ns, 60'000 * ms_ns));
    drop(0, dropped::output_down, 4);
    look_after(0); // the last turn for hours
    sleep_for(1'000 * ms_ns);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output=desk") && Contains("count=4"));
    CHECK(report.wanted_ns() == loss_report::never_ns); // nothing left to wake for
}

TEST_CASE_METHOD(loss_case, "a turn in which nothing is lost wants no other, however soon") {
    drop(0, dropped::output_down, 1);
    look_after(0);
    REQUIRE(lines().size() == 1);

    look_after(0);
    look_after(loss_report::check_ns / 2);

    CHECK(report.wanted_ns() == loss_report::never_ns);
}

TEST_CASE_METHOD(loss_case, "what made room for others is told") {
    flow::output_settings small;
    small.limits = {{10, 1 << 20}, flow::when_full::drop_oldest};
    const std::uint16_t output = fixture.dispatcher.add_output(small).value();
    report.add_output(output, "small");
    flow::delivery what;
    what.due_ns = reactor.now_ns() + 60'000 * ms_ns;
    const std::array<std::byte, 4> payload = {std::byte{'/'}, std::byte{'a'}};
    what.source.bytes = payload;
    what.source.protocol = TACTUS_PROTO_OSC;
    for (int i = 0; i < 12; ++i) {
        fixture.dispatcher.enqueuer().deliver(output, what);
    }

    look_after(0);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output=small") && Contains("queue_full 3"));
}

TEST_CASE_METHOD(loss_case,
                 "while losses go on there is a line in ten seconds, then one at the end") {
    constexpr int seconds = 35;
    for (int i = 0; i < seconds * 10; ++i) {
        drop(0, dropped::output_down, 1);
        look_after(0);
        sleep_for(100 * ms_ns);
    }
    sleep_for(1'000 * ms_ns);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1 + seconds / 10 + 1);
    CHECK_THAT(said[0], Contains("count=1 "));
    CHECK_THAT(said[1], Contains("count=99 ")); // after ten seconds sharp
    CHECK_THAT(said[2], Contains("count=100 "));
    CHECK_THAT(said.back(), Contains("count=50 "));
}

TEST_CASE_METHOD(loss_case, "a loss of another kind is told at once, while others go on") {
    for (int i = 0; i < 30; ++i) {
        drop(0, dropped::output_down, 1);
        look_after(0);
        sleep_for(100 * ms_ns);
    }
    REQUIRE(lines().size() == 1);

    drop(0, dropped::no_memory, 1);
    look_after(0);
    sleep_for(loss_report::check_ns);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("no_memory 1"));
}

TEST_CASE_METHOD(loss_case, "losses that come singly for hours are told in ten seconds at last") {
    constexpr int losses = 100;
    std::size_t told = 0;
    for (int i = 0; i < losses; ++i) {
        drop(0, dropped::output_down, 1);
        look_after(0);
        sleep_for(2'000 * ms_ns);
        if (i < loss_report::lines_in_a_row) {
            REQUIRE(lines().size() == 1);
            ++told;
        }
    }
    told += lines().size();

    CHECK(told <= loss_report::lines_in_a_row + losses * 2 / 10);
    CHECK(told >= losses * 2 / 10);
    sleep_for(loss_report::line_ns);
    report.finish(reactor.now_ns());
    CHECK(lines().size() <= 1);
}

TEST_CASE_METHOD(loss_case, "a turn that was not looked at is looked at later, without another") {
    drop(0, dropped::output_error, 1);
    look_after(0);
    REQUIRE(lines().size() == 1);
    drop(1, dropped::output_error, 1);
    look_after(1);
    REQUIRE(lines().empty());

    sleep_for(loss_report::check_ns);

    CHECK(lines().size() == 1);
    CHECK(report.wanted_ns() == loss_report::never_ns);
}

TEST_CASE_METHOD(loss_case, "the line of one output does not cost another its own") {
    drop(0, dropped::output_down, 1);
    look_after(0);
    drop(1, dropped::too_late, 1);

    look_after(loss_report::check_ns);

    CHECK(lines().size() == 2);
}

TEST_CASE_METHOD(loss_case, "the end tells what no line has told, and only that") {
    drop(0, dropped::output_stalled, 1);
    look_after(0);
    report.finish(reactor.now_ns());
    REQUIRE(lines().size() == 1);
    drop(0, dropped::output_stalled, 2);

    report.finish(reactor.now_ns());

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output_stalled 2"));
}

TEST_CASE_METHOD(loss_case, "what was meant, or is told by its address, is not said") {
    for (const dropped reason :
         {dropped::cancelled, dropped::stop, dropped::outdated, dropped::throttled,
          dropped::unchanged, dropped::unsupported_type, dropped::untranslatable}) {
        drop(0, reason, 1);
    }

    look_after(0);
    report.finish(reactor.now_ns());

    CHECK(lines().empty());
}

TEST_CASE_METHOD(loss_case, "an input that refuses events is named with the reasons") {
    refuse(1, "rate", 50);
    refuse(1, "malformed", 2);

    look_after(0);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("input=page") && Contains("count=52") &&
                            Contains("malformed 2, rate 50") && Contains("check first its `rate`"));
}

TEST_CASE_METHOD(loss_case, "events that no route takes are named beside what was refused") {
    fixture.fan_out.configure(flow::router());
    emit(0);
    emit(0);
    emit(0, reactor.now_ns() + 3'600'000'000'000);

    look_after(0);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("input=keys") && Contains("count=3") &&
                            Contains("too_far_ahead 1, no_route 2") &&
                            Contains("the `address` of its routes: none matches them."));
}

TEST_CASE_METHOD(loss_case,
                 "what only finds no route is said once, beside others, and at the end") {
    fixture.fan_out.configure(flow::router());
    emit(0);
    look_after(0);
    REQUIRE(lines().size() == 1);

    for (int i = 0; i < 5; ++i) {
        emit(0);
        look_after(20'000'000'000);
    }
    CHECK(lines().empty());
    refuse(0, "rate", 2);
    look_after(20'000'000'000);
    const std::vector<std::string> beside = lines();
    REQUIRE(beside.size() == 1);
    CHECK_THAT(beside[0], Contains("rate 2, no_route 5"));
    emit(0);
    report.finish(reactor.now_ns());

    const std::vector<std::string> last = lines();
    REQUIRE(last.size() == 1);
    CHECK_THAT(last[0], Contains("no_route 1"));
}

TEST_CASE_METHOD(loss_case, "who asks for a name in vain is named with it, each ten seconds") {
    single one(osc_n);
    one.event.port = fixture.fan_out.names().intern("synht");
    const auto ask = [&] {
        fixture.ingress.emit(0, one.batch);
        look_after(loss_report::line_ns);
    };

    ask();
    ask();

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[1], Contains("input=keys count=1 why=\"unknown_port 1\" asked_for=synht") &&
                            Contains("check first the name that they ask for"));
}

TEST_CASE_METHOD(loss_case, "of a name that was asked for in vain those are named that have it") {
    single one(osc_n);
    const auto ask = [&](const char* name) {
        one.event.port = fixture.fan_out.names().intern(name);
        fixture.ingress.emit(0, one.batch);
        look_after(loss_report::line_ns);
        const std::vector<std::string> said = lines();
        REQUIRE(said.size() == 1);
        return said[0];
    };
    (void)fixture.dispatcher.connections().ports(0).add("Rack:bass", "", true);
    (void)fixture.dispatcher.connections().ports(1).add("Rack2:bass", "", true);

    CHECK_THAT(ask("bass"), Contains("several outputs or ports have it") &&
                                Contains("why=\"ambiguous_port 1\" asked_for=bass "
                                         "candidates=\"Rack:bass, Rack2:bass\""));
    CHECK_THAT(ask("Rock:bass"), Contains("asked_for=Rock:bass did_you_mean=Rack:bass"));
    CHECK_THAT(ask("piano"), Contains("asked_for=piano") && !Contains("did_you_mean"));
}

TEST_CASE_METHOD(loss_case, "what the file filters out is counted, and not said") {
    flow::route picky{{0}, std::nullopt, {1}};
    picky.filter.kinds = flow::kind_note;
    fixture.fan_out.configure(flow::router({picky}));
    emit(0);

    look_after(0);
    report.finish(reactor.now_ns());

    CHECK(fixture.ingress.at(0).ledger.unrouted_by.of(flow::unrouted::filtered) == 1);
    CHECK(lines().empty());
}

TEST_CASE_METHOD(loss_case, "for each reason but closed and muted a line says what to look at") {
    for (const std::string_view reason : flow::rejected_names) {
        refuse(0, reason, 1);

        look_after(loss_report::line_ns);

        const std::vector<std::string> said = lines();
        INFO(reason);
        REQUIRE(said.size() == (reason == "closed" || reason == "muted" ? 0 : 1));
        if (!said.empty()) {
            CHECK_THAT(said[0],
                       Contains("input=keys count=1 why=\"" + std::string(reason) + " 1\""));
            CHECK_THAT(said[0], !Contains("check first ."));
        }
    }
}

TEST_CASE_METHOD(loss_case, "an input's further refusals are told a moment later, and at the end") {
    refuse(0, "malformed", 1);
    look_after(0);
    refuse(0, "malformed", 4);
    refuse(1, "malformed", 1); // its own line is another's
    look_after(loss_report::check_ns);
    REQUIRE(lines().size() == 2);

    sleep_for(1'000 * ms_ns);
    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("input=keys") && Contains("count=4"));

    refuse(0, "malformed", 2);
    report.finish(reactor.now_ns());
    CHECK_THAT(lines().at(0), Contains("count=2"));
}

TEST_CASE_METHOD(loss_case, "an input is told of at once after a look that found nothing") {
    look_after(0);
    refuse(0, "malformed", 1);

    look_after(1);
    REQUIRE(lines().size() == 1);

    refuse(1, "malformed", 1); // not at each turn
    look_after(1);
    CHECK(lines().empty());
    look_after(loss_report::check_ns);
    CHECK(lines().size() == 1);
}

TEST_CASE_METHOD(loss_case, "an input and an output of the same number have a line each") {
    refuse(0, "malformed", 1);
    drop(0, dropped::output_down, 1);

    look_after(0);

    CHECK(lines().size() == 2);
}

} // namespace
