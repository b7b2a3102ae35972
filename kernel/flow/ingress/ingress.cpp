// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <utility>

namespace tactus::flow {
ingress::ingress(dispatcher& dispatcher, time::timebase& timebase, const time::clock& clock)
    : dispatcher_(dispatcher), timebase_(timebase), clock_(clock),
      translated_(TACTUS_EVENT_SIZE_MAX), renamed_(TACTUS_EVENT_SIZE_MAX),
      tidied_(TACTUS_EVENT_SIZE_MAX), watch_(dispatcher, clock) {}

void ingress::configure(const ingress_settings& settings, router routes) {
    settings_ = settings;
    timebase_.set_max_ahead(settings.max_ahead_ns);
    router_ = std::move(routes);
    choice_.forget();
    guard_.configure(settings.circles, router_.size());
    untaken_.clear();
    untaken_.reserve(router_.destinations_max());
    dispatched_.reserve(router_.rules());
    std::vector<std::vector<std::uint16_t>> outputs_of(inputs_.size());
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const auto outputs = router_.reachable(static_cast<std::uint16_t>(i));
        outputs_of[i].assign(outputs.begin(), outputs.end());
    }
    dispatcher_.queue().share_out(outputs_of);
}

result<std::uint16_t> ingress::add_input(const input_settings& settings) {
    if (inputs_.size() == inputs_max) {
        return fail(error_kind::limit, "There are more than 256 inputs.");
    }
    const auto added = static_cast<std::uint16_t>(inputs_.size());
    inputs_.push_back(std::make_unique<inlet>(added, settings));
    if (settings.pending_max != 0) {
        dispatcher_.queue().limit_input(added, settings.pending_max);
    }
    return added;
}

port_set& ingress::ports(std::uint16_t input) noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    return inputs_[input]->ports;
}

const port_set& ingress::ports(std::uint16_t input) const noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    return inputs_[input]->ports;
}

ingress::answer ingress::emit(std::uint16_t input, const tactus_batch& batch) noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    timebase_.refresh();
    watch_.begin();
    offer one{input, nullptr, clock_.now_ns(),
              (batch.flags & TACTUS_BATCH_DROPPABLE) == 0 && !is_closed_};
    const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
    for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
        one.event = reinterpret_cast<const tactus_event*>(next);
        if (i != 0 && i % packets_between_looks == 0) {
            one.now_ns = look(one, i);
        }
        if (!take(one)) {
            return {TACTUS_E_AGAIN, i};
        }
    }
    return {TACTUS_OK, batch.count};
}

// Returns false if there is no room and the input can wait; nothing is counted then.
bool ingress::take(const offer& one) noexcept {
    const tactus_event& event = *one.event;
    if (event.size > TACTUS_EVENT_SIZE_MAX) {
        refuse(one.input, rejected::too_large);
        return true;
    }
    if (event.size == 0 || event.tag > tag_max || event.group > tag_max ||
        event.port > names_.size()) {
        refuse(one.input, rejected::malformed);
        return true;
    }
    message first;
    first.input = one.input;
    first.packet = &event;
    // Whatever an input claims: nothing arrived after now, and every due time is in range.
    first.arrival_ns = event.received_ns > 0 ? std::min(event.received_ns, one.now_ns) : one.now_ns;
    first.due_ns = event.due_ns == 0 ? 0 : std::max<std::int64_t>(event.due_ns, 1);
    first.flags = event.flags & TACTUS_EVENT_CRITICAL;
    first.no_sysex = (event.flags & TACTUS_EVENT_NO_SYSEX) != 0;
    first.bytes = {event.bytes, event.size};
    switch (event.protocol) {
    case TACTUS_PROTO_OSC:
        return take_osc(first, one.can_wait);
    case TACTUS_PROTO_MIDI:
        return take_midi(first, one.can_wait);
    default:
        refuse(one.input, rejected::unsupported_type);
        return true;
    }
}

void ingress::follow(const message& packet, std::uint64_t time_tag) noexcept {
    if (sender_timeline* const sender = inputs_[packet.input]->sender.get()) {
        sender->begin_packet(time_tag, packet.arrival_ns,
                             packet.arrival_ns + timebase_.offset_ns());
    }
}

std::int64_t ingress::due_of(const message& one, std::uint64_t time_tag) noexcept {
    sender_timeline* const sender = inputs_[one.input]->sender.get();
    return sender != nullptr
               ? sender->due_of(time_tag, *one.osc)
               : std::max<std::int64_t>(timebase_.from_ntp(time_tag, one.arrival_ns), 1);
}

// The daemon's wall clock minus the sender's.
std::optional<std::int64_t> ingress::clock_offset_ns(const inlet& from) const noexcept {
    const std::optional<std::int64_t> offset_ns =
        from.sender != nullptr ? from.sender->offset_ns() : std::nullopt;
    return offset_ns ? std::optional(*offset_ns + timebase_.offset_ns()) : std::nullopt;
}

bool ingress::take_midi(message& packet, bool can_wait) noexcept {
    if ((packet.packet->flags & TACTUS_EVENT_SYSEX_PART) != 0) {
        return take_part(packet, can_wait);
    }
    const codec::midi_error error = codec::midi_check(packet.bytes);
    watch_.did(due_watch::message_steps + due_watch::copied(packet.bytes.size()));
    if (error != codec::midi_error::none) {
        refuse(packet,
               error == codec::midi_error::too_large ? rejected::too_large : rejected::malformed);
        return true;
    }
    if (packet.no_sysex && codec::midi_view{packet.bytes}.is_sysex()) {
        refuse(packet, rejected::sysex_denied);
        return true;
    }
    if (can_wait && must_wait(packet, {1, packet.bytes.size()})) {
        return false;
    }
    accept(packet);
    return true;
}

// A well-formed message: applies the limits of the input, then its due time. A panic has neither.
void ingress::accept(message& one) noexcept {
    inlet& from = *inputs_[one.input];
    if (is_closed_ && (one.flags & TACTUS_EVENT_CRITICAL) == 0) {
        refuse(one, rejected::closed);
        return;
    }
    if (one.osc != nullptr && is_panic(one.osc->address)) {
        dispatcher_.silencer().panic();
        ++from.ledger.received;
        ++from.ledger.routed;
        return;
    }
    if (!from.rate.take(one.arrival_ns)) {
        one.limited = rejected::rate;
    }
    if (one.due_ns == 0) {
        one.due_ns = one.arrival_ns;
    } else {
        const std::int64_t lead_ns = one.due_ns - one.arrival_ns;
        if (lead_ns > settings_.max_ahead_ns + note_length_max_ns) {
            refuse(one, rejected::too_far_ahead);
            return;
        }
        if (lead_ns > settings_.max_ahead_ns) {
            one.limited = rejected::too_far_ahead;
        }
        one.flags |= TACTUS_EVENT_TIMED;
    }
    if (one.limited && !may_end_something(one)) {
        refuse(one, *one.limited);
        return;
    }
    if ((one.flags & TACTUS_EVENT_TIMED) != 0 && one.limited != rejected::too_far_ahead) {
        const std::int64_t lead_ns = one.due_ns - one.arrival_ns;
        from.ledger.late_on_arrival += lead_ns < 0 ? 1 : 0;
        from.lead.record(std::max<std::int64_t>(lead_ns, 0));
    }
    ++from.ledger.received;
    one.goes_round = goes_round(one);
    route(one);
}

void ingress::route(const message& one) noexcept {
    const std::string_view address = one.osc != nullptr ? one.osc->address : std::string_view();
    targets_.clear();
    untaken_.clear();
    bad_argument_.reset();
    arguments_.forget();
    dispatched_.clear();
    if (inputs_[one.input]->dispatches_patterns && !dispatch(one, address)) {
        return;
    }
    is_muting_ = one.goes_round || guard_.is_muting(one.arrival_ns);
    if (is_muting_) {
        open_.clear();
        open_.add(targets_.all()); // found by a pattern in the address
    }
    router_.match(one.input, address, targets_, &watch_);
    if (is_muting_) {
        find_open_ways(one, address);
    }
    outcome end;
    if (router_.has_shared_rules(one.input)) {
        filter(one, end);
    }
    if (!find_meaning(one)) {
        leave_unrouted(one, unrouted::ambiguous_port);
        return;
    }
    if (opening_ != nullptr) {
        send_first_part(one, end);
        return;
    }
    send_to_targets(one, end);
    if (router_.has_own_rules(one.input)) {
        translate(one, end);
    }
    settle(one, end);
}

void ingress::send_to_targets(const message& one, outcome& end) noexcept {
    const bool is_shared = targets_.all().size() > 1 && one.bytes.size() > event_cell::inline_max;
    payload_block* block = is_shared ? dispatcher_.queue().hold(std::as_bytes(one.bytes)) : nullptr;
    const std::size_t copied = due_watch::copied(block == nullptr ? one.bytes.size() : 0);
    for (const std::uint16_t output : targets_.all()) {
        const std::optional<std::uint32_t> port = port_at(one, output, end);
        if (!port) {
            continue;
        }
        is_muted_ = is_muting_ && !open_.has(output);
        send(one, {output, *port}, block, end);
        watch_.did(due_watch::delivery_steps + copied);
    }
    if (block != nullptr) {
        dispatcher_.queue().let_go(block);
    }
    is_muted_ = false;
}

// An output that cannot take the message loses only its own delivery, if any other output takes it.
void ingress::settle(const message& one, const outcome& end) noexcept {
    input_ledger& ledger = inputs_[one.input]->ledger;
    if (observer_ != nullptr && !untaken_.empty() && !one.limited) {
        tell_untaken(one, end.delivered > 0);
    }
    if (end.delivered > 0) {
        ++ledger.routed;
        for (const untaken& each : untaken_) {
            give_up(one, each.output, each.why);
        }
    } else if (one.limited) {
        rejected_as(one, *one.limited);
    } else if (!untaken_.empty()) {
        rejected_as(one, reason_of(end));
    } else {
        leave_unrouted(one, end.why);
    }
}

// Why a message that no output could take is rejected.
rejected ingress::reason_of(const outcome& end) const noexcept {
    const auto has = [this](dropped why) {
        return std::any_of(untaken_.begin(), untaken_.end(),
                           [why](const untaken& each) { return each.why == why; });
    };
    return end.has_failed               ? rejected::untranslatable
           : has(dropped::sysex_denied) ? rejected::sysex_denied
           : has(dropped::too_large)    ? rejected::too_large
                                        : rejected::unsupported_type;
}

// For a message that was already counted as received.
void ingress::rejected_as(const message& one, rejected reason) noexcept {
    inputs_[one.input]->ledger.rejected_by.add(reason);
    ++astray_;
    tell(one, outcome_kind::rejected, rejected_names[static_cast<std::size_t>(reason)]);
    if (opening_ != nullptr) {
        opening_->refused = reason;
    }
}

delivery ingress::delivery_of(const message& one, destination to) const noexcept {
    delivery what;
    what.due_ns = one.due_ns;
    what.source.arrival_ns = one.arrival_ns;
    what.source.port = to.port;
    what.source.tag = tag_of(one.input, one.packet->tag);
    what.source.group = group_of(one.input, *one.packet);
    what.source.flags = static_cast<std::uint8_t>(one.flags);
    what.source.input = one.input;
    what.source.ticket = one.ticket;
    return what;
}

void ingress::send(const message& one, destination to, payload_block* block,
                   outcome& end) noexcept {
    if (dispatcher_.outputs().at(to.output).connected.protocols == 0) {
        give_up_down(one, to.output, end);
        return;
    }
    delivery what = delivery_of(one, to);
    what.source.block = block;
    if (const std::optional<dropped> why = express(one, to.output, what)) {
        untaken_.push_back({to.output, *why, untaken_text_});
    } else if (passes(one, to.output, what)) {
        deliver(to.output, what);
        ++end.delivered;
    }
}

// The output was never up yet: what it takes is unknown.
void ingress::give_up_down(const message& one, std::uint16_t output, outcome& end) noexcept {
    if (!one.limited) {
        give_up(one, output, dropped::output_down);
        ++end.delivered;
    }
}

void ingress::tell_unsupported(const message& one, std::uint16_t output,
                               std::string_view why) const noexcept {
    if (observer_ != nullptr) {
        const std::string_view address = one.osc != nullptr ? one.osc->address : "MIDI";
        observer_->unsupported(one.input, output, address, why);
    }
}

void ingress::tell_untaken(const message& one, bool is_taken_elsewhere) const noexcept {
    const std::string_view address = one.osc != nullptr ? one.osc->address : "MIDI";
    for (const untaken& each : untaken_) {
        const bool is_told_here =
            each.why == dropped::unsupported_type || each.why == dropped::too_large;
        if (!is_told_here || each.text.empty()) {
            continue; // reported where it was found
        }
        is_taken_elsewhere ? observer_->taken_elsewhere(one.input, each.output, address, each.text)
                           : observer_->unsupported(one.input, each.output, address, each.text);
    }
}

void ingress::refuse(std::uint16_t input, rejected reason, std::uint64_t count) noexcept {
    inputs_[input]->ledger.received += count;
    inputs_[input]->ledger.rejected_by.add(reason, count);
    astray_ += count;
}

bool ingress::reject(std::uint16_t input, std::uint64_t count, std::string_view reason) noexcept {
    const auto found = std::find(rejected_names.begin(), rejected_names.end(), reason);
    if (found == rejected_names.end()) {
        return false;
    }
    refuse(input, static_cast<rejected>(found - rejected_names.begin()), count);
    return true;
}

// Tags belong to their input: no input can cancel what another emitted.
std::uint32_t ingress::tag_of(std::uint16_t input, std::uint32_t tag) noexcept {
    return tag == 0 ? 0 : (std::uint32_t{input} << 24U) | tag;
}

std::uint64_t ingress::cancel(std::uint16_t input, std::uint32_t tag) noexcept {
    return tag == 0 || tag > tag_max ? 0 : dispatcher_.silencer().cancel_tag(tag_of(input, tag));
}

input_snapshot ingress::take_snapshot(std::uint16_t input) const noexcept {
    const inlet& from = *inputs_[input];
    return {from.ledger, from.lead.take_snapshot(), clock_offset_ns(from),
            dispatcher_.queue().held(input)};
}

} // namespace tactus::flow
