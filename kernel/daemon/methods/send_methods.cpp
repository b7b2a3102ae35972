// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/send_methods.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/coro/event_deadline.hpp"
#include "kernel/daemon/methods/explain_method.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace tactus::daemon {
namespace {

using control::method_result;
using control::rpc_code;
using control::rpc_error;

constexpr double ns_per_s = 1e9;
constexpr double length_max_s = static_cast<double>(flow::note_length_max_ns) / ns_per_s;

unexpected<rpc_error> refuse(std::string text, rpc_code code = rpc_code::invalid_params) {
    return unexpected<rpc_error>({code, std::move(text)});
}

// Of MIDI written as OSC: the name in the address.
const flow::source_input& the_operator() {
    static const flow::source_input made{"send", {}, false};
    return made;
}

template <class Reason, std::size_t N>
std::string_view changed(const flow::counts_by<Reason, N>& before,
                         const flow::counts_by<Reason, N>& after,
                         const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
        if (after.of(static_cast<Reason>(i)) != before.of(static_cast<Reason>(i))) {
            return names[i];
        }
    }
    return {};
}

bool is_note_on(const control::event_bytes& event) noexcept {
    return event.protocol == TACTUS_PROTO_MIDI && codec::midi_view{event.bytes}.is_note_on();
}

std::array<std::uint8_t, 3> end_of(const control::event_bytes& note_on) noexcept {
    return codec::note_off(note_on.bytes[0] & 0x0F, note_on.bytes[1]);
}

std::string_view result_of(const flow::event_outcome& what) noexcept {
    switch (what.kind) {
    case flow::outcome_kind::rejected:
        return "rejected";
    case flow::outcome_kind::unrouted:
        return "unrouted";
    case flow::outcome_kind::dropped:
        return "dropped";
    case flow::outcome_kind::late:
    case flow::outcome_kind::sent:
        break;
    }
    return "sent";
}

} // namespace

send_methods::send_methods(const parts& of)
    : of_(of), sent_(of.fan_out, of.dispatcher), direct_(of.dispatcher) {}

result<send_methods::order, rpc_error> send_methods::read_order(const control::params& with) const {
    if (of_.settings.inputs.size() > flow::outcome_observers::operator_owner) {
        return refuse("A daemon with 256 inputs cannot send an operator's events.",
                      rpc_code::failed);
    }
    result<control::event_bytes> event = control::read_event(with);
    if (!event) {
        return refuse(event.error().text);
    }
    order made;
    made.event = std::move(*event);
    made.now_ns = of_.reactor.clock().now_ns();
    made.due_ns = made.now_ns;
    if (const result<void, rpc_error> read = read_times(with, made); !read) {
        return unexpected<rpc_error>(read.error());
    }
    return made;
}

result<void, rpc_error> send_methods::read_times(const control::params& with, order& into) const {
    const result<std::optional<double>> at = with.number("at");
    const result<std::optional<double>> after = with.number("after");
    const result<std::optional<double>> length = with.number("for");
    for (const auto* const each : {&at, &after, &length}) {
        if (!*each) {
            return refuse(each->error().text);
        }
    }
    const double max_s = static_cast<double>(of_.settings.time.max_ahead_ns) / ns_per_s;
    double lead_s = after->value_or(0);
    if (*at) {
        lead_s = **at - static_cast<double>(of_.reactor.clock().unix_ns()) / ns_per_s;
    }
    if ((*at && *after) || !std::isfinite(lead_s)) {
        return refuse("Give either \"at\", in seconds since 1970, or \"after\", in seconds.");
    }
    if (lead_s > max_s) {
        return refuse("The event is due more than [time] max_ahead from now, which is " +
                      std::to_string(static_cast<std::int64_t>(max_s)) + " s.");
    }
    if (lead_s < -max_s) {
        return refuse("The event was due longer ago than [time] max_ahead, which is " +
                      std::to_string(static_cast<std::int64_t>(max_s)) +
                      " s; \"at\" is in seconds since 1970, \"after\" in seconds from now.");
    }
    into.due_ns += static_cast<std::int64_t>(lead_s * ns_per_s);
    if (!*length) {
        return {};
    }
    if (!is_note_on(into.event)) {
        return refuse("\"for\" needs a note-on: \"midi\" as in \"90 3c 64\".");
    }
    if (!(**length > 0 && **length <= length_max_s)) {
        return refuse("\"for\" must be above 0 and at most 86400 seconds.");
    }
    into.length_ns = std::max<std::int64_t>(static_cast<std::int64_t>(**length * ns_per_s), 1);
    return {};
}

method_result send_methods::send(const control::params& with) {
    const auto output = find_named(of_.settings, false, with);
    if (!output) {
        return unexpected<rpc_error>(output.error());
    }
    const result<order, rpc_error> what = read_order(with);
    if (!what) {
        return unexpected<rpc_error>(what.error());
    }
    const std::shared_ptr<sending> of = sent_.begin();
    of->place = *output;
    of->place_name = of_.settings.outputs[*output].name;
    of->last_due_ns = std::max(what->due_ns, what->now_ns) + what->length_ns;
    tactus_event packet{};
    packet.tag = of->number;
    codec::osc_message osc;
    flow::message one;
    one.from = &the_operator();
    one.packet = &packet;
    one.bytes = what->event.bytes;
    one.arrival_ns = what->now_ns;
    one.due_ns = what->due_ns;
    one.flags = what->due_ns > what->now_ns ? TACTUS_EVENT_TIMED : 0;
    if (what->event.protocol == TACTUS_PROTO_OSC) {
        osc = codec::split_message(what->event.bytes);
        one.osc = &osc;
    }
    const flow::direct_sender::sent done = direct_.send(*output, one, what->length_ns);
    if (done.why && of->outcomes.empty()) { // not even queued, and so not told
        flow::event_outcome lost;
        lost.kind = flow::outcome_kind::dropped;
        lost.reason = flow::dropped_names[static_cast<std::size_t>(*done.why)];
        lost.output = *output;
        of->outcomes.push_back(sent_.told(lost));
    }
    of->expect(done.why ? of->outcomes.size() : done.deliveries);
    if (!done.no_form.empty()) {
        sent_.rest();
        return refuse("The event was not sent: " + done.no_form + ".", rpc_code::failed);
    }
    std::string text;
    json_writer json(text);
    json.begin_object()
        .member("number", of->number)
        .member("output", of_.settings.outputs[*output].name);
    json.end_object();
    return text;
}

// Deliveries that outputs accepted from routes, and that rate gates did not hold back.
std::uint64_t send_methods::accepted() const noexcept {
    std::uint64_t sum = 0;
    for (std::uint16_t i = 0; i < of_.settings.outputs.size(); ++i) {
        const flow::output_ledger& ledger = of_.dispatcher.outputs().at(i).ledger;
        sum += ledger.accepted_by.of(flow::origin::route) -
               ledger.dropped_by.of(flow::dropped::throttled) -
               ledger.dropped_by.of(flow::dropped::unchanged);
    }
    return sum;
}

void send_methods::emit(std::uint16_t input, std::uint32_t number, const order& what,
                        std::span<const std::uint8_t> bytes, std::uint16_t flags,
                        std::int64_t due_ns) {
    tactus_event event{};
    event.due_ns = due_ns > what.now_ns ? due_ns : 0;
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.tag = number;
    event.protocol = what.event.protocol;
    event.flags = flags;
    tactus_batch batch{};
    batch.struct_size = sizeof batch;
    batch.count = 1;
    batch.event_stride = sizeof event;
    batch.flags = TACTUS_BATCH_DROPPABLE;
    batch.events = &event;
    static_cast<void>(of_.ingress.emit(input, batch, flow::emitter::operator_));
}

method_result send_methods::send_as_input(const control::params& with) {
    const auto input = find_named(of_.settings, true, with);
    if (!input) {
        return unexpected<rpc_error>(input.error());
    }
    const result<order, rpc_error> what = read_order(with);
    if (!what) {
        return unexpected<rpc_error>(what.error());
    }
    const std::shared_ptr<sending> of = sent_.begin();
    of->is_as_input = true;
    of->place = *input;
    of->place_name = of_.settings.inputs[*input].name;
    of->last_due_ns = std::max(what->due_ns, what->now_ns) + what->length_ns;
    const std::size_t routes = of_.settings.routes.size();
    std::vector<flow::route_counts> before;
    for (std::size_t i = 0; i < routes; ++i) {
        before.push_back(of_.fan_out.counts(static_cast<std::uint16_t>(i)));
    }
    const flow::input_ledger ledger = of_.ingress.at(*input).ledger;
    const std::uint64_t accepted_before = accepted();
    emit(*input, of->number, *what, what->event.bytes, 0, what->due_ns);
    const flow::input_ledger& now = of_.ingress.at(*input).ledger;
    std::string text;
    json_writer json(text);
    json.begin_object().member("number", of->number);
    json.member("input", of_.settings.inputs[*input].name);
    const bool is_routed = now.routed != ledger.routed;
    const bool is_refused = now.rejected_by.total() != ledger.rejected_by.total();
    json.member("result", is_routed ? "routed" : is_refused ? "rejected" : "unrouted");
    if (!is_routed) {
        json.member("reason",
                    is_refused
                        ? changed(ledger.rejected_by, now.rejected_by, flow::rejected_names)
                        : changed(ledger.unrouted_by, now.unrouted_by, flow::unrouted_names));
    }
    json.begin_list("routes");
    for (std::size_t i = 0; i < routes; ++i) {
        const std::string_view end = changed(
            before[i], of_.fan_out.counts(static_cast<std::uint16_t>(i)), flow::route_result_names);
        if (!end.empty()) {
            json.begin_object().member("route", config::route_name(of_.settings, i));
            json.member("line", of_.settings.routes[i].where.line).member("result", end);
            json.end_object();
        }
    }
    json.end_list().end_object();
    if (is_routed && what->length_ns > 0) {
        of->note_end = end_of(what->event);
        emit(*input, of->number, *what, *of->note_end, TACTUS_EVENT_CRITICAL,
             std::max(what->due_ns, what->now_ns) + what->length_ns);
    }
    of->outcomes.erase(std::remove_if(of->outcomes.begin(), of->outcomes.end(),
                                      [](const sending::told& each) {
                                          return each.kind == flow::outcome_kind::rejected ||
                                                 each.kind == flow::outcome_kind::unrouted;
                                      }),
                       of->outcomes.end());
    of->expect(accepted() - accepted_before);
    sent_.rest();
    return text;
}

result<std::shared_ptr<sending>, rpc_error>
send_methods::find_sending(const control::params& with) const {
    const result<std::optional<double>> number = with.number("number");
    if (!number || !*number) {
        return refuse("The parameter \"number\" must be the number that `send` or "
                      "`send_as_input` answered.");
    }
    const bool is_possible = **number >= 1 && **number <= static_cast<double>(0xFFFFFF);
    std::shared_ptr<sending> found =
        is_possible ? sent_.find(static_cast<std::uint32_t>(**number)) : nullptr;
    if (found == nullptr) {
        return refuse("Nothing was sent under that number, or 64 others were sent since.");
    }
    return found;
}

// Waiting events are cancelled, and a note that has begun is ended, unless another sender holds it.
// If routes made something else than a note of it, only its end at the input can end that.
method_result send_methods::take_back(const control::params& with) {
    const auto found = find_sending(with);
    if (!found) {
        return unexpected<rpc_error>(found.error());
    }
    sending& of = **found;
    std::uint64_t cancelled = 0;
    if (!of.settled.is_set()) {
        cancelled = of_.dispatcher.silencer().take_back_sender(
            flow::tag_of(flow::outcome_observers::operator_owner, of.number));
        of.is_taken_back = true;
        if (of.note_end && of.is_as_input && of.is_begun() &&
            of_.settings.inputs[of.place].name == of.place_name) {
            order now;
            now.now_ns = of_.reactor.clock().now_ns();
            now.event.protocol = TACTUS_PROTO_MIDI;
            emit(of.place, of.number, now, *of.note_end,
                 TACTUS_EVENT_CRITICAL | TACTUS_EVENT_SPARE_OTHERS, now.now_ns);
        }
        of.settled.set();
        sent_.rest();
    }
    std::string text;
    json_writer(text).begin_object().member("cancelled", cancelled).end_object();
    return text;
}

tactus::task<method_result> send_methods::outcome(const control::params& with) {
    const auto found = find_sending(with);
    if (!found) {
        co_return unexpected<rpc_error>(found.error());
    }
    const std::shared_ptr<sending> of = *found;
    const coro::event_deadline deadline(of_.reactor, of->last_due_ns + patience_ns, of->settled);
    tactus::event& settled = of->settled;
    co_await settled.wait();
    sent_.rest();
    std::string text;
    json_writer json(text);
    json.begin_object().member("number", of->number).member("taken_back", of->is_taken_back);
    json.begin_list("deliveries");
    for (const sending::told& each : of->outcomes) {
        json.begin_object().member("output", sent_.output_name(each));
        json.member("result", result_of(each));
        if (each.kind == flow::outcome_kind::dropped) {
            json.member("reason", each.reason);
        } else {
            json.member("late_s",
                        static_cast<double>(std::max<std::int64_t>(each.late_ns, 0)) / ns_per_s, 6);
        }
        json.end_object();
    }
    const std::size_t known = std::min(of->outcomes.size(), of->expected);
    json.end_list().member("unknown", of->expected - known).end_object();
    co_return text;
}

} // namespace tactus::daemon
