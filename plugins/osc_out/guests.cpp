// SPDX-License-Identifier: MIT
#include "guests.hpp"

#include <algorithm>
#include <utility>

namespace osc_out {
namespace {

using tactus::task;

constexpr std::string_view scheme = "udp://";

} // namespace

bool guest_list::admit(std::string_view name) {
    if (name.starts_with(scheme)) {
        name.remove_prefix(scheme.size());
    }
    const std::string key = std::string(scheme) + std::string(name);
    try {
        if (!allowed_.contains(tactus::udp_socket::parse(here_, key)) ||
            answers_.are_sent_to(key)) {
            return false;
        }
        make_room();
        auto socket = std::make_shared<lasting_socket>(here_, key);
        socket->open();
        const std::uint32_t port =
            here_.ports().add(tactus::port_info(key, name, tactus::port_state::by_name));
        guests_[port] = {socket, ++uses_};
        if (answers_.are_wanted()) {
            here_.spawn("osc_out guest", hear_replies(std::move(socket)));
        }
        return true;
    } catch (const tactus::failure&) {
        return false; // no endpoint, or none that this machine can send to
    }
}

// The one that was longest not sent to gives its place up.
void guest_list::make_room() {
    if (guests_.size() < guests_max) {
        return;
    }
    const auto oldest =
        std::min_element(guests_.begin(), guests_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        });
    here_.ports().remove(oldest->first);
    oldest->second.socket->close();
    guests_.erase(oldest);
}

task<> guest_list::hear_replies(std::shared_ptr<lasting_socket> of) {
    co_await answers_.hear(of->socket());
}

void guest_list::close() noexcept {
    for (auto& [port, each] : guests_) {
        each.socket->close();
    }
    guests_.clear();
}

lasting_socket* guest_list::find(std::uint32_t port) noexcept {
    const auto found = guests_.find(port);
    if (found == guests_.end()) {
        return nullptr;
    }
    found->second.used = ++uses_;
    return found->second.socket.get();
}

} // namespace osc_out
