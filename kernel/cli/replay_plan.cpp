// SPDX-License-Identifier: MIT
#include "kernel/cli/replay_plan.hpp"

#include "kernel/codec/midi_file.hpp"
#include "kernel/control/recording.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <utility>

namespace tactus::cli {
namespace {

constexpr double ns_per_s = 1e9;

std::int64_t scaled(double ns, double speed) noexcept {
    return std::llround(ns / speed);
}

std::string count_text(std::uint64_t count, const char* one, const char* several) {
    return std::to_string(count) + (count == 1 ? one : several);
}

result<replay_plan> plan_midi_file(std::string_view contents, const replay_target& to) {
    if (to.as_input.empty() && to.output.empty()) {
        return fail(error_kind::invalid,
                    "a Standard MIDI File does not say where its events go; add --output NAME or "
                    "--as-input NAME");
    }
    result<codec::midi_file> file = codec::read_midi_file(
        {reinterpret_cast<const std::uint8_t*>(contents.data()), contents.size()});
    if (!file) {
        return unexpected<error>(file.error());
    }
    replay_plan plan;
    std::size_t too_long = 0;
    for (codec::midi_file_event& each : file->events) {
        if (each.bytes.size() > replay_message_max) {
            ++too_long;
            continue;
        }
        control::play_event made;
        made.at_ns = scaled(static_cast<double>(each.at_ns), to.speed);
        made.is_input = !to.as_input.empty();
        made.place = made.is_input ? to.as_input : to.output;
        made.protocol = TACTUS_PROTO_MIDI;
        made.bytes = std::move(each.bytes);
        plan.events.push_back(std::move(made));
    }
    plan.length_ns = scaled(static_cast<double>(file->length_ns), to.speed);
    if (file->tracks_missing > 0) {
        plan.notes.push_back("The file should have " +
                             std::to_string(file->tracks + file->tracks_missing) +
                             " tracks, but only " + std::to_string(file->tracks) +
                             (file->tracks == 1 ? " is" : " are") + " there: it may be cut off.");
    }
    if (file->skipped > 0) {
        plan.notes.push_back(
            count_text(file->skipped, " piece of the file is", " pieces of the file are") +
            " no whole MIDI message, and left out.");
    }
    if (too_long > 0) {
        plan.notes.push_back(count_text(too_long,
                                        " System Exclusive message of more than 32000 "
                                        "bytes is left out.",
                                        " System Exclusive messages of more than 32000 bytes are "
                                        "left out."));
    }
    return plan;
}

// The recording of one file, line by line.
class recording_plan {
public:
    explicit recording_plan(const replay_target& to) : to_(to) {}

    result<replay_plan> read(std::string_view contents) {
        std::size_t number = 0;
        while (!contents.empty()) {
            const std::size_t end = contents.find('\n');
            const std::string_view line = contents.substr(0, end);
            ++number;
            if (result<void> taken = take(line, number == 1); !taken) {
                if (end == std::string_view::npos && number > 1) {
                    plan_.notes.emplace_back("The last line is cut off, and left out.");
                    break;
                }
                return fail(error_kind::invalid,
                            "line " + std::to_string(number) + ": " + taken.error().text);
            }
            contents.remove_prefix(end == std::string_view::npos ? contents.size() : end + 1);
        }
        if (plan_.events.empty()) {
            return nothing_to_play();
        }
        finish();
        return std::move(plan_);
    }

private:
    result<void> take(std::string_view line, bool is_header) {
        if (is_header) {
            const result<double> started = reader_.header(line);
            return started ? result<void>() : unexpected<error>(started.error());
        }
        if (line.empty()) {
            return {};
        }
        result<control::recorded_event> one = reader_.event(line);
        if (!one) {
            return unexpected<error>(one.error());
        }
        missed_ += one->missed;
        const bool is_wanted =
            one->event.result == (to_.as_input.empty() ? "sent" : "received") && one->missed == 0;
        if (is_wanted &&
            (one->is_part || one->bytes.empty() || one->bytes.size() > replay_message_max)) {
            ++left_out_;
        } else if (is_wanted) {
            add(std::move(*one));
        }
        return {};
    }

    void add(control::recorded_event one) {
        const double at_s = one.event.due_s > 0 ? one.event.due_s : one.event.at_s;
        if (plan_.events.empty()) {
            first_s_ = at_s;
        }
        control::play_event made;
        made.at_ns = scaled((at_s - first_s_) * ns_per_s, to_.speed);
        made.is_input = !to_.as_input.empty();
        made.place = made.is_input        ? to_.as_input
                     : to_.output.empty() ? std::move(one.event.output)
                                          : to_.output;
        made.protocol = one.protocol;
        made.bytes = std::move(one.bytes);
        plan_.events.push_back(std::move(made));
    }

    [[nodiscard]] result<replay_plan> nothing_to_play() const {
        return fail(error_kind::invalid,
                    to_.as_input.empty()
                        ? "there is no event in it that was sent"
                        : "there is no event in it that an input received; `tactus tap --record` "
                          "writes them, `tactus tap --json` does not");
    }

    // The first that was recorded need not be the first that was due.
    void finish() {
        std::stable_sort(plan_.events.begin(), plan_.events.end(),
                         [](const auto& a, const auto& b) { return a.at_ns < b.at_ns; });
        const std::int64_t first_ns = plan_.events.front().at_ns;
        for (control::play_event& each : plan_.events) {
            each.at_ns -= first_ns;
        }
        plan_.length_ns = plan_.events.back().at_ns;
        if (missed_ > 0) {
            plan_.notes.push_back(count_text(missed_, " event is", " events are") +
                                  " missing in the recording: the reader was too slow for them.");
        }
        if (left_out_ > 0) {
            plan_.notes.push_back(count_text(left_out_, " event is", " events are") +
                                  " left out: longer than 32000 bytes, a part of a longer message, "
                                  "or not recorded with "
                                  "the contents.");
        }
    }

    const replay_target& to_;
    control::recording_reader reader_;
    replay_plan plan_;
    double first_s_ = 0;
    std::uint64_t missed_ = 0;
    std::uint64_t left_out_ = 0;
};

} // namespace

result<replay_plan> plan_replay(std::string_view contents, const replay_target& to) {
    return contents.starts_with("MThd") ? plan_midi_file(contents, to)
                                        : recording_plan(to).read(contents);
}

result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(error_kind::io, std::string("cannot be opened: ") + std::strerror(errno));
    }
    std::string contents;
    char chunk[65'536];
    while (file.read(chunk, sizeof chunk) || file.gcount() > 0) {
        contents.append(chunk, static_cast<std::size_t>(file.gcount()));
        if (contents.size() > replay_file_max) {
            return fail(error_kind::limit, "has more than 256 MiB, which is the limit");
        }
    }
    if (file.bad() || contents.empty()) {
        return fail(error_kind::io,
                    contents.empty() ? "is empty, or cannot be read" : "cannot be read to its end");
    }
    return contents;
}

} // namespace tactus::cli
