// SPDX-License-Identifier: MIT
// Type tags precede the arguments, so each expression runs once and its value is kept.
#include "kernel/flow/route/translate/osc_maker.hpp"

#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_writer.hpp"

#include <array>
#include <memory>
#include <type_traits>

namespace tactus::flow {
namespace {

using codec::osc_writer;

std::string_view own_types(const event_scope& from) noexcept {
    return from.osc != nullptr ? from.osc->types : codec::midi_argument_types({from.midi});
}

void write_own(const event_scope& from, osc_writer& writer) noexcept {
    if (from.osc == nullptr) {
        codec::write_midi_arguments({from.midi}, writer);
        return;
    }
    for (const codec::osc_argument& each : codec::arguments(*from.osc)) {
        writer.argument(each);
    }
}

void write_value(const value& from, osc_writer& writer) noexcept {
    if (from.is_original) {
        writer.argument(from.original);
        return;
    }
    switch (from.tag) {
    case 'i':
        writer.int32(static_cast<std::int32_t>(from.number));
        return;
    case 'h':
        writer.int64(static_cast<std::int64_t>(from.number));
        return;
    case 'f':
        writer.float32(static_cast<float>(from.number));
        return;
    case 'd':
        writer.float64(from.number);
        return;
    case 's':
        writer.text(from.text);
        return;
    default: // the tags alone represent T and F
        return;
    }
}

// Not initialized: few are used, and every event would pay for all.
union kept_values {
    kept_values() noexcept {} // NOLINT(modernize-use-equals-default): that would be deleted
    std::array<value, osc_maker::arguments_max> all;
};
static_assert(std::is_trivially_destructible_v<value>);

made_event written_by(osc_writer& writer) noexcept {
    const std::optional<std::size_t> size = writer.finish();
    return {size ? fault::none : fault::too_large, size.value_or(0), 0, nullptr, "args"};
}

} // namespace

made_event osc_maker::make(const event_scope& from, std::span<std::uint8_t> out) const noexcept {
    std::array<char, codec::osc_address_size_max> space;
    std::string_view name;
    if (address) {
        const made_event written = address->write(from, space);
        if (written.why != fault::none) {
            return written;
        }
        name = {space.data(), written.size};
    } else if (from.osc != nullptr) {
        name = from.osc->address;
    } else {
        return {fault::not_a_message, 0, 0, nullptr, "address"};
    }

    osc_writer writer(out);
    writer.begin_message(name);
    if (!arguments) {
        writer.add_types(own_types(from)).begin_arguments();
        write_own(from, writer);
        return written_by(writer);
    }
    kept_values kept;
    for (std::size_t i = 0; i < arguments->size(); ++i) {
        const std::optional<expression>& each = (*arguments)[i].computed;
        if (!each) {
            writer.add_types(own_types(from));
            continue;
        }
        const value& made = *std::construct_at(&kept.all[i], each->run(from));
        if (made.is_fault()) {
            return failed("args", *each, made);
        }
        writer.add_types({&made.tag, 1});
    }
    writer.begin_arguments();
    for (std::size_t i = 0; i < arguments->size() && !writer.has_failed(); ++i) {
        (*arguments)[i].computed ? write_value(kept.all[i], writer) : write_own(from, writer);
    }
    return written_by(writer);
}

} // namespace tactus::flow
