// SPDX-License-Identifier: MIT
// Any text as an expression and as an address, run on any OSC or MIDI message: up to the first NUL
// the text, the rest the message. What is refused has its place inside the text; what is made is
// valid.
#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "kernel/flow/route/translate/translation.hpp"

#include "tests/fuzz/claim.hpp"

#include <algorithm>

using namespace tactus;
using fuzz::claim;

namespace {

void check_error(const flow::expression_error& wrong, std::string_view text) {
    claim(wrong.offset <= text.size() && wrong.length >= 1 && !wrong.message.empty());
}

void check_midi(const flow::expression& of, const flow::event_scope& scope) {
    using form = flow::midi_maker::form;
    static std::vector<std::uint8_t> out(TACTUS_EVENT_SIZE_MAX);
    for (const form makes : {form::note, form::cc, form::bend, form::change, form::raw}) {
        flow::midi_maker plan;
        plan.makes = makes;
        plan.note = plan.velocity = plan.channel = plan.controller = plan.value = of;
        plan.length = of;
        plan.transpose = makes == form::change ? std::optional(of) : std::nullopt;
        plan.raw = {of, of, of};
        const flow::made_event made = plan.make(scope, out);
        claim(made.why != flow::fault::none ||
              codec::midi_check(std::span(out).first(made.size)) == codec::midi_error::none);
        claim(made.length_ns >= 0 && made.length_ns <= flow::midi_maker::length_max_ns);
    }
}

void check_osc(const flow::osc_maker& plan, const flow::event_scope& scope) {
    static std::vector<std::uint8_t> out(TACTUS_EVENT_SIZE_MAX);
    const flow::made_event made = plan.make(scope, out);
    claim(made.why != flow::fault::none ||
          codec::count_messages(std::span(out).first(made.size)).count == 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    const std::size_t zero = std::min(input.find('\0'), size);
    const std::string_view text = input.substr(0, zero);
    const std::span<const std::uint8_t> rest =
        std::span(bytes, size).subspan(std::min(zero + 1, size));
    codec::osc_message osc;
    flow::event_scope scope;
    const bool is_osc = codec::parse_message(rest, osc) == codec::osc_error::none;
    if (!is_osc && codec::midi_check(rest) != codec::midi_error::none) {
        static constexpr std::uint8_t note[] = {0x90, 60, 100};
        scope.midi = note;
    } else {
        scope.midi = rest;
    }
    scope.osc = is_osc ? &osc : nullptr;
    scope.input = "in";
    scope.port = "a port";

    flow::osc_maker plan;
    if (const auto compiled = flow::expression::compile(text)) {
        const flow::value found = compiled->run(scope);
        claim(found.about <= compiled->variables().size());
        check_midi(*compiled, scope);
        plan.arguments.emplace();
        plan.arguments->push_back({*compiled});
        check_osc(plan, scope);
    } else {
        check_error(compiled.error(), text);
    }
    if (const auto address = flow::address_template::compile(text)) {
        plan.address = *address;
        check_osc(plan, scope);
    } else {
        check_error(address.error(), text);
    }
    return 0;
}
