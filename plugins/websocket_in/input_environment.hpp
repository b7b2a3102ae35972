// SPDX-License-Identifier: MIT
// What all sessions of one input share: the batch that they fill in turn, the port names that they
// request, and the kernel behind both.
#pragma once

#include "session_environment.hpp"

#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace websocket_in {

inline constexpr std::size_t text_bytes_max = 65536;
// A text of that size makes at most 3641 events, with 2.5 bytes of OSC for each byte of text.
inline constexpr std::uint32_t events_a_text_max = 4096;
inline constexpr std::size_t bytes_a_text_max = 4 * text_bytes_max;

/// Shared by the sessions: the batch, and the kernel behind it.
class input_environment final : public session_environment {
public:
    explicit input_environment(tactus::context& here)
        : session_environment(text_bytes_max), here_(here),
          batch(2 * events_a_text_max, 2 * bytes_a_text_max) {}

    void add(const tactus_event& event) noexcept override {
        tactus_event* const made =
            batch.add(event.protocol, std::span(event.bytes, std::size_t{event.size}));
        if (made == nullptr) {
            here_.reject(1, "too_large"); // cannot happen: has_room() was checked
            return;
        }
        const std::uint8_t* const bytes = made->bytes;
        *made = event;
        made->bytes = bytes;
    }
    bool has_room() const noexcept override {
        return batch.size() < events_a_text_max && batch.bytes_left() >= bytes_a_text_max;
    }
    std::uint32_t resolve(std::string_view name) override {
        try {
            return here_.ports().resolve(name);
        } catch (const tactus::failure&) {
            return 0;
        }
    }
    std::uint64_t cancel(std::uint32_t tag) override { return here_.cancel(tag); }
    void reject(const char* reason) noexcept override { here_.reject(1, reason); }
    std::int64_t now_ns() const noexcept override { return tactus::to_ns(here_.now()); }
    std::int64_t unix_offset_ns() const noexcept override {
        return -tactus::to_ns(here_.from_unix(0));
    }

private:
    tactus::context& here_;

public:
    tactus::batch_builder batch; // invalid after a wait: other sessions fill it
};

/// A connection's own copy of the events that it put into the batch, which other sessions fill
/// while it waits. Its memory is kept from one copy to the next: once a connection has sent its
/// longest message, it does not allocate any more.
class handed_over {
public:
    /// Errors: std::bad_alloc.
    void copy(const tactus::batch_builder& from) {
        const std::size_t bytes = bytes_of(from.view());
        if (from.size() > events_max_ || bytes > bytes_max_) {
            events_max_ = std::bit_ceil(std::max(from.size(), events_max_));
            bytes_max_ = std::bit_ceil(std::max(bytes, bytes_max_));
            events_.emplace(events_max_, bytes_max_);
        }
        events_->clear();
        for (const tactus_event& each : from.view()) {
            tactus_event* const made =
                events_->add(each.protocol, std::span(each.bytes, std::size_t{each.size}));
            const std::uint8_t* const own = made->bytes;
            *made = each;
            made->bytes = own;
        }
    }
    /// Bounds: after copy().
    [[nodiscard]] tactus::batch_view view() const noexcept { return events_->view(); }

private:
    static std::size_t bytes_of(tactus::batch_view events) noexcept {
        std::size_t bytes = 0;
        for (const tactus_event& each : events) {
            bytes += each.size;
        }
        return bytes;
    }

    std::uint32_t events_max_ = 0;
    std::size_t bytes_max_ = 0;
    std::optional<tactus::batch_builder> events_;
};

} // namespace websocket_in
