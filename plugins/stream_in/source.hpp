// SPDX-License-Identifier: MIT
// A source of lines, a connection or standard input: its position in the stream, the events of its
// lines, and the reports about them. It does not read or write; stream_in.cpp does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <tactus/cpp/plugin.hpp>
#include <tactus/cpp/sender_tags.hpp>

#include "answers.hpp"
#include "line_event.hpp"
#include "line_splitter.hpp"
#include "tag_registry.hpp"
#include "tagged_lines.hpp"

namespace stream_in {

class source;

class kernel_access : public host_access {
public:
    explicit kernel_access(tactus::context& here) : here_(here) {}
    tactus::time_point from_unix(std::int64_t unix_ns) override { return here_.from_unix(unix_ns); }
    std::uint32_t port(std::string_view name) override {
        try {
            return here_.ports().resolve(name);
        } catch (const tactus::failure&) {
            return 0;
        }
    }

private:
    tactus::context& here_;
};

/// The state that all sources of an input share. Threads: loop.
struct source_environment {
    source_environment(tactus::context& of, bool answers_lines, bool drops_of_leavers)
        : here(of), answers(answers_lines), drops(drops_of_leavers) {}

    tactus::context& here;
    bool answers;
    bool drops; // what a client has scheduled, when it disconnects
    kernel_access outside{here};
    line_reader reader{outside};
    tagged_lines tagged;
    tactus::group_numbers numbers;
    tag_registry tags;
    std::unordered_map<std::uint32_t, source*> sources; // by id
    std::uint32_t last_id = 0;
};

class source {
public:
    static constexpr std::uint32_t batch_max = 64; // events handed over together

    /// `client` gets the answers; nullptr: standard output.
    source(source_environment& environment, tactus::stream* client)
        : environment_(environment), client_(client), id_(++environment.last_id),
          tags_(environment.numbers), batch_(batch_max, TACTUS_EVENT_SIZE_MAX), lines_(line_max) {
        environment_.sources[id_] = this;
    }
    source(const source&) = delete;
    source& operator=(const source&) = delete;
    ~source() {
        environment_.sources.erase(id_);
        environment_.tagged.forget(id_);
    }

    /// Parses the bytes, emits their events, waiting if there is no room, and returns the answers.
    /// `bytes` must stay valid until then.
    tactus::task<std::string> take(std::string_view bytes) {
        return emit(bytes, environment_.here.now());
    }
    tactus::task<std::string> finish() { return emit({}, environment_.here.now()); }

    [[nodiscard]] bool is_in_line() const noexcept { return lines_.is_in_line(); }
    /// How many lines have ended.
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_.lines(); }
    /// Gives up the unfinished line; returns the answer to its peer.
    [[nodiscard]] std::string give_up() {
        environment_.here.reject(1, "malformed");
        std::string answer;
        add_answer(answer, lines_.lines() + 1, "this line did not end within packet_timeout");
        return answer;
    }

    /// Reports the outcome of an event of that line. A repeated report is dropped: the two ends of
    /// a note are refused together.
    void tell(std::uint64_t line, const std::string& error) {
        std::string one;
        add_answer(one, line, error);
        if (!error.empty() && one != last_report_ && reports_.size() <= answers_max) {
            reports_ += one;
            last_report_ = std::move(one);
        }
    }
    void tell_lost(std::uint64_t lost) {
        add_answer(reports_, lines_.lines(),
                   std::to_string(lost) + " more events went wrong at once than are told of");
    }
    /// Returns the reports gathered by tell(), and clears them.
    [[nodiscard]] std::string take_reports() { return std::exchange(reports_, std::string()); }

    /// Identify its share of the input's room, and its scheduled events.
    [[nodiscard]] const tactus::sender_tags& tags() const noexcept { return tags_; }
    [[nodiscard]] tactus::stream* client() const noexcept { return client_; }
    /// Whether reports about it may still come.
    [[nodiscard]] bool is_known() const noexcept { return environment_.tagged.knows(id_); }

private:
    // Without bytes: the stream has ended. Only a line that came in pieces is copied.
    tactus::task<std::string> emit(std::string_view bytes, tactus::time_point arrived) {
        std::string answers;
        std::optional<line_splitter::line> one =
            bytes.empty() ? lines_.finish() : lines_.next(bytes);
        while (one.has_value()) {
            const bool has_room = batch_.size() + events_of_line <= batch_max &&
                                  batch_.room().size() >= bytes_for(one->text.size());
            if (!has_room) {
                co_await hand_over();
            }
            read(*one, arrived, answers);
            if (environment_.reader.tag().cancels) {
                co_await hand_over();
                cancel();
            }
            one = lines_.next(bytes);
        }
        co_await hand_over();
        co_return answers;
    }

    tactus::task<> hand_over() {
        if (environment_.drops && client_ != nullptr) {
            const bool stays =
                co_await tactus::emit_while_open(environment_.here, *client_, batch_.view());
            if (!stays) {
                client_->close();
            }
        } else {
            co_await environment_.here.emit(batch_.view());
        }
        batch_.clear();
    }

    void read(const line_splitter::line& one, tactus::time_point arrived, std::string& answers) {
        const std::uint32_t before = batch_.size();
        const std::uint32_t tag = environment_.answers ? environment_.tagged.next_tag() : 0;
        const std::string error = one.is_too_long
                                      ? "this line has more than 65536 bytes"
                                      : environment_.reader.read(one.text, arrived, batch_, tag);
        const std::uint32_t group =
            batch_.size() == before ? 0 : group_of_line(one.number, answers);
        for (std::uint32_t i = before; i < batch_.size(); ++i) {
            batch_[i].group = group;
        }
        if (!error.empty()) {
            environment_.here.reject(1, one.is_too_long ? "too_large" : "malformed");
            add_answer(answers, one.number, error);
        } else if (batch_.size() != before && environment_.answers) {
            environment_.tagged.keep(id_, one.number);
        }
    }

    /// Events under a tag too many have none, and the line's peer is told.
    std::uint32_t group_of_line(std::uint64_t line, std::string& answers) {
        const std::string& tag = environment_.reader.tag().tag;
        if (tag.empty()) {
            return tags_.untagged();
        }
        const std::optional<std::uint32_t> known = tags_.find(tag);
        const std::optional<std::uint32_t> group = known ? known : tags_.of(tag);
        if (!group) {
            add_answer(answers, line, "more than 64 tags are used; this event has none");
        } else if (!known) {
            environment_.tags.add(tag, *group);
        }
        return group.value_or(tags_.untagged());
    }

    /// Under a tag, also what other clients have scheduled: a script writes a line and leaves.
    void cancel() {
        const std::string tag = environment_.reader.tag().tag;
        const auto take_back = [this](std::uint32_t group) { environment_.here.cancel(group); };
        if (tag.empty()) {
            tags_.for_each(take_back);
        } else {
            environment_.tags.for_each(tag, take_back);
        }
    }

    source_environment& environment_;
    tactus::stream* client_;
    std::uint32_t id_;
    tactus::sender_tags tags_;
    tactus::batch_builder batch_;
    line_splitter lines_;
    std::string reports_;
    std::string last_report_;
};

} // namespace stream_in
