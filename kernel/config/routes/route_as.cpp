// SPDX-License-Identifier: MIT
// The keys select what is made: an address or arguments make OSC, anything else MIDI; for MIDI,
// whichever of note, cc, program, bend, pressure and raw is present. With none of them a MIDI
// message is changed.
#include "kernel/codec/midi.hpp"
#include "kernel/config/quantity.hpp"
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace tactus::config {
namespace {

using form = flow::midi_maker::form;

constexpr std::array<rule_key, 15> keys{{
    {"note", "A note-on of this note, 0 to 127; an incoming note-off stays one."},
    {"velocity", "0 to 127; 0 is a note-off."},
    {"channel", "1 to 16."},
    {"for", "How long the note sounds: a duration, or an expression in seconds."},
    {"cc", "A control change of this controller, 0 to 127."},
    {"value", "The controller's value, 0 to 127."},
    {"program", "A program change, 0 to 127."},
    {"bend", "A pitch bend, 0 to 16383; 8192 is the centre."},
    {"pressure", "Channel pressure, 0 to 127; with `note`, the pressure of that key."},
    {"raw", "The bytes of one message."},
    {"transpose", "Semitones by which MIDI notes move up; other messages do not change."},
    {"address", "An OSC message to this address."},
    {"args", "Its arguments."},
    {"scale", "[from low, from high, to low, to high], applied to the value."},
    {"clamp", "[low, high], applied to the value after scale."},
}};
constexpr std::array<std::string_view, 2> osc_keys = {"address", "args"};
constexpr std::array<std::string_view, 2> shared_keys = {"scale", "clamp"};
constexpr number_limits any_number = {std::numeric_limits<double>::lowest(),
                                      std::numeric_limits<double>::max()};
constexpr number_limits semitones = {-127, 127};
constexpr number_limits bend_limits = {0, 16383};
constexpr double ns_per_s = 1e9;
constexpr const char* split = "a route makes one message; write a second route for the other";

template <std::size_t N>
bool is_one_of(std::string_view key, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), key) != words.end();
}

class as_reader {
public:
    as_reader(checker& check, const entry& from, std::size_t wildcards)
        : fields_(check, wildcards, "as of route"), from_(from) {}

    std::optional<flow::translation> read() {
        if (from_.value.kind != node_kind::table) {
            fields_.error(from_, from_.value,
                          {"expected a table, like { note = \"$1\", velocity = \"$2\" }, found " +
                           std::string(kind_name(from_.value.kind))});
            return std::nullopt;
        }
        fields_.check_keys(from_.value, keys);
        const entry* const osc =
            first([](const entry& each) { return is_one_of(each.key, osc_keys); });
        const entry* const midi = first([](const entry& each) {
            const bool is_known = std::any_of(
                keys.begin(), keys.end(), [&](const rule_key& key) { return key.key == each.key; });
            return is_known && !is_one_of(each.key, osc_keys) && !is_one_of(each.key, shared_keys);
        });
        if (osc != nullptr && midi != nullptr) {
            fields_.error_at_key(*midi, {"this makes a MIDI message, but " + quoted(osc->key) +
                                             " makes an OSC message",
                                         {},
                                         split});
        } else if (osc == nullptr && midi == nullptr) {
            if (from_.value.entries.empty()) {
                fields_.error(from_, from_.value,
                              {"this table makes no message; expected note, cc, program, bend, "
                               "pressure, raw, transpose, velocity, channel, address or args"});
            } else if (const entry* const lone = first(
                           [](const entry& each) { return is_one_of(each.key, shared_keys); })) {
                fields_.error_at_key(*lone, {"there is no value that this key could change"});
            }
        } else if (osc != nullptr) {
            return flow::translation{read_osc()};
        } else {
            return flow::translation{read_midi()};
        }
        return std::nullopt;
    }

private:
    template <class Claim>
    const entry* first(const Claim& holds) const {
        const auto& all = from_.value.entries;
        const auto found = std::find_if(all.begin(), all.end(), holds);
        return found == all.end() ? nullptr : &*found;
    }
    const entry* find(std::string_view key) const { return from_.value.find(key); }
    bool has(std::string_view key) const { return find(key) != nullptr; }

    std::optional<flow::expression> field(std::string_view key, const number_limits& limits = {}) {
        const entry* const found = find(key);
        return found != nullptr ? fields_.expression(*found, found->value, limits) : std::nullopt;
    }
    // The value that scale and clamp change: only their result must be within limits.
    std::optional<flow::expression> main_field(std::string_view key,
                                               const number_limits& limits = {}) {
        const bool is_changed = has("scale") || has("clamp");
        std::optional<flow::expression> made = field(key, is_changed ? any_number : limits);
        if (made) {
            reshape(*made);
        }
        return made;
    }
    void reshape(flow::expression& made) {
        for (const auto& [key, count] : {std::pair{"scale", 4U}, std::pair{"clamp", 2U}}) {
            const entry* const found = find(key);
            const auto numbers = found != nullptr ? fields_.numbers(*found, count) : std::nullopt;
            if (numbers && (*numbers)[0] == (*numbers)[1] && count == 4) {
                fields_.error(*found, found->value,
                              {"the input range is empty; expected two different ends"});
            } else if (numbers && count == 2 && (*numbers)[0] > (*numbers)[1]) {
                fields_.error(*found, found->value,
                              {"the range is backwards; expected the lower end first"});
            } else if (numbers) {
                made.append(key, *numbers);
            }
        }
    }

    // The one form that is made; reports an error for a second one.
    form find_form() {
        struct word {
            std::string_view key;
            form makes;
        };
        static constexpr std::array<word, 6> words{{{"note", form::note},
                                                    {"cc", form::cc},
                                                    {"program", form::program},
                                                    {"bend", form::bend},
                                                    {"pressure", form::pressure},
                                                    {"raw", form::raw}}};
        const word* made = nullptr;
        for (const word& each : words) {
            if (!has(each.key)) {
                continue;
            }
            const bool is_key_pressure = each.makes == form::pressure && has("note");
            if (made != nullptr && !is_key_pressure) {
                fields_.error_at_key(
                    *find(each.key),
                    {"there is already " + quoted(std::string(made->key)) + " in this table",
                     {},
                     split});
                return made->makes;
            }
            made = made == nullptr ? &each : made;
        }
        if (made == nullptr) {
            return form::change;
        }
        return made->makes == form::note && has("pressure") ? form::key_pressure : made->makes;
    }

    flow::midi_maker read_midi() {
        flow::midi_maker made;
        made.makes = find_form();
        check_company(made.makes);
        made.channel = field("channel", {1, 16});
        made.note = field("note");
        const bool is_note = made.makes == form::note || made.makes == form::change;
        made.velocity = is_note ? main_field("velocity") : std::nullopt;
        made.transpose = field("transpose", semitones);
        made.controller = field("cc");
        read_value(made);
        if (const entry* const length = find("for")) {
            made.length = read_length(*length);
        }
        if (const entry* const raw = find("raw")) {
            read_raw(*raw, made);
        }
        return made;
    }

    void read_value(flow::midi_maker& made) {
        switch (made.makes) {
        case form::cc:
            if (has("value")) {
                made.value = main_field("value");
            } else {
                made.value = *flow::expression::compile("$value ?? $1");
                reshape(*made.value);
            }
            return;
        case form::program:
            made.value = main_field("program");
            return;
        case form::bend:
            made.value = main_field("bend", bend_limits);
            return;
        case form::pressure:
        case form::key_pressure:
            made.value = main_field("pressure");
            return;
        default:
            return;
        }
    }

    // Checks which keys may accompany the form.
    void check_company(form makes) {
        const bool is_note = makes == form::note;
        const bool is_change = makes == form::change;
        const auto refuse = [&](std::string_view key, bool is_welcome, const std::string& wants) {
            if (const entry* const found = find(key); found != nullptr && !is_welcome) {
                fields_.error_at_key(*found, {wants});
            }
        };
        refuse("velocity", is_note || is_change, "only notes have a velocity");
        refuse("for", is_note, "only a message made with note has a length");
        refuse("value", makes == form::cc, "only cc has a value");
        refuse("transpose", is_change,
               "this changes incoming notes only; write the shift in note, like \"$note + 12\"");
        refuse("channel", makes != form::raw, "the first byte of raw contains the channel already");
        const bool has_value =
            makes != form::raw && (!is_change || has("velocity")) && (!is_note || has("velocity"));
        refuse("scale", has_value, "there is no value that this key could change");
        refuse("clamp", has_value, "there is no value that this key could change");
    }

    std::optional<flow::expression> read_length(const entry& from) {
        const node& item = from.value;
        if (item.kind == node_kind::text && item.text.find('$') != std::string::npos) {
            return fields_.compiled(from, item);
        }
        if (item.kind != node_kind::text) {
            fields_.error(
                from, item,
                {"expected a duration in quotes, like \"500ms\", or an expression in "
                 "seconds, like \"$sustain * 0.9\", found " +
                     std::string(kind_name(item.kind)),
                 item.kind == node_kind::integer
                     ? "add a unit and quotes, like \"" + std::to_string(item.integer) + "s\""
                     : ""});
            return std::nullopt;
        }
        const auto parsed = parse_duration(item.text);
        if (!parsed) {
            fields_.error(from, item, parsed.error());
            return std::nullopt;
        }
        if (*parsed < flow::midi_maker::length_min_ns ||
            *parsed > flow::midi_maker::length_max_ns) {
            fields_.error(from, item,
                          {quoted(item.text) + " is out of range; expected \"1ms\" to \"1h\""});
            return std::nullopt;
        }
        return flow::expression::constant(static_cast<double>(*parsed) / ns_per_s, 'd');
    }

    void read_raw(const entry& from, flow::midi_maker& made) {
        const std::span<const node> items = rule_fields::items(from.value);
        if (items.empty() || items.size() > flow::midi_maker::raw_max) {
            fields_.error(
                from, from.value,
                {"expected 1 to " + std::to_string(flow::midi_maker::raw_max) + " bytes"});
            return;
        }
        for (const node& item : items) {
            if (auto byte = fields_.expression(from, item, {0, 255})) {
                made.raw.push_back(std::move(*byte));
            }
        }
        if (made.raw.size() == items.size()) {
            check_constant_raw(from, made);
        }
    }

    // Bytes that do not depend on the event can be checked now.
    void check_constant_raw(const entry& from, const flow::midi_maker& made) {
        std::vector<std::uint8_t> bytes;
        for (const flow::expression& each : made.raw) {
            if (!each.is_constant()) {
                return;
            }
            bytes.push_back(static_cast<std::uint8_t>(each.run({}).number));
        }
        if (!bytes.empty() && codec::midi_check(bytes) != codec::midi_error::none) {
            fields_.error(from, from.value,
                          {"these bytes are not one complete MIDI message",
                           {},
                           "write a status byte, then its data bytes below 128, like [0x90, 60, "
                           "100]; a SysEx ends with 0xF7"});
        }
    }

    flow::osc_maker read_osc() {
        flow::osc_maker made;
        if (const entry* const address = find("address")) {
            read_address(*address, made);
        }
        if (const entry* const args = find("args")) {
            read_arguments(*args, made);
        }
        const entry* const shaped = has("scale") ? find("scale") : find("clamp");
        if (shaped == nullptr) {
            return made;
        }
        const bool is_one = made.arguments && made.arguments->size() == 1 &&
                            made.arguments->front().computed.has_value();
        if (!is_one) {
            fields_.error_at_key(*shaped, {"this needs args with exactly one argument",
                                           {},
                                           "in a longer list, write scale(...) or clamp(...) in "
                                           "the argument that it should change"});
        } else {
            reshape(*made.arguments->front().computed);
        }
        return made;
    }

    void read_address(const entry& from, flow::osc_maker& made) {
        if (from.value.kind != node_kind::text) {
            fields_.error(from, from.value,
                          {"expected an address in quotes, like \"/piano/$note\", found " +
                           std::string(kind_name(from.value.kind))});
            return;
        }
        auto compiled = flow::address_template::compile(from.value.text);
        if (!compiled) {
            fields_.error(from, from.value, compiled.error());
            return;
        }
        for (const flow::expression& each : compiled->pieces()) {
            fields_.check_captures(from, from.value, each.captures());
        }
        made.address = std::move(*compiled);
    }

    void read_arguments(const entry& from, flow::osc_maker& made) {
        const std::span<const node> items = rule_fields::items(from.value);
        if (items.size() > flow::osc_maker::arguments_max) {
            fields_.error(from, from.value,
                          {"expected at most " + std::to_string(flow::osc_maker::arguments_max) +
                           " arguments"});
            return;
        }
        made.arguments.emplace();
        for (const node& item : items) {
            if (item.kind == node_kind::text && item.text == "$@") {
                made.arguments->push_back({});
            } else if (auto one = read_argument(from, item)) {
                made.arguments->push_back({std::move(one)});
            }
        }
    }

    // A text without $ is a literal; a number or boolean is itself.
    std::optional<flow::expression> read_argument(const entry& from, const node& item) {
        using flow::expression;
        if (item.kind == node_kind::text) {
            if (item.text.find('$') != std::string::npos) {
                return fields_.compiled(from, item);
            }
            if (item.text.find('\0') != std::string::npos) {
                fields_.error(from, item, {"the text contains a NUL character"});
                return std::nullopt;
            }
            return expression::constant(item.text);
        }
        if (item.kind == node_kind::boolean) {
            return expression::constant(static_cast<double>(item.integer),
                                        item.integer != 0 ? 'T' : 'F');
        }
        if (item.kind == node_kind::integer) {
            const bool is_short = item.integer >= std::numeric_limits<std::int32_t>::min() &&
                                  item.integer <= std::numeric_limits<std::int32_t>::max();
            return expression::constant(static_cast<double>(item.integer), is_short ? 'i' : 'h');
        }
        return fields_.expression(from, item, any_number);
    }

    rule_fields fields_;
    const entry& from_;
};

} // namespace

std::span<const rule_key> as_keys() noexcept {
    return keys;
}

void read_as(checker& check, const entry& from, std::size_t wildcards,
             std::optional<flow::translation>& into) {
    into = as_reader(check, from, wildcards).read();
}

} // namespace tactus::config
