// SPDX-License-Identifier: MIT
// What the three designs have to do: take events from a foreign thread, keep them, and hand each to
// its port when it is due. The load and the outlet are the same for all (load.cpp).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tactus::bench {

struct timed_event {
    std::int64_t due_ns = 0; // CLOCK_MONOTONIC
    std::string port;        // a part of its name, as users write it
    std::vector<std::uint8_t> bytes;
};

// The outside world: notes how late it was given an event, and sends it as a datagram to a socket
// on loopback. Called from one thread at a time.
class outlet {
public:
    outlet();
    outlet(const outlet&) = delete;
    outlet& operator=(const outlet&) = delete;
    ~outlet();

    void send(std::int64_t due_ns, const std::uint8_t* bytes, std::size_t size) noexcept;
    // Written by the design's thread, read by the load's, which waits for a count to be reached and
    // then reads what came before it: hence release and acquire.
    [[nodiscard]] std::size_t sent() const noexcept {
        return sent_.load(std::memory_order_acquire);
    }
    // Only while nothing is under way.
    [[nodiscard]] std::vector<std::int64_t> take_late_ns();

private:
    int in_fd_;
    int out_fd_;
    std::vector<std::int64_t> late_ns_;
    std::atomic<std::size_t> sent_{0};
};

class design {
public:
    design() = default;
    design(const design&) = delete;
    design& operator=(const design&) = delete;
    virtual ~design() = default; // ends its threads; what waits is lost

    // Threads: the load's. Blocks: as long as the design does.
    virtual void enqueue(std::vector<timed_event> events) = 0;
    // How many were taken into the design's queue, in total. Threads: the load's.
    [[nodiscard]] virtual std::size_t taken() const = 0;
};

// The names that its "system" has; the events ask for "bus 1".
inline const std::vector<std::string> port_names{"Midi Through Port-0", "USB MIDI 1",
                                                 "IAC Driver bus 2", "IAC Driver bus 1"};

[[nodiscard]] std::unique_ptr<design> make_ours(outlet& to);
[[nodiscard]] std::unique_ptr<design> make_ours_realtime(outlet& to);
[[nodiscard]] std::unique_ptr<design> make_ours_spinning(outlet& to);
[[nodiscard]] std::unique_ptr<design> make_replaced(outlet& to);
[[nodiscard]] std::unique_ptr<design> make_successor(outlet& to);

} // namespace tactus::bench
