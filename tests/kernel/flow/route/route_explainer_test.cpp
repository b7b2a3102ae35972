// SPDX-License-Identifier: MIT
// What the explainer says of an event, against what really becomes of it: random routes, random
// events. TACTUS_SEED repeats a run.
#include "kernel/flow/route/route_explainer.hpp"

#include "kernel/codec/midi.hpp"

#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <span>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint16_t inputs_count = 2; // the second resolves patterns in addresses
constexpr std::uint16_t outputs_count = 4;
constexpr std::array<std::uint32_t, outputs_count> takes = {takes_osc, takes_midi,
                                                            takes_osc | takes_midi, 0};

class generator {
public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template <class Range>
    auto& any(Range& of) {
        return of[below(std::size(of))];
    }

    route any_route() {
        route made;
        made.inputs = one_in(2)   ? std::vector<std::uint16_t>{0, 1}
                      : one_in(2) ? std::vector<std::uint16_t>{0}
                                  : std::vector<std::uint16_t>{1};
        constexpr std::array addresses = {"/a",   "/b/c", "/x/note_on", "/*",   "/{a,d}",
                                          "/b/?", "/x/*", "/cc",        "/b/*", "/x/[a-n]ote_on"};
        if (!one_in(3)) {
            made.address = tactus::codec::osc_pattern::compile(any(addresses)).value();
        }
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            if (one_in(2)) {
                made.outputs.push_back(i);
            }
        }
        if (made.outputs.empty()) {
            made.outputs.push_back(static_cast<std::uint16_t>(below(outputs_count)));
        }
        any_filter(made.filter);
        if (one_in(3)) {
            made.as = any_translation();
        }
        if (one_in(8)) {
            made.gate.dedupe = true;
        }
        return made;
    }

    wire::bytes any_osc() {
        constexpr std::array addresses = {"/a",         "/b/c",   "/x/note_on", "/y/note_off",
                                          "/q/control", "/d",     "/nothing",   "/x/program",
                                          "/*",         "/{a,b}", "/x/*"};
        wire::bytes made;
        const std::string address = any(addresses);
        const std::size_t count = below(4);
        made.assign(address.begin(), address.end());
        made.resize(made.size() / 4 * 4 + 4);
        std::string types = ",";
        wire::bytes arguments;
        for (std::size_t i = 0; i < count; ++i) {
            if (one_in(5)) {
                types += 's';
                arguments = arguments + wire::raw("abc");
            } else {
                types += 'i';
                arguments = arguments + wire::big_endian(below(140), 4);
            }
        }
        made.insert(made.end(), types.begin(), types.end());
        made.resize(made.size() / 4 * 4 + 4);
        return made + arguments;
    }

    wire::bytes any_midi() {
        const auto byte = [this] { return static_cast<std::uint8_t>(below(128)); };
        switch (below(9)) {
        case 0:
            return {0xF8};
        case 1:
            return {0xF0, 0x7E, byte(), 0xF7};
        case 2:
            return {static_cast<std::uint8_t>(0xC0 | below(16)), byte()};
        default:
            return {static_cast<std::uint8_t>((0x80 + 16 * below(4)) | below(16)), byte(), byte()};
        }
    }

private:
    void any_filter(event_filter& into) {
        if (one_in(4)) {
            into.kinds = any(kind_words).kinds;
        }
        if (one_in(6)) {
            into.channel = any_range(16);
        }
        if (one_in(6)) {
            into.note = any_range(127);
        }
        if (one_in(8)) {
            into.controller = any_range(127);
        }
        constexpr std::array conditions = {
            "$1 > 60",    "$velocity > 50",   "$2 < 100 or $note > 3",
            "$*1 == 'a'", "$address == '/a'", "$input == 'in'"};
        while (one_in(3)) {
            into.conditions.push_back(expression::compile(any(conditions)).value());
        }
    }
    number_range any_range(std::size_t most) {
        const auto low = static_cast<double>(below(most));
        return {low, low + static_cast<double>(below(most))};
    }
    translation any_translation() {
        if (one_in(3)) {
            osc_maker maker;
            maker.address = address_template::compile(one_in(2) ? "/made/$1" : "/made").value();
            return {maker};
        }
        midi_maker maker;
        if (one_in(3)) {
            maker.transpose = expression::compile("12").value();
            return {maker};
        }
        maker.makes = one_in(2) ? midi_maker::form::note : midi_maker::form::cc;
        maker.note = expression::compile(one_in(2) ? "$1" : "$note + 1").value();
        maker.controller = expression::compile("$1").value();
        maker.value = expression::compile("$2 ?? 5").value();
        if (one_in(3)) {
            maker.length = expression::compile("0.5").value();
        }
        return {maker};
    }

    std::mt19937_64 random_;
};

class comparison {
public:
    explicit comparison(generator& with) {
        for (std::uint16_t i = 0; i < inputs_count; ++i) {
            static_cast<void>(flow.add_input(
                input_settings{.dispatches_patterns = i == 1, .name = i == 0 ? "in" : "page"}));
        }
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            if (takes[i] == 0) {
                static_cast<void>(flow.out.add_output({})); // never up
            } else {
                static_cast<void>(flow.add_output({.protocols = takes[i]}));
            }
        }
        std::vector<route> routes;
        for (std::size_t i = 1 + with.below(10); i > 0; --i) {
            routes.push_back(with.any_route());
        }
        count_ = routes.size();
        flow.configure(router(std::move(routes)));
    }

    // Explains the event, lets it happen, and compares. Returns how many routes took it.
    std::size_t check(std::uint16_t input, std::uint16_t protocol, const wire::bytes& bytes) {
        const auto said = explain(input, protocol, bytes);
        std::vector<route_counts> before;
        for (std::uint16_t i = 0; i < count_; ++i) {
            before.push_back(flow.fan.counts(i));
        }
        for (auto& each : flow.sinks) {
            each->records.clear();
        }
        static_cast<void>(flow.emit(protocol, bytes, {}, droppable, input));
        flow.drain();
        REQUIRE(flow.balanced());

        std::size_t taken = 0;
        bool is_any_gated = false;
        for (std::uint16_t i = 0; i < count_; ++i) {
            CAPTURE(i);
            const auto found = std::find_if(said.begin(), said.end(),
                                            [i](const auto& each) { return each.number == i; });
            const route_counts& after = flow.fan.counts(i);
            CHECK(after.total() - before[i].total() == (found == said.end() ? 0U : 1U));
            if (found == said.end() || after.total() == before[i].total()) {
                continue;
            }
            const route_result happened = changed(before[i], after);
            CAPTURE(route_result_names[static_cast<std::size_t>(happened)]);
            CHECK(is_as_said(*found, happened));
            taken += found->is_taken() ? 1U : 0U;
            is_any_gated = is_any_gated || found->is_gated;
        }
        if (!is_any_gated) {
            check_outputs(said);
        }
        return taken;
    }

private:
    std::vector<explained_route> explain(std::uint16_t input, std::uint16_t protocol,
                                         const wire::bytes& bytes) {
        const tactus_event packet = event_of(protocol, bytes);
        tactus::codec::osc_message osc;
        message one;
        one.input = input;
        one.from = &flow.in.at(input).from;
        one.packet = &packet;
        one.bytes = bytes;
        one.due_ns = one.arrival_ns = flow.clock.now_ns();
        if (protocol == TACTUS_PROTO_OSC) {
            REQUIRE(tactus::codec::parse_message(bytes, osc) == tactus::codec::osc_error::none);
            one.osc = &osc;
        }
        auto found = explainer_.explain(one);
        REQUIRE(found.has_value());
        return std::move(*found);
    }

    static route_result changed(const route_counts& before, const route_counts& after) {
        for (std::size_t i = 0; i < route_result_names.size(); ++i) {
            const auto each = static_cast<route_result>(i);
            if (after.of(each) != before.of(each)) {
                return each;
            }
        }
        return route_result::filtered;
    }

    static bool is_as_said(const explained_route& said, route_result happened) {
        if (said.mismatch.what != event_filter::mismatch::none) {
            return happened == route_result::filtered;
        }
        if (!said.fault.empty()) {
            return happened == route_result::untranslatable;
        }
        if (said.is_gated && happened == route_result::unchanged) {
            return true;
        }
        const bool is_sent =
            std::any_of(said.outputs.begin(), said.outputs.end(),
                        [](const explained_output& each) { return each.gets.has_value(); });
        const bool is_down =
            std::any_of(said.outputs.begin(), said.outputs.end(),
                        [](const explained_output& each) { return !each.is_known; });
        return happened == (is_sent   ? route_result::delivered
                            : is_down ? route_result::output_down
                                      : route_result::unsupported_type);
    }

    // A route without `as` adds to the outputs that get the event itself, each once; what one with
    // `as` makes is sent besides.
    void check_outputs(const std::vector<explained_route>& said) {
        for (std::uint16_t output = 0; output < outputs_count; ++output) {
            if (takes[output] == 0) {
                continue;
            }
            std::vector<std::string> expected;
            bool has_itself = false;
            for (const explained_route& route : said) {
                for (const explained_output& each : route.outputs) {
                    if (each.output != output || !each.gets || (has_itself && !route.makes)) {
                        continue;
                    }
                    has_itself = has_itself || !route.makes;
                    add_messages(expected, *each.gets);
                }
            }
            std::vector<std::string> got;
            for (const auto& each : sink_of(output).records) {
                got.push_back(each.bytes);
            }
            std::sort(expected.begin(), expected.end());
            std::sort(got.begin(), got.end());
            CAPTURE(output);
            CHECK(got == expected);
        }
    }
    static void add_messages(std::vector<std::string>& to, const explained_event& event) {
        std::span<const std::uint8_t> rest(event.bytes);
        while (!rest.empty()) {
            const std::span<const std::uint8_t> next =
                event.protocol == TACTUS_PROTO_MIDI ? tactus::codec::midi_front(rest) : rest;
            to.emplace_back(next.begin(), next.end());
            rest = rest.subspan(next.size());
        }
    }
    tactus::testing::recording_sink& sink_of(std::uint16_t output) { return flow.sink(output); }

    flow_under_test flow;
    route_explainer explainer_{flow.fan.routes(), flow.fan.names(), flow.out, flow.clock};
    std::size_t count_ = 0;
};

} // namespace

TEST_CASE("what the explainer says of thousands of events is what becomes of them") {
    const char* const given = std::getenv("TACTUS_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261;
    CAPTURE(seed);
    generator with(seed);
    std::size_t taken = 0;
    for (int table = 0; table < 400; ++table) {
        CAPTURE(table);
        comparison routes(with);
        for (int i = 0; i < 40; ++i) {
            CAPTURE(i);
            const auto input = static_cast<std::uint16_t>(with.below(inputs_count));
            const bool is_osc = with.one_in(2);
            taken += routes.check(input, is_osc ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI,
                                  is_osc ? with.any_osc() : with.any_midi());
        }
    }
    CHECK(taken > 5000);
}

TEST_CASE("an explanation changes nothing: neither counts nor what a rate gate remembers") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    route once{{0}, std::nullopt, {0}};
    once.gate.dedupe = true;
    std::vector<route> routes;
    routes.push_back(std::move(once));
    flow.configure(router(std::move(routes)));
    route_explainer explainer(flow.fan.routes(), flow.fan.names(), flow.out, flow.clock);
    const wire::bytes bytes = osc("/a", 1);
    const tactus_event packet = event_of(TACTUS_PROTO_OSC, bytes);
    const tactus::codec::osc_message parsed = tactus::codec::split_message(bytes);
    message one;
    one.from = &flow.in.at(0).from;
    one.packet = &packet;
    one.bytes = bytes;
    one.osc = &parsed;

    const auto said = explainer.explain(one);

    REQUIRE(said.has_value());
    REQUIRE(said->size() == 1);
    CHECK((*said)[0].is_gated);
    CHECK(flow.fan.counts(0).total() == 0);
    static_cast<void>(flow.emit_osc(bytes));
    CHECK(flow.fan.counts(0).of(route_result::delivered) == 1);
}
