// SPDX-License-Identifier: MIT
// Ingress: an OSC packet, split into messages. An error in a message costs that message only.
// Accepted messages leave strictly as the specification has them (codec::tidy).
#include "kernel/flow/ingress/ingress.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/osc_dispatch.hpp"
#include "kernel/codec/osc_reader.hpp"

#include <algorithm>
#include <utility>

namespace tactus::flow {
namespace {

rejected column_of(codec::osc_error error) noexcept {
    const auto found =
        std::find(rejected_names.begin(), rejected_names.end(), codec::reason_of(error));
    TACTUS_ASSERT(found != rejected_names.end());
    return static_cast<rejected>(found - rejected_names.begin());
}

} // namespace

bool ingress::take_osc(message& packet, bool can_wait) noexcept {
    return codec::is_bundle(packet.bytes) ? take_bundle(packet, can_wait)
                                          : take_single(packet, can_wait);
}

// Most packets are a single message.
bool ingress::take_single(message& one, bool can_wait) noexcept {
    codec::osc_message osc;
    const codec::osc_error wrong = codec::parse_message(one.bytes, osc);
    watch_.did(due_watch::message(one.bytes.size()));
    if (wrong != codec::osc_error::none) {
        refuse_osc(one, wrong);
        return true;
    }
    if (can_wait && must_wait(one, {1, codec::tidy_size(osc)}) && !is_panic(osc.address)) {
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

bool ingress::take_bundle(const message& packet, bool can_wait) noexcept {
    const codec::osc_count checked = codec::count_messages(
        packet.bytes, [this](std::size_t bytes) { watch_.did(due_watch::message(bytes)); });
    if (checked.error != codec::osc_error::none) {
        refuse_osc(packet, checked.error);
        return true;
    }
    if (can_wait && checked.count > 0 && must_wait(packet, {checked.count, checked.bytes}) &&
        !holds_panic(packet.bytes)) {
        return false;
    }
    const bool is_good = checked.refused == 0 && checked.is_tidy;
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
            refuse_osc(one, wrong);
            continue;
        }
        one.osc = &osc;
        one.bytes = osc.bytes;
        if (one.due_ns == 0 && walker.time_tag() > time::ntp_immediately) {
            if (!std::exchange(is_followed, true)) {
                const bool is_timed = walker.packet_time_tag() > time::ntp_immediately;
                follow(one, is_timed ? walker.packet_time_tag() : walker.time_tag());
            }
            one.due_ns = due_of(one, walker.time_tag());
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

void ingress::refuse_osc(const message& one, codec::osc_error why) noexcept {
    refuse(one, column_of(why));
    if (observer_ != nullptr) {
        observer_->refused(one.input, why, one.bytes);
    }
}

// Resolves a pattern in the address, if there is one. Returns false if it costs too much and the
// message is refused.
bool ingress::dispatch(const message& one, std::string_view address) noexcept {
    if (!codec::is_dispatch_pattern(address) ||
        router_.dispatch(one.input, address, targets_, dispatched_, &watch_)) {
        return true;
    }
    constexpr codec::osc_error why = codec::osc_error::pattern_too_costly;
    --inputs_[one.input]->ledger.received; // refuse_osc counts it again
    refuse_osc(one, why);
    return false;
}

bool ingress::is_panic(std::string_view address) const noexcept {
    return !settings_.panic_address.empty() && address == settings_.panic_address;
}

bool ingress::holds_panic(std::span<const std::uint8_t> packet) const noexcept {
    if (settings_.panic_address.empty()) {
        return false;
    }
    bool is_found = false;
    static_cast<void>(codec::for_each_message(
        packet, [&](const codec::osc_message& each, std::uint64_t /*time_tag*/) {
            is_found = is_found || is_panic(each.address);
        }));
    return is_found;
}

} // namespace tactus::flow
