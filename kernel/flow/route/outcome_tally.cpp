// SPDX-License-Identifier: MIT
#include "kernel/flow/route/outcome_tally.hpp"

#include <array>

namespace tactus::flow {
namespace {

// The address of a message, as the log shows it.
std::string_view shown_address(const message& one) noexcept {
    return one.osc != nullptr ? one.osc->address : "MIDI";
}

} // namespace

void outcome_tally::make_room(std::size_t deliveries) {
    untaken_.clear();
    untaken_.reserve(deliveries);
}

void outcome_tally::untranslated(const message& one, std::uint16_t output,
                                 const codec::translation& why, std::string_view text) noexcept {
    if (why.error != codec::translate_error::bad_arguments) {
        untaken(output, dropped::unsupported_type, text);
        return;
    }
    bad_ = why.bad;
    std::array<char, codec::bad_argument_text_max> detail;
    std::array<char, codec::bad_argument_text_max + 32> line;
    std::size_t size = codec::to_string(why.error).copy(line.data(), line.size());
    size += std::string_view(": ").copy(line.data() + size, line.size() - size);
    size += codec::text_of(why.bad, detail).copy(line.data() + size, line.size() - size);
    tell_unsupported(one, output, {line.data(), size});
    untaken(output, dropped::unsupported_type);
}

void outcome_tally::sysex_denied(const message& one, std::uint16_t output) noexcept {
    tell_unsupported(one, output, "the input lets no SysEx through");
    untaken(output, dropped::sysex_denied);
}

void outcome_tally::held_back(const message& one, const destination& to, dropped why) noexcept {
    refuse(one, to, why);
    delivered();
}

void outcome_tally::refuse(const message& one, const destination& to, dropped why) const noexcept {
    dispatcher_.enqueuer().refuse(to.output, why);
    observed_event what = shown(one);
    what.route = to.route;
    dispatcher_.outcomes().show_dropped(to.output, why, what);
}

void outcome_tally::down(const message& one, std::uint16_t output) noexcept {
    if (!one.limited) {
        give_up(one, output, dropped::output_down);
        delivered();
    }
}

void outcome_tally::failed(const rule& rule, const message& one, const made_event& why) noexcept {
    has_failed_ = true;
    for (const std::uint16_t output : rule.route.outputs) {
        untaken(output, dropped::untranslatable);
    }
    if (observer_ != nullptr) {
        observer_->untranslatable(one.input, rule.number, shown_address(one), why);
    }
}

void outcome_tally::circling(std::uint16_t route, const message& one) const noexcept {
    if (observer_ != nullptr) {
        observer_->circling(one.input, route, shown_address(one), one.bytes);
    }
}

outcome outcome_tally::settle(const message& one) noexcept {
    if (observer_ != nullptr && !untaken_.empty() && !one.limited) {
        tell_untaken(one);
    }
    outcome end;
    if (delivered_ > 0) {
        for (const entry& each : untaken_) {
            give_up(one, each.output, each.why);
        }
    } else if (one.limited || !untaken_.empty()) {
        end.is = outcome::kind::rejected;
        end.refusal = one.limited ? *one.limited : refusal();
        end.bad = bad_ ? &*bad_ : nullptr;
    } else {
        end.is = outcome::kind::unrouted;
        end.stray = stray_;
    }
    return end;
}

// Why a message that no output could take is rejected.
rejected outcome_tally::refusal() const noexcept {
    const auto has = [this](dropped why) {
        return std::any_of(untaken_.begin(), untaken_.end(),
                           [why](const entry& each) { return each.why == why; });
    };
    return has_failed_                  ? rejected::untranslatable
           : has(dropped::sysex_denied) ? rejected::sysex_denied
           : has(dropped::too_large)    ? rejected::too_large
                                        : rejected::unsupported_type;
}

void outcome_tally::give_up(const message& one, std::uint16_t output, dropped why) const noexcept {
    refuse(one, {.output = output}, why);
    if (outcome_observers_.is_empty()) {
        return;
    }
    event_outcome what;
    what.kind = outcome_kind::dropped;
    what.tag = one.packet->tag;
    what.reason = dropped_names[static_cast<std::size_t>(why)];
    what.output = output;
    if (why == dropped::unsupported_type) {
        what.bad = bad_;
    }
    outcome_observers_.tell(one.tag_owner(), what);
}

void outcome_tally::tell_unsupported(const message& one, std::uint16_t output,
                                     std::string_view why) const noexcept {
    if (observer_ != nullptr) {
        observer_->unsupported(one.input, output, shown_address(one), why);
    }
}

// A fault without a text was reported where it was found.
void outcome_tally::tell_untaken(const message& one) const noexcept {
    for (const entry& each : untaken_) {
        if (each.text.empty()) {
            continue;
        }
        delivered_ > 0
            ? observer_->taken_elsewhere(one.input, each.output, shown_address(one), each.text)
            : observer_->unsupported(one.input, each.output, shown_address(one), each.text);
    }
}

} // namespace tactus::flow
