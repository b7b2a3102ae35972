// SPDX-License-Identifier: MIT
// The senders of datagrams, by address and port, with their tags. Datagrams have no end that could
// be noticed. Therefore the sender that was silent longest makes room for a new one; the events
// that it has scheduled stay, and can no longer be cancelled. Senders without an address (unix
// sockets) are one. Pure.
#pragma once

#include <tactus/cpp/sender_tags.hpp>
#include <tactus/iface/udp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace osc_in {

class datagram_senders {
public:
    static constexpr std::size_t senders_max = 1024;

    explicit datagram_senders(tactus::group_numbers& numbers) noexcept : numbers_(numbers) {}

    /// Valid until the next call. Allocates for a new sender. Errors: std::bad_alloc.
    [[nodiscard]] tactus::sender_tags& of(const tactus_address& peer) {
        const std::string_view key(reinterpret_cast<const char*>(peer.bytes),
                                   std::min<std::size_t>(peer.size, sizeof peer.bytes));
        auto found = senders_.find(key);
        if (found == senders_.end()) {
            make_room();
            found =
                senders_.emplace(std::string(key), sender{tactus::sender_tags(numbers_), 0}).first;
        }
        found->second.last_use = ++uses_;
        return found->second.tags;
    }
    [[nodiscard]] std::size_t size() const noexcept { return senders_.size(); }

private:
    struct sender {
        tactus::sender_tags tags;
        std::uint64_t last_use;
    };
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const noexcept {
            return std::hash<std::string_view>()(key);
        }
    };

    void make_room() {
        if (senders_.size() == senders_max) {
            senders_.erase(std::min_element(senders_.begin(), senders_.end(),
                                            [](const auto& a, const auto& b) {
                                                return a.second.last_use < b.second.last_use;
                                            }));
        }
    }

    tactus::group_numbers& numbers_;
    std::unordered_map<std::string, sender, hash, std::equal_to<>> senders_;
    std::uint64_t uses_ = 0;
};

} // namespace osc_in
