// SPDX-License-Identifier: MIT
// What the tests of the timed queue share: making queues and events, and taking events out as text.
#pragma once

#include "kernel/flow/queue/timed_queue.hpp"

#include <tactus/event.h>

#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::flow::test {

inline constexpr std::int64_t second_ns = 1'000'000'000;
inline constexpr std::int64_t start_ns = 1000 * second_ns;

// So many events with payloads that need no block, and no group of their own.
inline constexpr queue_amount short_events(std::uint64_t count) {
    return {count, count * cell_store::cell_bytes};
}

struct queue_under_test {
    timed_queue queue;

    explicit queue_under_test(const queue_limits& limits = {})
        : queue(std::move(*timed_queue::make(limits, start_ns))) {}

    std::uint16_t add(std::uint64_t events_max = 1000, when_full policy = when_full::drop_newest) {
        const auto added = queue.add_output({{events_max, 1 << 30}, policy});
        REQUIRE(added.has_value());
        return *added;
    }

    push_result push(std::uint16_t output, std::int64_t due_ns, std::string_view text,
                     event_source source = {}) {
        source.bytes = std::as_bytes(std::span(text.data(), text.size()));
        return queue.push(output, due_ns, source);
    }

    std::string text_of(const due_entry& entry) const {
        const auto bytes = queue.events().bytes(entry.slot);
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    std::vector<due_entry> pop(std::uint16_t output, std::int64_t now_ns, std::size_t most = 100) {
        std::vector<due_entry> entries(most);
        entries.resize(queue.pop_due(output, now_ns, entries));
        return entries;
    }

    // All that is due, released again: "a b c".
    std::string take(std::uint16_t output, std::int64_t now_ns) {
        std::string texts;
        for (const due_entry& entry : pop(output, now_ns)) {
            texts += (texts.empty() ? "" : " ") + text_of(entry);
            queue.release(entry);
        }
        return texts;
    }

    void sweep_all() {
        while (queue.sweep(100)) {
        }
    }
};

inline event_source tagged(std::uint32_t tag) {
    event_source source;
    source.tag = tag;
    return source;
}

inline event_source critical(std::uint32_t tag = 0) {
    event_source source = tagged(tag);
    source.flags = TACTUS_EVENT_CRITICAL;
    source.room = claim::reserve;
    return source;
}

} // namespace tactus::flow::test
