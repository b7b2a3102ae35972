// SPDX-License-Identifier: MIT
#include "token_guard.hpp"

#include <algorithm>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace websocket_in {

token_guard::network token_guard::network_of(const tactus_address& from) noexcept {
    network made{};
    sockaddr_storage raw{};
    std::memcpy(&raw, from.bytes, std::min<std::size_t>(from.size, sizeof from.bytes));
    if (raw.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(raw);
        made[0] = 4;
        std::memcpy(made.data() + 1, &v4.sin_addr, sizeof v4.sin_addr);
    } else if (raw.ss_family == AF_INET6) {
        const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(raw).sin6_addr;
        const bool is_v4 = IN6_IS_ADDR_V4MAPPED(&v6) != 0;
        made[0] = is_v4 ? 4 : 6;
        std::memcpy(made.data() + 1, v6.s6_addr + (is_v4 ? 12 : 0), is_v4 ? 4 : 8);
    }
    return made;
}

std::optional<std::int64_t> token_guard::turn_ns(const tactus_address& from, bool is_right,
                                                 std::int64_t now_ns) {
    std::erase_if(known_,
                  [&](const entry& each) { return each.next_ns + remembered_ns <= now_ns; });
    const network asked = network_of(from);
    const auto found = std::find_if(known_.begin(), known_.end(),
                                    [&](const entry& each) { return each.from == asked; });
    const std::int64_t turn = found == known_.end() ? now_ns : std::max(now_ns, found->next_ns);
    if (turn - now_ns > longest_wait_ns) {
        return std::nullopt;
    }
    if (!is_right) {
        punish(asked, turn);
    }
    return turn;
}

void token_guard::punish(const network& from, std::int64_t turn_ns) {
    auto at = std::find_if(known_.begin(), known_.end(),
                           [&](const entry& each) { return each.from == from; });
    if (at == known_.end() && known_.size() < addresses_max) {
        at = known_.insert(known_.end(), entry{from, 0, 0});
    } else if (at == known_.end()) {
        at = std::min_element(known_.begin(), known_.end(),
                              [](const entry& a, const entry& b) { return a.next_ns < b.next_ns; });
        *at = entry{from, 0, 0};
    }
    at->pause_ns = std::clamp(2 * at->pause_ns, first_pause_ns, longest_pause_ns);
    at->next_ns = turn_ns + at->pause_ns;
}

} // namespace websocket_in
