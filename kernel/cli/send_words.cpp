// SPDX-License-Identifier: MIT
#include "kernel/cli/send_words.hpp"

#include "kernel/base/hexadecimal.hpp"
#include "kernel/cli/event_words.hpp"
#include "kernel/config/quantity.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tactus::cli {
namespace {

constexpr double ns_per_s = 1e9;
constexpr int bend_center = 8192;

struct number_word {
    const char* name;
    int low;
    int high;
};
struct kind_of_event {
    std::string_view word;
    std::uint8_t status;              // without the channel
    std::vector<number_word> numbers; // the words behind it
    std::size_t needed;               // of them
};

constexpr number_word note_word{"NOTE", 0, 127};
constexpr number_word value_word{"VALUE", 0, 127};

const std::vector<kind_of_event>& kinds() {
    static const std::vector<kind_of_event> all{
        {"note", 0x90, {note_word, {"VELOCITY", 1, 127}}, 1},
        {"note_off", 0x80, {note_word}, 1},
        {"cc", 0xB0, {{"NUMBER", 0, 127}, value_word}, 2},
        {"program", 0xC0, {{"NUMBER", 0, 127}}, 1},
        {"bend", 0xE0, {{"VALUE", -bend_center, bend_center - 1}}, 1},
        {"pressure", 0xD0, {value_word}, 1},
    };
    return all;
}

unexpected<error> wrong(std::string text) {
    return fail(error_kind::invalid, std::move(text));
}

std::string usage_of(const kind_of_event& kind) {
    std::string text(kind.word);
    for (std::size_t i = 0; i < kind.numbers.size(); ++i) {
        const std::string name = kind.numbers[i].name;
        text += i < kind.needed ? " " + name : " [" + name + "]";
    }
    return text;
}

std::string expected_kinds() {
    std::string text;
    for (const kind_of_event& each : kinds()) {
        text += usage_of(each) + ", ";
    }
    return text + "pressure NOTE VALUE, osc ADDRESS [ARGUMENT...] or raw \"90 3c 64\"";
}

result<int> number_of(const std::string& word, const number_word& as, std::string_view kind) {
    int value = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
    if (read.ec == std::errc() && read.ptr == word.data() + word.size() && value >= as.low &&
        value <= as.high) {
        return value;
    }
    return wrong(std::string(as.name) + " of " + std::string(kind) + " is " + config::quoted(word) +
                 "; expected a whole number from " + std::to_string(as.low) + " to " +
                 std::to_string(as.high));
}

// The bytes of a message of that kind, after its status.
std::vector<int> data_of(const kind_of_event& kind, std::vector<int> numbers) {
    if (kind.word == "bend") {
        const int value = numbers[0] + bend_center;
        return {value & 0x7F, value >> 7};
    }
    if (kind.word == "note" && numbers.size() == 1) {
        numbers.push_back(100);
    }
    if (kind.word == "note_off") {
        numbers.push_back(64);
    }
    return numbers;
}

result<std::string> channel_member(const kind_of_event& kind, std::span<const std::string> words,
                                   int channel) {
    if (words.size() < kind.needed || words.size() > kind.numbers.size()) {
        return wrong("expected " + usage_of(kind));
    }
    std::vector<int> numbers;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const result<int> number = number_of(words[i], kind.numbers[i], kind.word);
        if (!number) {
            return unexpected<error>(number.error());
        }
        numbers.push_back(*number);
    }
    std::vector<int> bytes{kind.status | (channel - 1)};
    for (const int each : data_of(kind, std::move(numbers))) {
        bytes.push_back(each);
    }
    return midi_member(base::hexadecimal(std::vector<std::uint8_t>(bytes.begin(), bytes.end())));
}

result<std::string> event_member(std::span<const std::string> words, int channel) {
    if (words.empty()) {
        return wrong("expected an event: " + expected_kinds());
    }
    const std::string& word = words.front();
    const std::span<const std::string> rest = words.subspan(1);
    if (word == "osc") {
        return osc_member(rest);
    }
    if (word == "raw") {
        std::string bytes;
        for (const std::string& each : rest) {
            bytes += each + " ";
        }
        return midi_member(bytes);
    }
    if (word == "pressure" && rest.size() == 2) {
        static const kind_of_event of_a_note{"pressure", 0xA0, {note_word, value_word}, 2};
        return channel_member(of_a_note, rest, channel);
    }
    for (const kind_of_event& each : kinds()) {
        if (each.word == word) {
            return channel_member(each, rest, channel);
        }
    }
    const std::vector<std::string> names = event_kinds();
    const std::string hint =
        config::did_you_mean(word, std::vector<std::string_view>(names.begin(), names.end()));
    return wrong(config::quoted(word) + " is not a kind of event; " +
                 (hint.empty() ? "" : hint + " ") + "expected " + expected_kinds());
}

std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

// "+2s", or seconds since 1970.
result<void> add_time(const std::string& at, send_request& into) {
    if (at.empty()) {
        return {};
    }
    if (at.starts_with('+')) {
        const auto ns = config::parse_duration(std::string_view(at).substr(1));
        if (ns && *ns >= 0) {
            into.waits_s += static_cast<double>(*ns) / ns_per_s;
            into.members += ",\"after\":" + number_text(static_cast<double>(*ns) / ns_per_s);
            return {};
        }
    } else {
        double seconds = 0;
        const auto read = std::from_chars(at.data(), at.data() + at.size(), seconds);
        if (read.ec == std::errc() && read.ptr == at.data() + at.size()) {
            into.members += ",\"at\":" + at;
            return {};
        }
    }
    return wrong("--at is " + config::quoted(at) +
                 "; expected a time from now, like \"+2s\" or \"+250ms\", or seconds since 1970");
}

} // namespace

std::vector<std::string> event_kinds() {
    std::vector<std::string> words;
    for (const kind_of_event& each : kinds()) {
        words.emplace_back(each.word);
    }
    words.insert(words.end(), {"osc", "raw"});
    return words;
}

result<send_request> read_send(std::span<const std::string> words, int channel,
                               const send_times& when) {
    if (channel < 1 || channel > 16) {
        return wrong("--channel is " + std::to_string(channel) + "; expected 1 to 16");
    }
    const result<std::string> event = event_member(words, channel);
    if (!event) {
        return unexpected<error>(event.error());
    }
    send_request made;
    made.members = *event;
    if (const result<void> added = add_time(when.at, made); !added) {
        return unexpected<error>(added.error());
    }
    if (when.length.empty()) {
        return made;
    }
    const auto ns = config::parse_duration(when.length);
    if (!ns || *ns <= 0) {
        return wrong("--for is " + config::quoted(when.length) +
                     "; expected a duration above 0, like \"500ms\" or \"2s\"");
    }
    if (words.front() != "note" && words.front() != "raw") {
        return wrong("--for ends a note; " + config::quoted(words.front()) + " has no end");
    }
    made.waits_s += static_cast<double>(*ns) / ns_per_s;
    made.members += ",\"for\":" + number_text(static_cast<double>(*ns) / ns_per_s);
    return made;
}

} // namespace tactus::cli
