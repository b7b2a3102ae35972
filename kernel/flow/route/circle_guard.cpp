// SPDX-License-Identifier: MIT
#include "kernel/flow/route/circle_guard.hpp"

#include <algorithm>
#include <cstring>

namespace tactus::flow {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
// The threshold for a suspect: a quarter of the burst that is allowed.
constexpr std::int64_t suspicion_divisor = 4;

__extension__ using wide = unsigned __int128;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) noexcept {
    const auto product = static_cast<wide>(hash ^ word) * 0x9fb2'1c65'1e98'df25;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

} // namespace

void circle_guard::configure(const circle_settings& settings, std::size_t routes) {
    is_on_ = settings.rate_per_s > 0;
    interval_ns_ = is_on_ ? static_cast<std::int64_t>(1e9 / settings.rate_per_s) : 0;
    burst_ns_ = second_ns;
    until_sample_ = is_on_ ? stride_min : UINT32_MAX;
    routes_.assign(routes, {});
}

// Hashes eight bytes at a time; each step multiplies the previous hash, so the order matters.
std::uint64_t circle_guard::key_of(const event& one) noexcept {
    std::uint64_t hash = mixed(0x2d35'8dcc'aa6c'78a5, std::uint64_t{one.source} << 16U | one.input);
    hash = mixed(hash, one.bytes.size() + 0x8bb8'4b93'962e'acc9);
    std::span<const std::uint8_t> rest = one.bytes;
    while (!rest.empty()) {
        std::uint64_t word = 0;
        const std::size_t size = std::min(rest.size(), sizeof word);
        std::memcpy(&word, rest.data(), size);
        hash = mixed(hash, word + 0x4b33'a62e'd433'd4a3);
        rest = rest.subspan(size);
    }
    return hash == 0 ? 1 : hash;
}

bool circle_guard::look(const event& one) noexcept {
    const bool is_sample = --until_sample_ == 0;
    if (!is_sample && suspects_ == 0) {
        return false;
    }
    const std::uint64_t key = key_of(one);
    if (is_sample) {
        take_sample(key, one.arrival_ns);
        forget_innocent(one.arrival_ns);
        random_ ^= random_ << 13U; // xorshift64: no pattern of the senders can hide between samples
        random_ ^= random_ >> 7U;
        random_ ^= random_ << 17U;
        stride_ = stride_min + (static_cast<std::uint32_t>(random_ >> 32U) & stride_mask);
        until_sample_ = stride_;
    }
    return is_too_often(key, one.arrival_ns);
}

// The sample represents all events since the last one. It replaces the rarest one.
void circle_guard::take_sample(std::uint64_t key, std::int64_t now_ns) noexcept {
    const auto first =
        samples_.begin() + static_cast<std::ptrdiff_t>(key % (samples_max / ways) * ways);
    auto place =
        std::find_if(first, first + ways, [key](const count& each) { return each.key == key; });
    if (place == first + ways) {
        place = std::min_element(first, first + ways, [](const count& left, const count& right) {
            return left.by_ns < right.by_ns;
        });
        *place = {key, now_ns};
    }
    if (place->add(now_ns, stride_ * interval_ns_) > burst_ns_ / suspicion_divisor) {
        suspect(key, now_ns);
    }
}

void circle_guard::suspect(std::uint64_t key, std::int64_t now_ns) noexcept {
    const auto end = counts_.begin() + static_cast<std::ptrdiff_t>(suspects_);
    const bool is_known =
        std::any_of(counts_.begin(), end, [key](const count& each) { return each.key == key; });
    if (!is_known && suspects_ < suspects_max) {
        counts_[suspects_++] = {key, now_ns};
    }
}

bool circle_guard::is_too_often(std::uint64_t key, std::int64_t now_ns) noexcept {
    for (std::size_t i = 0; i < suspects_; ++i) {
        if (counts_[i].key == key) {
            const std::int64_t beyond_ns = counts_[i].add(now_ns, interval_ns_);
            counts_[i].by_ns = std::min(counts_[i].by_ns, now_ns + burst_ns_ + interval_ns_);
            return beyond_ns > burst_ns_;
        }
    }
    return false;
}

// Removes those that stayed within the rate long enough for their count to run out.
void circle_guard::forget_innocent(std::int64_t now_ns) noexcept {
    for (std::size_t i = suspects_; i > 0; --i) {
        if (counts_[i - 1].by_ns + burst_ns_ / suspicion_divisor < now_ns) {
            counts_[i - 1] = counts_[--suspects_];
        }
    }
}

bool circle_guard::mute(std::uint16_t route, std::int64_t now_ns) noexcept {
    muted_route& one = routes_[route];
    const bool is_new = now_ns >= one.until_ns;
    one.mutes += is_new ? 1 : 0;
    one.until_ns = now_ns + mute_ns;
    muted_ns_ = std::max(muted_ns_, one.until_ns);
    return is_new;
}

} // namespace tactus::flow
