// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <utility>

namespace tactus::flow {
namespace {

// A plugin's counts raise the total of its input to this at most. So no sum of all inputs wraps
// around, and a page shows each exactly.
constexpr std::uint64_t told_max = std::uint64_t{1} << 53;

std::uint32_t group_of(std::uint16_t input, const tactus_event& event) noexcept {
    return tag_of(input, event.group);
}

bool is_real_time(const message& one) noexcept {
    return one.osc == nullptr && one.bytes.size() == 1 && codec::is_real_time(one.bytes[0]);
}

} // namespace

ingress::ingress(fan_out& next, dispatcher& dispatcher, time::timebase& timebase,
                 const time::clock& clock)
    : next_(next), dispatcher_(dispatcher), timebase_(timebase), clock_(clock),
      watch_(next.watch()), parts_(dispatcher),
      inputs_(next.observers(), dispatcher.outcomes().observers()), tidied_(TACTUS_EVENT_SIZE_MAX) {
}

void ingress::configure(const ingress_settings& settings) {
    max_ahead_ns_ = settings.max_ahead_ns;
    panic_ = panic_address(settings.panic_address);
    timebase_.set_max_ahead(settings.max_ahead_ns);
}

result<std::uint16_t> ingress::add_input(const input_settings& settings) {
    std::uint16_t number = 0;
    while (number < inputs_.size() &&
           !(inputs_[number].is_removed && dispatcher_.queue().rooms().held(number) == 0)) {
        ++number;
    }
    const result<std::uint16_t> added = inputs_.put(number, settings, timebase_);
    if (added) {
        limit_pending(number, settings.pending_max);
    }
    return added;
}

void ingress::change_input(std::uint16_t input, const input_settings& settings) {
    inputs_[input].change(settings, timebase_);
    limit_pending(input, settings.pending_max);
}

void ingress::limit_pending(std::uint16_t input, std::uint64_t events) {
    dispatcher_.queue().limit_input(input, events == 0 ? timed_queue::no_limit : events);
}

const inlet& ingress::at(std::uint16_t input) const noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    return inputs_[input];
}

port_table& ingress::ports(std::uint16_t input) noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    return inputs_[input].from.ports;
}

ingress::answer ingress::emit(std::uint16_t input, const tactus_batch& batch, emitter by) noexcept {
    TACTUS_ASSERT(input < inputs_.size());
    timebase_.refresh();
    watch_.begin();
    offer one{input, nullptr, clock_.now_ns(),
              (batch.flags & TACTUS_BATCH_DROPPABLE) == 0 && !is_closed_, by == emitter::operator_};
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

// Events that waited before the batch, or have a time of their own, leave when due. Those that came
// to leave at once are held for their neighbours, so that an output can put them into one datagram,
// unless they would fill a queue. Everything leaves in order of (due, arrival): nothing is passed
// over. Returns the time.
std::int64_t ingress::look(const offer& next, std::uint32_t taken) noexcept {
    const room_question until_next_look{
        next.input,
        group_of(next.input, *next.event),
        {packets_between_looks, std::uint64_t{packets_between_looks} * next.event->size}};
    return watch_.look(taken % packets_together == 0 || !next_.has_space(until_next_look));
}

// If true, the input may offer it again as soon as it has room.
bool ingress::must_wait(const message& packet, const queue_amount& size) noexcept {
    const room_question asked{packet.input, group_of(packet.input, *packet.packet), size};
    if (next_.has_room(asked)) {
        return false;
    }
    inputs_[packet.input].awaited = asked;
    return true;
}

// Returns false if there is no room and the input can wait; nothing is counted then.
bool ingress::take(const offer& one) noexcept {
    const tactus_event& event = *one.event;
    if (event.size > TACTUS_EVENT_SIZE_MAX) {
        inputs_.refuse(one.input, rejected::too_large);
        return true;
    }
    if (event.size == 0 || event.tag > tag_max || event.group > tag_max ||
        event.port > next_.names().size()) {
        inputs_.refuse(one.input, rejected::malformed);
        return true;
    }
    message first;
    first.input = one.input;
    first.from = &inputs_[one.input].from;
    first.packet = &event;
    first.is_operators = one.is_operators;
    // An input may claim anything: here nothing arrived after now, and every due time is in range.
    first.arrival_ns = event.received_ns > 0 ? std::min(event.received_ns, one.now_ns) : one.now_ns;
    first.due_ns = event.due_ns == 0 ? 0 : std::max<std::int64_t>(event.due_ns, 1);
    first.flags = event.flags & TACTUS_EVENT_CRITICAL;
    first.no_sysex = (event.flags & TACTUS_EVENT_NO_SYSEX) != 0;
    first.spares_others = (event.flags & TACTUS_EVENT_SPARE_OTHERS) != 0;
    first.bytes = {event.bytes, event.size};
    switch (event.protocol) {
    case TACTUS_PROTO_OSC:
        return codec::is_bundle(first.bytes) ? take_bundle(first, one.can_wait)
                                             : take_single(first, one.can_wait);
    case TACTUS_PROTO_MIDI:
        return (event.flags & TACTUS_EVENT_SYSEX_PART) != 0 ? take_part(first, one.can_wait)
                                                            : take_midi(first, one.can_wait);
    default:
        inputs_.refuse(one.input, rejected::unsupported_type);
        return true;
    }
}

// Most packets are a single message. Accepted messages leave strictly as the specification has them
// (codec::tidy).
bool ingress::take_single(message& one, bool can_wait) noexcept {
    codec::osc_message osc;
    const codec::osc_error wrong = codec::parse_message(one.bytes, osc);
    watch_.did(due_watch::message(one.bytes.size()));
    if (wrong != codec::osc_error::none) {
        inputs_.refuse_osc(one, wrong);
        return true;
    }
    if (can_wait && must_wait(one, {1, codec::tidy_size(osc)}) && !panic_.is(osc.address)) {
        return false;
    }
    if (!osc.is_tidy) {
        osc = codec::tidy(osc, tidied_);
    }
    one.osc = &osc;
    one.bytes = osc.bytes;
    accept(one);
    return true;
}

// An error in a message costs that message only.
bool ingress::take_bundle(const message& packet, bool can_wait) noexcept {
    const codec::osc_count checked = codec::count_messages(
        packet.bytes, [this](std::size_t bytes) { watch_.did(due_watch::message(bytes)); });
    if (checked.error != codec::osc_error::none) {
        inputs_.refuse_osc(packet, checked.error);
        return true;
    }
    if (can_wait && checked.count > 0 && must_wait(packet, {checked.count, checked.bytes}) &&
        !panic_.is_in(packet.bytes)) {
        return false;
    }
    const bool is_good = checked.refused == 0 && checked.is_tidy;
    time_tag_clock& clock = inputs_[packet.input].clock;
    codec::osc_walker walker(packet.bytes);
    bool is_followed = false; // read the sender's clock once for each packet
    while (walker.next()) {
        message one = packet;
        one.bytes = walker.message();
        codec::osc_message osc;
        if (is_good) {
            osc = codec::split_message(one.bytes);
        } else if (const codec::osc_error wrong = read(walker, osc);
                   wrong != codec::osc_error::none) {
            inputs_.refuse_osc(one, wrong);
            continue;
        }
        one.osc = &osc;
        one.bytes = osc.bytes;
        if (one.due_ns == 0 && walker.time_tag() > time::ntp_immediately) {
            if (!std::exchange(is_followed, true)) {
                const bool is_timed = walker.packet_time_tag() > time::ntp_immediately;
                clock.begin_packet(is_timed ? walker.packet_time_tag() : walker.time_tag(),
                                   one.arrival_ns);
            }
            one.due_ns = clock.due_of(walker.time_tag(), osc, one.arrival_ns);
        }
        accept(one);
    }
    return true;
}

// For a packet that is not tidy: the message as it should be sent.
codec::osc_error ingress::read(const codec::osc_walker& from, codec::osc_message& into) noexcept {
    if (from.element_error() != codec::osc_error::none) {
        return from.element_error();
    }
    const codec::osc_error wrong = codec::parse_message(from.message(), into);
    if (wrong == codec::osc_error::none && !into.is_tidy) {
        into = codec::tidy(into, tidied_);
    }
    return wrong;
}

bool ingress::take_midi(message& packet, bool can_wait) noexcept {
    const codec::midi_error error = codec::midi_check(packet.bytes);
    watch_.did(due_watch::message_steps + due_watch::copied(packet.bytes.size()));
    if (error != codec::midi_error::none) {
        inputs_.refuse(packet, error == codec::midi_error::too_large ? rejected::too_large
                                                                     : rejected::malformed);
        return true;
    }
    if (packet.no_sysex && codec::midi_view{packet.bytes}.is_sysex()) {
        inputs_.refuse(packet, rejected::sysex_denied);
        return true;
    }
    if (can_wait && must_wait(packet, {1, packet.bytes.size()})) {
        return false;
    }
    accept(packet);
    return true;
}

bool ingress::take_part(message& part, bool can_wait) noexcept {
    watch_.did(due_watch::message_steps + due_watch::copied(part.bytes.size()));
    const part_admission::finding found = parts_.find(part);
    if (found.is == codec::sysex_part::none) { // the SysEx would be incomplete
        if (found.under_way != nullptr) {
            parts_.cut(*found.under_way, rejected::malformed);
        }
        inputs_.refuse(part, rejected::malformed);
        return true;
    }
    if (part.no_sysex) {
        inputs_.refuse(part, rejected::sysex_denied);
        return true;
    }
    if (can_wait && found.needs_room() && must_wait(part, {1, part.bytes.size()})) {
        return false;
    }
    sysex_streams::stream* const of = found.is_first() ? parts_.open(part, found) : found.under_way;
    if (of == nullptr) {
        inputs_.refuse(part, rejected::too_large);
    } else if (found.is_first()) {
        part.opens = of;
        accept(part);
    } else {
        take_later_part(*of, part);
        if (found.is_last()) {
            parts_.close(*of);
        }
    }
    return true;
}

// A later part, or the last. Due at once: what came before it is due before it.
void ingress::take_later_part(sysex_streams::stream& with, message& part) noexcept {
    if (is_closed_to(part)) {
        inputs_.refuse(part, rejected::closed);
    } else if (with.refused) {
        inputs_.refuse(part, *with.refused);
    } else if (with.unrouted) {
        inputs_.leave_unrouted(part, *with.unrouted);
    } else {
        with.last_ns = part.arrival_ns;
        part.due_ns = part.arrival_ns;
        next_.send_part(with, part);
        inputs_.settle(part, {});
    }
}

bool ingress::is_closed_to(const message& one) const noexcept {
    return is_closed_ && !one.is_critical();
}

// A well-formed message: applies the limits of the input, then its due time. A panic has neither.
void ingress::accept(message& one) noexcept {
    inlet& from = inputs_[one.input];
    if (is_closed_to(one)) {
        inputs_.refuse(one, rejected::closed);
        return;
    }
    if (one.osc != nullptr && panic_.is(one.osc->address)) {
        dispatcher_.silencer().panic();
        inputs_.settle(one, {});
        return;
    }
    if (!from.rate.take(one.arrival_ns)) {
        one.limited = rejected::rate;
    }
    if (from.is_muted && !is_real_time(one)) {
        one.limited = rejected::muted;
    }
    if (one.due_ns == 0) {
        one.due_ns = one.arrival_ns;
    } else {
        const std::int64_t lead_ns = one.due_ns - one.arrival_ns;
        if (lead_ns > max_ahead_ns_ + note_length_max_ns) {
            inputs_.refuse(one, rejected::too_far_ahead);
            return;
        }
        if (lead_ns > max_ahead_ns_) {
            one.limited = rejected::too_far_ahead;
        }
        one.flags |= TACTUS_EVENT_TIMED;
    }
    if (one.limited && !next_.may_end_something(one)) {
        inputs_.refuse(one, *one.limited);
        return;
    }
    if ((one.flags & TACTUS_EVENT_TIMED) != 0 && one.limited != rejected::too_far_ahead) {
        const std::int64_t lead_ns = one.due_ns - one.arrival_ns;
        from.ledger.late_on_arrival += lead_ns < 0 ? 1 : 0;
        from.lead.record(std::max<std::int64_t>(lead_ns, 0));
    }
    inputs_.settle(one, next_.send(one));
}

bool ingress::reject(std::uint16_t input, std::uint64_t count, std::string_view reason) noexcept {
    const auto found = std::find(rejected_names.begin(), rejected_names.end(), reason);
    if (found == rejected_names.end()) {
        return false;
    }
    const std::uint64_t before = std::min(at(input).ledger.received, told_max);
    inputs_.refuse(input, static_cast<rejected>(found - rejected_names.begin()),
                   std::min(count, told_max - before));
    return true;
}

void ingress::mute(std::uint16_t input, bool is_muted) {
    inputs_[input].is_muted = is_muted;
    if (is_muted) {
        parts_.cut(input, rejected::muted);
        take_back(input, dropped::muted, silence_cause::operator_);
    }
}

void ingress::instance_ended(std::uint16_t input) {
    if (std::exchange(inputs_[input].ends_with_instance, false) && !is_stopping_) {
        take_back(input, dropped::cancelled, silence_cause::source_gone);
    }
}

// The waiting events of an input, and the notes and pedals that only it has begun, wherever they
// sound: by their senders, or without one by the input.
void ingress::take_back(std::uint16_t input, dropped why, silence_cause cause) {
    const retraction all{.input = input, .why = why};
    dispatcher_.take_back({&all, 1});
    dispatcher_.silencer().end_notes_of_senders({tag_of(input, 1), tag_of(input, tag_max)}, cause);
    dispatcher_.silencer().end_notes_everywhere(
        [input](std::uint16_t, const note_owner& owner) { return owner.input == input; }, cause);
}

std::uint64_t ingress::cancel(std::uint16_t input, std::uint32_t tag) noexcept {
    return tag == 0 || tag > tag_max ? 0 : dispatcher_.canceller().cancel_tag(tag_of(input, tag));
}

std::uint64_t ingress::end_sender(std::uint16_t input, std::uint32_t tag) noexcept {
    const bool is_nobody = tag == 0 || tag > tag_max;
    return is_nobody || is_stopping_ ? 0 : dispatcher_.silencer().end_sender(tag_of(input, tag));
}

input_snapshot ingress::take_snapshot(std::uint16_t input) const noexcept {
    const inlet& from = inputs_[input];
    return {from.ledger, from.lead.take_snapshot(), from.clock.offset_ns(),
            dispatcher_.queue().rooms().held(input)};
}

} // namespace tactus::flow
