// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/midi_maker.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tactus::flow {
namespace {

constexpr std::uint8_t note_off_status = 0x80;
constexpr std::uint8_t note_on_status = 0x90;
constexpr std::uint8_t key_pressure_status = 0xA0;
constexpr std::uint8_t release_velocity = 64; // what MIDI 1.0 specifies for keys without velocity
constexpr int default_velocity = 100;
constexpr int seven_bit_max = 127;
constexpr int bend_max = 16383;

struct limits {
    int min = 0;
    int max = seven_bit_max;
};

// Makes one event: reads fields, and remembers the first fault.
class midi_making {
public:
    midi_making(const midi_maker& plan, const event_scope& from, std::span<std::uint8_t> out)
        : plan_(plan), from_(from), out_(out) {}

    made_event run() noexcept {
        if (plan_.makes == midi_maker::form::raw) {
            return raw();
        }
        if (plan_.makes == midi_maker::form::change) {
            change();
        } else {
            make();
        }
        answer_.size = answer_.why == fault::none ? size_ : 0;
        return answer_;
    }

private:
    using form = midi_maker::form;

    [[nodiscard]] bool is_midi() const noexcept { return from_.osc == nullptr; }
    [[nodiscard]] int own_kind() const noexcept {
        return is_midi() && from_.midi[0] < 0xF0 ? from_.midi[0] & 0xF0 : 0;
    }
    [[nodiscard]] bool is_own_note() const noexcept {
        return own_kind() >= note_off_status && own_kind() <= key_pressure_status;
    }

    // The field as a whole number; `otherwise` if the plan does not set it.
    int number(std::string_view field, const std::optional<expression>& of, int otherwise,
               limits within = {}) noexcept {
        if (!of || answer_.why != fault::none) {
            return otherwise;
        }
        const flow::value found = as_number(of->run(from_));
        const double rounded = std::round(found.number);
        if (found.is_fault()) {
            answer_ = failed(field, *of, found);
            return otherwise;
        }
        if (rounded < within.min || rounded > within.max) {
            answer_ = failed(field, *of, fault_value(fault::out_of_range));
            return otherwise;
        }
        return static_cast<int>(rounded);
    }

    void put(int status, int first, int second = -1) noexcept {
        const int own = own_kind() != 0 ? (from_.midi[0] & 0x0F) + 1 : 1;
        const int channel = number("channel", plan_.channel, own, {1, 16}) - 1;
        out_[0] = static_cast<std::uint8_t>(status | channel);
        out_[1] = static_cast<std::uint8_t>(first);
        out_[2] = static_cast<std::uint8_t>(std::max(second, 0));
        size_ = second < 0 ? 2 : 3;
    }

    void make() noexcept {
        switch (plan_.makes) {
        case form::note:
            return note(number("note", plan_.note, 0));
        case form::key_pressure: {
            const int note = number("note", plan_.note, 0);
            return put(key_pressure_status, note, number("pressure", plan_.value, 0));
        }
        case form::cc: {
            const int controller = number("cc", plan_.controller, 0);
            return put(0xB0, controller, number("value", plan_.value, 0));
        }
        case form::program:
            return put(0xC0, number("program", plan_.value, 0));
        case form::pressure:
            return put(0xD0, number("pressure", plan_.value, 0));
        default: {
            const int bend = number("bend", plan_.value, 0, {0, bend_max});
            return put(0xE0, bend & 0x7F, bend >> 7);
        }
        }
    }

    void note(int note) noexcept {
        if (own_kind() == key_pressure_status) {
            return put(key_pressure_status, note, from_.midi[2]);
        }
        const codec::midi_view own{from_.midi};
        if (is_midi() && own.is_note_off()) {
            return put(own_kind(), note, own.velocity()); // in its own form: 80, or 90 with 0
        }
        const int given = is_own_note() ? own.velocity() : default_velocity;
        const int velocity = number("velocity", plan_.velocity, given);
        if (velocity == 0) {
            return put(note_off_status, note, release_velocity);
        }
        put(note_on_status, note, velocity);
        length();
    }

    void length() noexcept {
        if (!plan_.length || answer_.why != fault::none) {
            return;
        }
        const flow::value seconds = as_number(plan_.length->run(from_));
        const double length_ns = seconds.number * 1e9;
        if (seconds.is_fault()) {
            answer_ = failed("for", *plan_.length, seconds);
        } else if (length_ns < 0 || length_ns > static_cast<double>(midi_maker::length_max_ns)) {
            answer_ = failed("for", *plan_.length, fault_value(fault::out_of_range));
        } else {
            // Whole microseconds: 0.2 in 32 bits must not end a note 3 ns after the next begins.
            const auto length_us = static_cast<std::int64_t>(std::round(length_ns / 1000));
            answer_.length_ns = std::max(length_us * 1000, midi_maker::length_min_ns);
        }
    }

    void change() noexcept {
        if (!is_midi()) {
            answer_.why = fault::not_a_message; // there is no MIDI message to change
            return;
        }
        if (is_own_note()) {
            const int by = number("transpose", plan_.transpose, 0, {-seven_bit_max, seven_bit_max});
            const int moved = from_.midi[1] + by;
            if (moved < 0 || moved > seven_bit_max) {
                answer_ = failed("transpose", *plan_.transpose, fault_value(fault::out_of_range));
                return;
            }
            return note(moved);
        }
        if (from_.midi.size() > out_.size()) {
            answer_.why = fault::too_large;
            return;
        }
        std::copy(from_.midi.begin(), from_.midi.end(), out_.begin());
        if (own_kind() != 0) {
            put(own_kind(), from_.midi[1], from_.midi.size() == 3 ? from_.midi[2] : -1);
        }
        size_ = from_.midi.size();
    }

    // Each number is one byte; blobs are copied whole.
    made_event raw() noexcept {
        for (const expression& each : plan_.raw) {
            const flow::value found = each.run(from_);
            std::array<std::uint8_t, 1> one{};
            std::span<const std::uint8_t> bytes = one;
            if (const auto blob = found.original.as_blob(); found.is_original && blob) {
                bytes = *blob;
            } else {
                const flow::value byte = as_number(found);
                const double rounded = std::round(byte.number);
                if (byte.is_fault() || rounded < 0 || rounded > 255) {
                    return failed("raw", each,
                                  byte.is_fault() ? byte : fault_value(fault::out_of_range));
                }
                one[0] = static_cast<std::uint8_t>(rounded);
            }
            if (bytes.size() > out_.size() - size_) {
                return failed("raw", each, fault_value(fault::too_large));
            }
            std::copy(bytes.begin(), bytes.end(),
                      out_.begin() + static_cast<std::ptrdiff_t>(size_));
            size_ += bytes.size();
        }
        answer_.field = "raw";
        answer_.size = size_;
        if (codec::midi_check(out_.first(size_)) != codec::midi_error::none) {
            answer_.why = fault::not_a_message;
        }
        return answer_;
    }

    const midi_maker& plan_;
    const event_scope& from_;
    std::span<std::uint8_t> out_;
    std::size_t size_ = 0;
    made_event answer_;
};

} // namespace

made_event midi_maker::make(const event_scope& from, std::span<std::uint8_t> out) const noexcept {
    return midi_making(*this, from, out).run();
}

} // namespace tactus::flow
