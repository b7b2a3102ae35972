// SPDX-License-Identifier: MIT
// A table of names, and three ways to make bytes: from numbers, from literal bytes, from an m
// argument.
#include "kernel/codec/osc_to_midi.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

namespace tactus::codec {
namespace {

using bytes_out = std::span<std::uint8_t>;

enum class shape : std::uint8_t { numbers, bend, wide, bytes, sysex };

struct rule {
    std::string_view name;
    shape form;
    std::uint8_t status;    // for wide: the controller of the parameter's upper half; 0: none
    std::uint8_t count_min; // required arguments, the channel included
    std::uint8_t count_max; // arguments used if present
};

constexpr std::array<rule, 16> rules{{
    {"note_on", shape::numbers, 0x90, 3, 3},
    {"note_off", shape::numbers, 0x80, 2, 3},
    {"control_change", shape::numbers, 0xB0, 3, 3},
    {"program_change", shape::numbers, 0xC0, 2, 2},
    {"channel_pressure", shape::numbers, 0xD0, 2, 2},
    {"poly_pressure", shape::numbers, 0xA0, 3, 3},
    {"pitch_bend", shape::bend, 0xE0, 2, 2},
    {"control_change_14", shape::wide, 0, 3, 3},
    {"nrpn", shape::wide, 0x63, 3, 3},
    {"rpn", shape::wide, 0x65, 3, 3},
    {"clock", shape::numbers, 0xF8, 0, 0},
    {"start", shape::numbers, 0xFA, 0, 0},
    {"continue", shape::numbers, 0xFB, 0, 0},
    {"stop", shape::numbers, 0xFC, 0, 0},
    {"raw", shape::bytes, 0, 0, 0},
    {"sysex", shape::sysex, 0, 0, 0},
}};

constexpr int channels = 16;
constexpr int seven_bit_max = 127;
constexpr int wide_max = 16383; // 14 bits
constexpr int wide_controller_max = 31;
constexpr std::uint8_t lower_half = 32; // added to a controller: that of its lower 7 bits
constexpr std::uint8_t data_entry = 6;
constexpr std::uint8_t default_release = 64; // what MIDI 1.0 specifies for keys without velocity

translation refuse(translate_error error) noexcept {
    return {error, 0};
}

constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::min(); // below any limit

// The argument as a whole number; no_number if it is not a number. Not an optional: GCC 12 copies
// it through memory, which cost a tenth of an event's total time.
std::int64_t whole(const osc_argument& argument) noexcept {
    if (const std::optional<std::int64_t> integer = argument.as_int64()) {
        return std::max(*integer, no_number + 1);
    }
    if (const std::optional<bool> truth = argument.as_bool()) {
        return *truth ? 1 : 0;
    }
    const std::optional<double> value = argument.as_double();
    constexpr double most = 1e9; // beyond any limit here
    if (!value || std::isnan(*value)) {
        return no_number;
    }
    return static_cast<std::int64_t>(std::round(std::clamp(*value, -most, most)));
}

// Reads the required arguments, and remembers the first that is wrong.
class argument_reader {
public:
    explicit argument_reader(const osc_message& message) noexcept : rest_(arguments(message)) {
        skip_brackets();
    }

    [[nodiscard]] bool has_more() const noexcept { return rest_.first != rest_.last; }
    [[nodiscard]] const osc_argument& front() const noexcept { return *rest_.first.operator->(); }
    [[nodiscard]] bool is_number() const noexcept {
        return has_more() && whole(front()) != no_number;
    }
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
    [[nodiscard]] translation failure() const noexcept {
        return {translate_error::bad_arguments, 0, bad_};
    }

    // Bounds: has_more().
    void skip() noexcept {
        ++rest_.first;
        skip_brackets();
    }
    // The next one, from min to max; min if it is wrong, or an earlier one was.
    int next(int min, int max) noexcept {
        number_ = number_ == UINT16_MAX ? number_ : static_cast<std::uint16_t>(number_ + 1);
        if (!has_more()) {
            return wrong('\0', min, max);
        }
        const char found = front().tag();
        const std::int64_t value = whole(front());
        skip();
        return value >= min && value <= max ? static_cast<int>(value) : wrong(found, min, max);
    }

private:
    int wrong(char found, int min, int max) noexcept {
        if (!has_failed_) {
            has_failed_ = true;
            bad_ = {number_, found, min, max};
        }
        return min;
    }
    void skip_brackets() noexcept {
        while (has_more() && (front().tag() == '[' || front().tag() == ']')) {
            ++rest_.first;
        }
    }

    osc_arguments rest_;
    std::uint16_t number_ = 0;
    bool has_failed_ = false;
    bad_argument bad_;
};

translation from_midi_argument(const osc_message& message, bytes_out out) noexcept {
    const osc_arguments all = arguments(message);
    std::uint16_t number = 1;
    auto at = all.begin();
    for (; at->tag() != 'm'; ++at) {
        number =
            static_cast<std::uint16_t>(number + (at->tag() == '[' || at->tag() == ']' ? 0 : 1));
    }
    if (std::count(message.types.begin(), message.types.end(), 'm') > 1) {
        return refuse(translate_error::bad_arguments); // the second may end what the first begins
    }
    const std::span<const std::uint8_t, 4> midi = *at->as_midi();
    const std::size_t size = midi_length(midi[1]);
    const std::span<const std::uint8_t> made = midi.subspan(1, size);
    if (midi_check(made) != midi_error::none) {
        return {translate_error::bad_arguments, 0, {number, 'm', 0, 0}};
    }
    if (size > out.size()) {
        return refuse(translate_error::too_large);
    }
    std::copy(made.begin(), made.end(), out.begin());
    return {translate_error::none, size};
}

// Channel first, then 7-bit numbers; or no argument at all (clock, start, ...).
translation from_numbers(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    const std::size_t size = midi_length(rule.status);
    if (size > out.size()) {
        return refuse(translate_error::too_large);
    }
    out[0] = rule.status;
    if (size == 3) {
        out[2] = default_release; // kept only for a note_off without velocity
    }
    argument_reader from(message);
    for (std::size_t i = 0; i < rule.count_max; ++i) {
        if (i >= rule.count_min && !from.has_more()) {
            break;
        }
        const int value = i == 0 ? from.next(1, channels) - 1 : from.next(0, seven_bit_max);
        out[i] = static_cast<std::uint8_t>(i == 0 ? rule.status | value : value);
    }
    return from.has_failed() ? from.failure() : translation{translate_error::none, size};
}

translation from_bend(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    if (out.size() < 3) {
        return refuse(translate_error::too_large);
    }
    argument_reader from(message);
    const int channel = from.next(1, channels) - 1;
    const int bend = from.next(0, wide_max);
    if (from.has_failed()) {
        return from.failure();
    }
    out[0] = static_cast<std::uint8_t>(rule.status | channel);
    out[1] = static_cast<std::uint8_t>(bend & 0x7F);
    out[2] = static_cast<std::uint8_t>(bend >> 7);
    return {translate_error::none, 3};
}

// Channel, controller or parameter, 14-bit value: two or four control changes, the upper half
// first. Source: MIDI 1.0, "Control Change", table 3; "Registered and Non-Registered Parameter
// Numbers".
translation from_wide(const rule& rule, const osc_message& message, bytes_out out) noexcept {
    const bool has_parameter = rule.status != 0;
    argument_reader from(message);
    const int channel = from.next(1, channels) - 1;
    const int which = from.next(0, has_parameter ? wide_max : wide_controller_max);
    const int value = from.next(0, wide_max);
    if (from.has_failed()) {
        return from.failure();
    }
    std::size_t size = 0;
    const auto add = [&](int controller, int setting) {
        out[size++] = static_cast<std::uint8_t>(0xB0 | channel);
        out[size++] = static_cast<std::uint8_t>(controller);
        out[size++] = static_cast<std::uint8_t>(setting);
    };
    if (out.size() < (has_parameter ? 12 : 6)) {
        return refuse(translate_error::too_large);
    }
    if (has_parameter) {
        add(rule.status, which >> 7);
        add(rule.status - 1, which & 0x7F);
    }
    const int controller = has_parameter ? data_entry : which;
    add(controller, value >> 7);
    add(controller + lower_half, value & 0x7F);
    return {translate_error::none, size};
}

// Whether the bytes are one complete message: anything after them is surplus.
bool is_complete(std::span<const std::uint8_t> bytes) noexcept {
    return !bytes.empty() && midi_check(bytes) == midi_error::none;
}

// Whether a second message follows, which must not get lost: it may end what the first begins. Out
// of line: otherwise whole() is, where each argument is read, which costs 2 % of an event.
[[gnu::noinline]] bool is_message_next(const argument_reader& from) noexcept {
    return from.has_more() && (from.front().tag() == 'b' ||
                               (whole(from.front()) >= 0x80 && whole(from.front()) <= 0xFF));
}

// Copies a blob or a row of numbers to `out`. Bytes after a complete message are ignored, unless
// they are another, or numbers behind numbers: midi_check then refuses them as a second message.
translation copy_bytes(const osc_message& message, bytes_out out) noexcept {
    argument_reader from(message);
    if (from.has_more() && from.front().tag() == 'b') {
        const std::span<const std::uint8_t> blob = *from.front().as_blob();
        if (blob.size() > out.size()) {
            return refuse(translate_error::too_large);
        }
        std::copy(blob.begin(), blob.end(), out.begin());
        from.skip();
        return is_message_next(from) ? refuse(translate_error::bad_arguments)
                                     : translation{translate_error::none, blob.size()};
    }
    std::size_t size = 0;
    while (from.has_more() && (from.is_number() || !is_complete(out.first(size)))) {
        if (size == out.size()) {
            return refuse(translate_error::too_large);
        }
        out[size++] = static_cast<std::uint8_t>(from.next(0, 255));
        if (from.has_failed()) {
            return from.failure();
        }
    }
    return is_message_next(from) ? refuse(translate_error::bad_arguments)
                                 : translation{translate_error::none, size};
}

translation checked(bytes_out out, std::size_t size) noexcept {
    const midi_error error = midi_check(out.first(size));
    if (error == midi_error::none) {
        return {translate_error::none, size};
    }
    return refuse(error == midi_error::too_large ? translate_error::too_large
                                                 : translate_error::bad_arguments);
}

translation from_bytes(const osc_message& message, bytes_out out) noexcept {
    const translation copied = copy_bytes(message, out);
    return copied.error == translate_error::none ? checked(out, copied.size) : copied;
}

// Keeps F0 and F7 if present, otherwise adds them, but not around nothing: an empty SysEx must be
// written out in full.
translation from_sysex(const osc_message& message, bytes_out out) noexcept {
    const translation copied = copy_bytes(message, out);
    if (copied.error != translate_error::none) {
        return copied;
    }
    std::size_t size = copied.size;
    const bool has_head = size > 0 && out[0] == 0xF0;
    const bool has_tail = size > 0 && out[size - 1] == 0xF7;
    if (size + (has_head ? 0 : 1) + (has_tail ? 0 : 1) > out.size()) {
        return refuse(translate_error::too_large);
    }
    if (!has_head) {
        std::memmove(out.data() + 1, out.data(), size++);
        out[0] = 0xF0;
    }
    if (!has_tail) {
        out[size++] = 0xF7;
    }
    const bool is_whole = has_head && has_tail;
    return size > 2 || is_whole ? checked(out, size) : refuse(translate_error::bad_arguments);
}

} // namespace

std::string_view to_string(translate_error error) noexcept {
    switch (error) {
    case translate_error::none:
        return "none";
    case translate_error::unsupported:
        return "unsupported";
    case translate_error::bad_arguments:
        return "bad_arguments";
    case translate_error::too_large:
        return "too_large";
    }
    return "unsupported";
}

std::string_view text_of(const bad_argument& what,
                         std::span<char, bad_argument_text_max> space) noexcept {
    if (what.number == 0) {
        return "the bytes are not one complete MIDI message";
    }
    const bool is_number = std::string_view("ihfdTF").find(what.found) != std::string_view::npos;
    const char tag[] = {what.found, '\0'};
    const int written =
        what.found == 'm'
            ? std::snprintf(space.data(), space.size(),
                            "argument %d, of type m, does not contain a complete MIDI message",
                            what.number)
            : std::snprintf(space.data(), space.size(),
                            "argument %d is %s%s; expected a number from %d to %d", what.number,
                            what.found == '\0' ? "missing"
                            : is_number        ? "out of range"
                                               : "of type ",
                            what.found == '\0' || is_number ? "" : tag, what.min, what.max);
    return {space.data(),
            std::min(static_cast<std::size_t>(std::max(written, 0)), space.size() - 1)};
}

translation translate(const osc_message& message, bytes_out out) noexcept {
    if (message.types.find('m') != std::string_view::npos) {
        return from_midi_argument(message, out);
    }
    const std::string_view name = message.address.substr(message.address.rfind('/') + 1);
    const auto* const found = std::find_if(rules.begin(), rules.end(),
                                           [name](const rule& rule) { return rule.name == name; });
    if (found == rules.end()) {
        return refuse(translate_error::unsupported);
    }
    switch (found->form) {
    case shape::bytes:
        return from_bytes(message, out);
    case shape::sysex:
        return from_sysex(message, out);
    case shape::wide:
        return from_wide(*found, message, out);
    case shape::bend:
        return from_bend(*found, message, out);
    case shape::numbers:
        break;
    }
    return from_numbers(*found, message, out);
}

} // namespace tactus::codec
