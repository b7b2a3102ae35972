// SPDX-License-Identifier: MIT
#include "kernel/host/instance_sockets.hpp"

#include "kernel/net/stream_set.hpp"
#include "kernel/net/udp_socket.hpp"

#include <utility>

namespace tactus::host {

instance_sockets::instance_sockets(coro::reactor& reactor, const net::stream_limits& limits,
                                   std::function<void(const char*)> refused)
    : streams_(std::make_unique<net::stream_set>(net::stream_set::means{
          reactor, limits, [this] { return ++last_; }, std::move(refused)})) {}

instance_sockets::~instance_sockets() = default;

tactus_id instance_sockets::add(std::unique_ptr<net::udp_socket> opened) {
    udp_.emplace(++last_, std::move(opened));
    return last_;
}

net::udp_socket* instance_sockets::find_udp(tactus_id id) const noexcept {
    const auto found = udp_.find(id);
    return found == udp_.end() ? nullptr : found->second.get();
}

bool instance_sockets::close_udp(tactus_id id) noexcept {
    return udp_.erase(id) == 1;
}

const base::connection_counts& instance_sockets::connections() const noexcept {
    return streams_->counts();
}

void instance_sockets::close_all() noexcept {
    udp_.clear();
    streams_->close_all();
}

} // namespace tactus::host
