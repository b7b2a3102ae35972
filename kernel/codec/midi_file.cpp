// SPDX-License-Identifier: MIT
#include "kernel/codec/midi_file.hpp"

#include "kernel/codec/midi.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::codec {
namespace {

using bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t meta = 0xFF;
constexpr std::uint8_t meta_tempo = 0x51;
constexpr std::uint8_t meta_end = 0x2F;
constexpr double first_tempo_us = 500'000;                   // of a quarter note
constexpr std::array<int, 4> frame_rates = {24, 25, 29, 30}; // a second; 29 means 29.97

struct timed_message {
    std::uint64_t tick = 0;
    std::vector<std::uint8_t> message; // empty: the tempo changes
    double tempo_us = 0;
};

// How long a tick is; with frames, tempo does not matter.
struct time_division {
    double ticks_a_quarter = 0; // 0: with frames
    double tick_ns = 0;         // with frames
};

std::string hex_of(std::uint8_t byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {digits[byte >> 4U], digits[byte & 15U]};
}

// Reads on, and remembers the first mistake. After it, everything reads as 0.
class byte_reader {
public:
    explicit byte_reader(bytes all) noexcept : all_(all), end_(all.size()) {}

    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    [[nodiscard]] bool is_at_end() const noexcept { return at_ >= end_ || has_failed(); }
    [[nodiscard]] bool has_failed() const noexcept { return !wrong_.empty(); }
    [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }
    void fail_at(std::size_t position, const std::string& what) {
        if (wrong_.empty()) {
            wrong_ = "byte " + std::to_string(position) + ": " + what;
        }
    }
    // The rest, until `size` bytes further.
    void limit(std::size_t size) noexcept { end_ = at_ + size; }
    void unlimit() noexcept { end_ = all_.size(); }
    void skip_to_limit() noexcept { at_ = end_; }
    [[nodiscard]] std::size_t left() const noexcept { return end_ - at_; }

    bytes take(std::size_t size, const char* what) {
        if (has_failed() || size > left()) {
            fail_at(at_, std::string("the file or the track ends within ") + what);
            return {};
        }
        at_ += size;
        return all_.subspan(at_ - size, size);
    }
    std::uint32_t big_endian(std::size_t size, const char* what) {
        std::uint32_t value = 0;
        for (const std::uint8_t byte : take(size, what)) {
            value = value << 8U | byte;
        }
        return value;
    }
    std::uint8_t byte(const char* what) { return static_cast<std::uint8_t>(big_endian(1, what)); }
    [[nodiscard]] std::uint8_t peek() const noexcept { return is_at_end() ? 0 : all_[at_]; }
    std::uint32_t number(const char* what) {
        const std::size_t begin = at_;
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const std::uint8_t next = byte(what);
            value = value << 7U | (next & 0x7FU);
            if ((next & 0x80U) == 0) {
                return value;
            }
        }
        fail_at(begin, std::string(what) + " has more than 4 bytes");
        return 0;
    }

private:
    bytes all_;
    std::size_t at_ = 0;
    std::size_t end_;
    std::string wrong_;
};

// One track after the other; their events are sorted afterwards.
class track_reader {
public:
    explicit track_reader(byte_reader& from) noexcept : from_(from) {}

    void read_track() {
        tick_ = 0;
        running_ = 0;
        sysex_.clear();
        bool has_ended = false;
        while (!has_ended && !from_.is_at_end()) {
            tick_ += from_.number("a delta time");
            has_ended = read_event();
            if (found_.size() > midi_file_events_max) {
                from_.fail_at(from_.at(), "there are more than 4000000 events");
            }
        }
        last_tick_ = std::max(last_tick_, tick_);
    }

    [[nodiscard]] std::vector<timed_message>& found() noexcept { return found_; }
    [[nodiscard]] std::uint64_t last_tick() const noexcept { return last_tick_; }
    [[nodiscard]] std::size_t skipped() const noexcept { return skipped_; }

private:
    // Returns true if the track ends.
    bool read_event() {
        const std::size_t begin = from_.at();
        const std::uint8_t first = from_.peek();
        if (first == meta) {
            return read_meta();
        }
        if (first == 0xF0 || first == 0xF7) {
            read_sysex();
        } else if (first >= 0xF0) {
            from_.fail_at(begin, "the status " + hex_of(first) +
                                     " does not occur in files; expected 80 to ef, f0, f7 or ff");
        } else if (first < 0x80 && running_ == 0) {
            from_.fail_at(begin, "the data byte " + hex_of(first) +
                                     " has no status before it; expected 80 to ef, f0, f7 or ff");
        } else {
            read_channel_message();
        }
        return from_.has_failed();
    }

    void read_channel_message() {
        if (from_.peek() >= 0x80) {
            running_ = from_.byte("a message");
        }
        const std::size_t begin = from_.at();
        std::vector<std::uint8_t> message = {running_};
        for (const std::uint8_t byte : from_.take(midi_length(running_) - 1, "a message")) {
            message.push_back(byte);
        }
        if (!from_.has_failed() && midi_check(message) != midi_error::none) {
            from_.fail_at(begin, "the message with the status " + hex_of(running_) +
                                     " has a data byte above 7f");
        }
        add(std::move(message));
    }

    // A SysEx in pieces continues with F7; what such a piece contains otherwise is sent if it is a
    // message.
    void read_sysex() {
        const bool is_first = from_.byte("an event") == 0xF0;
        const std::size_t begin = from_.at();
        const bytes content = from_.take(from_.number("a size"), "System Exclusive");
        if (is_first) {
            skipped_ += sysex_.empty() ? 0U : 1U;
            sysex_ = {0xF0};
        }
        const bool is_whole = is_first || !sysex_.empty();
        sysex_.insert(sysex_.end(), content.begin(), content.end());
        if (sysex_.size() > midi_size_max) {
            from_.fail_at(begin, "System Exclusive is longer than 65536 bytes");
        }
        if (is_whole && (sysex_.back() != 0xF7 || sysex_.size() < 2)) {
            return; // it goes on
        }
        std::vector<std::uint8_t> message = std::exchange(sysex_, {});
        if (message.empty() || midi_check(message) != midi_error::none) {
            ++skipped_;
        } else {
            add(std::move(message));
        }
    }

    bool read_meta() {
        from_.byte("an event");
        const std::uint8_t type = from_.byte("a meta event");
        const std::size_t begin = from_.at();
        const bytes content = from_.take(from_.number("a size"), "a meta event");
        if (type == meta_tempo && !from_.has_failed()) {
            if (content.size() != 3) {
                from_.fail_at(begin, "a tempo has " + std::to_string(content.size()) +
                                         " bytes; expected 3");
                return true;
            }
            const double tempo_us = content[0] << 16 | content[1] << 8 | content[2];
            found_.push_back({tick_, {}, tempo_us});
        }
        return type == meta_end || from_.has_failed();
    }

    void add(std::vector<std::uint8_t> message) {
        if (!from_.has_failed()) {
            found_.push_back({tick_, std::move(message), 0});
        }
    }

    byte_reader& from_;
    std::vector<timed_message> found_;
    std::vector<std::uint8_t> sysex_; // whose end has not come yet
    std::uint64_t tick_ = 0;
    std::uint64_t last_tick_ = 0;
    std::size_t skipped_ = 0;
    std::uint8_t running_ = 0; // 0: none
};

time_division read_division(byte_reader& from) {
    const std::size_t begin = from.at();
    const std::uint32_t division = from.big_endian(2, "the header");
    if ((division & 0x8000U) == 0) {
        if (division == 0) {
            from.fail_at(begin, "a quarter note has 0 ticks");
        }
        return {static_cast<double>(division), 0};
    }
    const int frames = 256 - static_cast<int>(division >> 8U);
    const double ticks = division & 0xFFU;
    if (std::find(frame_rates.begin(), frame_rates.end(), frames) == frame_rates.end() ||
        ticks == 0) {
        from.fail_at(begin, "the time division " +
                                hex_of(static_cast<std::uint8_t>(division >> 8)) + " " +
                                hex_of(static_cast<std::uint8_t>(division)) +
                                " is none of the specification");
        return {};
    }
    const double frame_ns = frames == 29 ? 1'001'000'000.0 / 30 : 1'000'000'000.0 / frames;
    return {0, frame_ns / ticks};
}

std::string cut_off(const char* what, std::uint32_t size, std::size_t left) {
    return std::string("the ") + what + " has " + std::to_string(size) + " bytes, but only " +
           std::to_string(left) + (left == 1 ? " follows" : " follow") + "; the file is cut off";
}

// Returns the division. `tracks`: how many the file should have.
time_division read_header(byte_reader& from, std::uint32_t& tracks) {
    const bytes id = from.take(4, "the header");
    if (from.has_failed() || std::memcmp(id.data(), "MThd", 4) != 0) {
        from.fail_at(0, "this is no Standard MIDI File; expected MThd");
        return {};
    }
    const std::uint32_t size = from.big_endian(4, "the header");
    if (size < 6) {
        from.fail_at(4, "the header has " + std::to_string(size) + " bytes; expected 6");
    } else if (size > from.left()) {
        from.fail_at(4, cut_off("header", size, from.left()));
    }
    if (from.has_failed()) {
        return {};
    }
    from.limit(size);
    const std::uint32_t format = from.big_endian(2, "the header");
    if (format > 1) {
        from.fail_at(8, "the format is " + std::to_string(format) +
                            "; expected 0 or 1 (2 has songs that do not belong together)");
    }
    tracks = from.big_endian(2, "the header");
    const time_division division = read_division(from);
    from.skip_to_limit();
    from.unlimit();
    return division;
}

std::int64_t place_in_time(std::vector<timed_message>& all, const time_division& by,
                           std::uint64_t last_tick, midi_file& into) {
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.tick < b.tick; });
    double tick_ns =
        by.ticks_a_quarter > 0 ? first_tempo_us * 1'000 / by.ticks_a_quarter : by.tick_ns;
    double base_ns = 0;
    std::uint64_t base_tick = 0;
    const auto time_of = [&](std::uint64_t tick) {
        return base_ns + static_cast<double>(tick - base_tick) * tick_ns;
    };
    const auto limited = [](double at_ns) {
        return static_cast<std::int64_t>(
            std::min(at_ns, static_cast<double>(midi_file_length_max_ns) + 1));
    };
    for (timed_message& each : all) {
        if (!each.message.empty()) {
            into.events.push_back({limited(time_of(each.tick)), std::move(each.message)});
        } else if (by.ticks_a_quarter > 0) {
            base_ns = time_of(each.tick);
            base_tick = each.tick;
            tick_ns = each.tempo_us * 1'000 / by.ticks_a_quarter;
        }
    }
    return limited(time_of(std::max(last_tick, base_tick)));
}

} // namespace

result<midi_file> read_midi_file(bytes all) {
    byte_reader from(all);
    std::uint32_t promised = 0;
    const time_division division = read_header(from, promised);
    track_reader tracks(from);
    std::uint32_t found = 0;
    while (!from.is_at_end()) {
        const std::size_t begin = from.at();
        const bytes id = from.take(4, "the head of a chunk");
        const std::uint32_t size = from.big_endian(4, "the head of a chunk");
        if (!from.has_failed() && size > from.left()) {
            from.fail_at(begin, cut_off("chunk", size, from.left()));
        }
        if (from.has_failed()) {
            break;
        }
        from.limit(size);
        if (std::memcmp(id.data(), "MTrk", 4) == 0) {
            ++found;
            tracks.read_track();
        }
        from.skip_to_limit();
        from.unlimit();
    }
    if (found == 0) {
        from.fail_at(from.at(), "there is no track; expected MTrk");
    }
    if (from.has_failed()) {
        return fail(error_kind::invalid, from.wrong());
    }
    midi_file made;
    made.skipped = tracks.skipped();
    made.tracks = found;
    made.tracks_missing = promised > found ? promised - found : 0;
    made.length_ns = place_in_time(tracks.found(), division, tracks.last_tick(), made);
    if (made.length_ns > midi_file_length_max_ns) {
        return fail(error_kind::limit, "the file plays for more than 7 days");
    }
    return made;
}

} // namespace tactus::codec
