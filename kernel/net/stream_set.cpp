// SPDX-License-Identifier: MIT
#include "kernel/net/stream_set.hpp"

#include <algorithm>

namespace tactus::net {
namespace {

template <class Waiting, class Holds>
std::unique_ptr<Waiting> take_out(std::vector<std::unique_ptr<Waiting>>& from, Holds&& holds) {
    const auto found = std::find_if(from.begin(), from.end(), holds);
    if (found == from.end()) {
        return nullptr;
    }
    std::unique_ptr<Waiting> taken = std::move(*found);
    from.erase(found);
    return taken;
}

} // namespace

result<tactus_id> stream_set::listen(const stream_address& at, std::uint32_t mode) {
    result<std::unique_ptr<stream_listener>> made =
        stream_listener::open(with_.reactor, *this, at, mode);
    if (!made) {
        return unexpected<error>(made.error());
    }
    const tactus_id id = with_.next_id();
    listeners_.emplace(id, std::move(*made));
    return id;
}

tactus_id stream_set::adopt(int fd) {
    return add({fd, stream_socket::kind::adopted, {}});
}

tactus_id stream_set::add(const stream_socket::descriptor& with) {
    const tactus_id id = with_.next_id();
    streams_.emplace(id,
                     std::make_unique<stream_socket>(with_.reactor, with, with_.limits, counts_));
    return id;
}

bool stream_set::has_room() const noexcept {
    return counts_.open + connecting_.size() < with_.limits.connections_max;
}

tactus_id stream_set::take(int fd, const stream_address& peer) {
    ++counts_.accepted;
    return add({fd, stream_socket::kind::connection, peer});
}

void stream_set::refused(base::refused why) noexcept {
    counts_.refuse(why);
    if (why == base::refused::limit) {
        with_.refused("connections_max of them are open.");
    }
}

void stream_set::out_of_descriptors() noexcept {
    with_.refused("this process has no file descriptor left; raise LimitNOFILE or lower "
                  "connections_max.");
}

void stream_set::arm(operation& op, std::int64_t deadline_ns) noexcept {
    if (deadline_ns == 0) {
        return;
    }
    op.timer.owner = &op;
    op.timer.fire = [](coro::timer& node) noexcept {
        operation& late = *static_cast<operation*>(node.owner);
        static_cast<stream_set*>(late.subject)->abort(late);
        late.list->finish(late, TACTUS_E_TIMEOUT, 0);
    };
    with_.reactor.arm(op.timer, deadline_ns);
}

void stream_set::finish(operation& op, tactus_status status, std::uint64_t result) noexcept {
    with_.reactor.disarm(op.timer);
    op.list->finish_later(op, status, result);
}

tactus_status stream_set::start_connect(operation& op, const stream_endpoint& to,
                                        std::int64_t deadline_ns) {
    if (!has_room()) {
        return TACTUS_E_NOMEM;
    }
    op.subject = this;
    stream_connect& made =
        *connecting_.emplace_back(std::make_unique<stream_connect>(with_.reactor, *this, op));
    arm(op, deadline_ns);
    made.start(to, names_);
    return TACTUS_PENDING;
}

tactus_status stream_set::start_resolve(operation& op, const resolve_request& request,
                                        std::int64_t deadline_ns) {
    op.subject = this;
    stream_resolve& made =
        *resolving_.emplace_back(std::make_unique<stream_resolve>(*this, op, request));
    arm(op, deadline_ns);
    made.start(names_);
    return TACTUS_PENDING;
}

void stream_set::abort(operation& op) noexcept {
    with_.reactor.disarm(op.timer);
    const auto serves = [&](const auto& each) { return &each->op() == &op; };
    (void)take_out(connecting_, serves);
    (void)take_out(resolving_, serves);
}

void stream_set::connected(stream_connect& ended, int fd, std::uint64_t reason) noexcept {
    operation& op = ended.op();
    const stream_address peer = ended.peer();
    (void)take_out(connecting_, [&](const auto& each) { return each.get() == &ended; });
    if (fd >= 0) {
        finish(op, TACTUS_OK, add({fd, stream_socket::kind::connection, peer}));
    } else {
        finish(op, TACTUS_E_IO, reason);
    }
}

void stream_set::resolved(stream_resolve& ended, std::uint32_t found,
                          std::uint64_t reason) noexcept {
    operation& op = ended.op();
    (void)take_out(resolving_, [&](const auto& each) { return each.get() == &ended; });
    finish(op, found != 0 ? TACTUS_OK : TACTUS_E_IO, found != 0 ? found : reason);
}

stream_socket* stream_set::stream(tactus_id id) const noexcept {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second.get();
}

stream_listener* stream_set::listener(tactus_id id) const noexcept {
    const auto found = listeners_.find(id);
    return found == listeners_.end() ? nullptr : found->second.get();
}

void stream_set::refuse(tactus_id stream, base::refused why) noexcept {
    if (close(stream)) {
        counts_.refuse(why);
    }
}

bool stream_set::close(tactus_id id) noexcept {
    return streams_.erase(id) + listeners_.erase(id) != 0;
}

void stream_set::close_all() noexcept {
    while (!connecting_.empty()) {
        operation& op = connecting_.back()->op();
        connecting_.pop_back();
        finish(op, TACTUS_E_CANCELED, 0);
    }
    while (!resolving_.empty()) {
        operation& op = resolving_.back()->op();
        resolving_.pop_back();
        finish(op, TACTUS_E_CANCELED, 0);
    }
    listeners_.clear();
    streams_.clear();
}

} // namespace tactus::net
