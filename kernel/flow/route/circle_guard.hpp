// SPDX-License-Identifier: MIT
// Detects events that circulate: an output of this daemon leads, through other programs or daemons,
// back to one of its inputs, and each round yields a message of the same bytes. A circle makes tens
// of thousands of identical messages a second; people and their machines do not. When one is
// detected, the routes that it takes are muted for mute_ns, which stops it.
// route_muting calls it and remembers what is muted for an event.
//
// Never taken for a circle: an event of which at most rate * (1 + T) identical ones came in every
// span of T seconds: same input, same port, same bytes (except for a chance of 2^-64 that two
// hashes are equal). This is exact, because an event is muted only by an exact count. Counting all
// events would cost a hash for each, so about every 16th is sampled; events frequent in the samples
// become suspects, and only suspects are counted.
//
// Bounds: samples distinguish samples_max events; suspects_max are counted at a time. No allocation
// after configure(). Threads: loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tactus::flow {

struct circle_settings {
    double rate_per_s = 0; // of identical events; 0: the guard is off
};

class circle_guard {
public:
    static constexpr std::int64_t mute_ns = 1'000'000'000;
    static constexpr std::size_t samples_max = 256;
    static constexpr std::size_t suspects_max = 16;
    // An event that leaves later than this after its arrival circulates too slowly to matter.
    static constexpr std::int64_t waits_ns = 10'000'000;

    struct event {
        std::uint16_t input = 0;
        std::uint32_t source = 0; // its port at the input
        std::span<const std::uint8_t> bytes;
        std::int64_t arrival_ns = 0;
    };

    // `routes`: the number of routes.
    void configure(const circle_settings& settings, std::size_t routes);

    // An event that is to leave at once has arrived. Returns true if it circulates.
    [[nodiscard]] bool saw(const event& one) noexcept {
        if (until_sample_ > 1 && suspects_ == 0) [[likely]] {
            --until_sample_;
            return false;
        }
        return is_on_ && look(one);
    }

    // Whether any route is muted.
    [[nodiscard]] bool is_muting(std::int64_t now_ns) const noexcept { return now_ns < muted_ns_; }
    [[nodiscard]] bool is_muted(std::uint16_t route, std::int64_t now_ns) const noexcept {
        return now_ns < routes_[route].until_ns;
    }
    // Returns true if it was not muted before.
    bool mute(std::uint16_t route, std::int64_t now_ns) noexcept;
    // The state that a route had under another number: until when it is muted, and how often it
    // was. Bounds: below the number of routes.
    [[nodiscard]] std::int64_t muted_until_ns(std::uint16_t route) const noexcept {
        return route < routes_.size() ? routes_[route].until_ns : 0;
    }
    void stay_muted(std::uint16_t route, std::int64_t until_ns) noexcept {
        routes_[route].until_ns = until_ns;
    }
    void carry_over(std::uint16_t route, std::uint64_t mutes) noexcept {
        routes_[route].mutes = mutes;
    }
    // How often a route was muted.
    [[nodiscard]] std::uint64_t mutes(std::uint16_t route) const noexcept {
        return route < routes_.size() ? routes_[route].mutes : 0;
    }

private:
    // How far its arrivals exceed the rate, as a time: the moment at which it would have come at
    // exactly the rate (the "virtual scheduling" of ITU-T I.371).
    struct count {
        std::uint64_t key = 0; // 0: free
        std::int64_t by_ns = 0;

        std::int64_t add(std::int64_t now_ns, std::int64_t for_ns) noexcept {
            by_ns = (by_ns > now_ns ? by_ns : now_ns) + for_ns;
            return by_ns - now_ns;
        }
    };
    struct muted_route {
        std::int64_t until_ns = 0;
        std::uint64_t mutes = 0;
    };
    static constexpr std::size_t ways = 4; // slots in which a sample may be stored
    static constexpr std::uint32_t stride_min = 8;
    static constexpr std::uint32_t stride_mask = 15; // plus a random number up to this

    [[nodiscard]] bool look(const event& one) noexcept;
    void take_sample(std::uint64_t key, std::int64_t now_ns) noexcept;
    void suspect(std::uint64_t key, std::int64_t now_ns) noexcept;
    [[nodiscard]] bool is_too_often(std::uint64_t key, std::int64_t now_ns) noexcept;
    void forget_innocent(std::int64_t now_ns) noexcept;
    [[nodiscard]] static std::uint64_t key_of(const event& one) noexcept;

    bool is_on_ = false;
    std::int64_t interval_ns_ = 0; // between two identical events, at the rate
    std::int64_t burst_ns_ = 0;    // a burst may be a second's worth
    std::uint32_t until_sample_ = UINT32_MAX;
    std::uint32_t stride_ = stride_min; // number of events that the next sample represents
    std::uint64_t random_ = 0x9e37'79b9'7f4a'7c15;
    std::size_t suspects_ = 0;
    std::array<count, suspects_max> counts_{};
    std::array<count, samples_max> samples_{};
    std::int64_t muted_ns_ = 0; // until when any route is muted
    std::vector<muted_route> routes_;
};

} // namespace tactus::flow
