// SPDX-License-Identifier: MIT
// The live part of the status page, once a second, as server-sent events. All readers share what is
// rendered, off the loop. Bounded: readers_max readers, and of each only one update waits: a reader
// that is slow skips updates and is told how many; one that takes nothing for write_limit_ns is
// closed. Without a reader nothing is collected, rendered or awaited. Threads: loop.
//   hello    first: the build of the daemon; a page of another build loads itself anew
//   state    the live part as HTML, if it has changed
//   skipped  how many updates this reader did not get, before the next one
//   beat     nothing has changed for beat_ns
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/metrics/http_response.hpp"
#include "kernel/metrics/page/view.hpp"

#include <tactus/cpp/event.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace tactus::metrics::page {

// The contents of the page; the daemon provides them. Threads: loop.
class source {
public:
    source() = default;
    source(const source&) = delete;
    source& operator=(const source&) = delete;
    virtual ~source() = default;

    [[nodiscard]] virtual view take_view() = 0;
    // Adds what takes system calls that may block. Threads: any.
    virtual void complete(view& taken) const = 0;
    // As view::build.
    [[nodiscard]] virtual std::string build() const = 0;
    // Whether the tap may be opened at this address.
    [[nodiscard]] virtual bool has_tap() const = 0;
    // A stream of the tap's events; nullptr: as many as may are open. Bounds: has_tap().
    [[nodiscard]] virtual std::unique_ptr<body_stream> open_tap(bool only_lost) = 0;
};

class updates {
public:
    static constexpr std::size_t readers_max = 16;
    static constexpr std::int64_t period_ns = 1'000'000'000;
    static constexpr std::int64_t beat_ns = 5'000'000'000;
    static constexpr std::int64_t write_limit_ns = 10'000'000'000;

    // Both must outlive it, and it must outlive the streams.
    updates(coro::reactor& reactor, source& shown) : reactor_(reactor), shown_(shown) {}
    updates(const updates&) = delete;
    updates& operator=(const updates&) = delete;

    // nullptr: readers_max are there already.
    [[nodiscard]] std::unique_ptr<body_stream> open();

private:
    class reader;
    // A rendered live part, by its bytes; all that wait for it share it.
    using rendition = std::shared_ptr<const std::string>;

    tactus::task<rendition> newest();
    tactus::task<rendition> render();

    coro::reactor& reactor_;
    source& shown_;
    std::size_t readers_ = 0;
    rendition newest_;
    std::int64_t rendered_ns_ = 0; // when it was collected
    bool is_rendering_ = false;
    tactus::event rendered_;
};

// How much of a stream the system holds for a client that does not read, in bytes; it may double
// this. By itself it would hold megabytes, and a slow page would show what was long ago.
inline constexpr int unread_bytes_max = 128 << 10;
// Sets that for the connection, if it has a descriptor.
void bound_unread(const coro::byte_stream& of) noexcept;

// Returns when the client has ended the connection, or has sent more than it has reason to.
// Errors: canceled.
[[nodiscard]] tactus::task<void> await_end(coro::byte_stream& of);

} // namespace tactus::metrics::page
