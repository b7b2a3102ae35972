// SPDX-License-Identifier: MIT
#include "tests/support/fake_host.hpp"

#include <algorithm>
#include <cstring>

#include "tests/support/fake_tables.hpp"

namespace tactus::testing {

fake_host::fake_host(std::string name) : name_(std::move(name)), raw_(fake_tables::host()) {
    raw_.impl = this;
    raw_.name = name_.c_str();
}

tactus_status fake_host::enter(const char* call) {
    if (is_creating) {
        breach(std::string(call) + " was called inside create()");
    }
    if (stopped.has_value()) {
        breach(std::string(call) + " was called after stopped()");
    }
    if (std::this_thread::get_id() != loop_) {
        breach(std::string(call) + " was called from another thread than the loop's");
    }
    const auto scripted = failing.find(call);
    return scripted != failing.end() ? scripted->second : TACTUS_OK;
}

tactus_status fake_host::start(const char* call, tactus_op* op, pending_op made) {
    const tactus_status status = enter(call);
    if (status != TACTUS_OK) {
        return status;
    }
    if (op->done == nullptr) {
        breach(std::string(call) + " got an op without done");
    }
    for (const pending_op& other : ops_) {
        if (other.op == op) {
            breach(std::string(call) + " got an op that is pending");
        }
        if (made.socket != 0 && other.socket == made.socket && other.kind == made.kind) {
            breach(std::string(call) + " was called twice at a time for one socket");
        }
    }
    made.op = op;
    ops_.push_back(std::move(made));
    op->host_private[0] = &ops_.back();
    return TACTUS_PENDING;
}

tactus_status fake_host::cancel(tactus_op* op) {
    enter("cancel");
    const auto found =
        std::find_if(ops_.begin(), ops_.end(), [op](const auto& each) { return each.op == op; });
    if (found == ops_.end()) {
        breach("cancel was called for an op that is not pending");
        return TACTUS_E_INVALID;
    }
    if (!found->is_ended) {
        found->is_ended = true;
        found->status = TACTUS_E_CANCELED;
    }
    return TACTUS_OK;
}

void fake_host::say_stopped(tactus_status status) {
    if (stopped.has_value()) {
        breach("stopped() was called twice");
    }
    if (!is_started) {
        breach("stopped() was called before start() had returned");
    }
    if (!ops_.empty()) {
        breach("stopped() was called with an op pending: " + ops_.front().kind);
    }
    stopped = status;
}

std::size_t fake_host::pending(const std::string& kind) const {
    return static_cast<std::size_t>(std::count_if(
        ops_.begin(), ops_.end(), [&kind](const auto& each) { return each.kind == kind; }));
}

void fake_host::complete(const std::string& kind, tactus_status status, std::uint64_t result) {
    for (pending_op& each : ops_) {
        if (each.kind == kind && !each.is_ended) {
            each.is_ended = true;
            each.status = status;
            each.result = result;
        }
    }
}

void fake_host::settle() {
    while (step()) {
    }
}

bool fake_host::step() {
    return run_foreign() || run_posted() || run_work() || end_one_op();
}

std::optional<std::int64_t> fake_host::next_deadline_ns() const {
    std::optional<std::int64_t> next_ns;
    for (const pending_op& each : ops_) {
        if (each.kind == "timer" || each.due_ns != 0) {
            next_ns = std::min(next_ns.value_or(each.due_ns), each.due_ns);
        }
    }
    return next_ns;
}

void fake_host::advance_to(std::int64_t time_ns) {
    settle();
    for (;;) {
        const std::int64_t next_ns = std::max(next_deadline_ns().value_or(time_ns + 1), now_ns());
        if (next_ns > time_ns) {
            now_ns_ = std::max(now_ns(), time_ns);
            return;
        }
        now_ns_ = next_ns;
        settle();
    }
}

bool fake_host::defer_foreign(std::function<void()> call) {
    if (is_on_loop()) {
        return false;
    }
    const std::lock_guard lock(posts_mutex_);
    foreign_calls_.push_back(std::move(call));
    return true;
}

bool fake_host::run_foreign() {
    std::deque<std::function<void()>> calls;
    {
        const std::lock_guard lock(posts_mutex_);
        calls.swap(foreign_calls_);
    }
    for (const std::function<void()>& call : calls) {
        call();
    }
    return !calls.empty();
}

bool fake_host::run_posted() {
    std::unique_lock lock(posts_mutex_);
    if (posts_.empty()) {
        return false;
    }
    const auto [run, argument] = posts_.front();
    posts_.pop_front();
    lock.unlock();
    run(argument);
    return true;
}

bool fake_host::run_work() {
    if (is_work_held) {
        return false;
    }
    for (pending_op& each : ops_) {
        if (each.kind == "work" && !each.is_ended) {
            std::thread worker(each.run, each.argument);
            worker.join();
            each.is_ended = true;
            return true;
        }
    }
    return false;
}

bool fake_host::can_end(pending_op& waiting) {
    if (waiting.is_ended) {
        return true;
    }
    if (waiting.kind == "timer" && waiting.due_ns <= now_ns_) {
        waiting.result = static_cast<std::uint64_t>(now_ns_);
        return true;
    }
    if (waiting.kind == "recv" && !sockets_[waiting.socket].inbound.empty()) {
        fill(waiting);
        return true;
    }
    if (waiting.kind == "emit") {
        return emit_room != 0;
    }
    if (can_end_stream(waiting)) {
        return true;
    }
    const bool is_over = waiting.due_ns != 0 && waiting.due_ns <= now_ns_;
    waiting.status = is_over ? TACTUS_E_TIMEOUT : TACTUS_OK;
    return is_over;
}

bool fake_host::end_one_op() {
    std::vector<op_place> candidates;
    for (auto place = ops_.begin(); place != ops_.end(); ++place) {
        candidates.push_back(place);
    }
    if (completes_newest_first) {
        std::reverse(candidates.begin(), candidates.end());
    }
    for (const op_place place : candidates) {
        if (!can_end(*place)) {
            continue;
        }
        const pending_op ended = *place;
        if (ended.op->host_private[0] != &*place) {
            breach("an op moved, or its private words were written, while it was pending");
        }
        if (ended.kind == "emit" && ended.status == TACTUS_OK) {
            must_wait_for_room_ = false;
        }
        ops_.erase(place);
        ended.op->done(ended.op, ended.status, ended.result);
        return true;
    }
    return false;
}

void fake_host::fill(pending_op& receiving) {
    auto& inbound = sockets_[receiving.socket].inbound;
    for (; receiving.result < receiving.n && !inbound.empty(); inbound.pop_front()) {
        const fake_datagram& from = inbound.front();
        tactus_datagram& to = receiving.datagrams[receiving.result++];
        to.size = std::min(static_cast<std::uint32_t>(from.bytes.size()), to.capacity);
        to.truncated = from.is_truncated || to.size < from.bytes.size() ? 1 : 0;
        to.received_ns = from.received_ns;
        to.peer = fake_tables::address_of(from.from);
        if (to.size != 0) {
            std::memcpy(to.bytes, from.bytes.data(), to.size);
        }
    }
}

void fake_host::make_room(std::uint32_t events) {
    emit_room = events;
}

void fake_host::deliver(const std::string& local, fake_datagram datagram) {
    fake_socket* socket = socket_at(local);
    if (socket == nullptr) {
        breach("the test delivered to a socket that is not open: " + local);
        return;
    }
    socket->inbound.push_back(std::move(datagram));
}

fake_socket* fake_host::socket_to(const std::string& remote) {
    for (auto& [id, socket] : sockets_) {
        if (socket.remote == remote) {
            return &socket;
        }
    }
    return nullptr;
}

fake_socket* fake_host::socket_at(const std::string& local) {
    for (auto& [id, socket] : sockets_) {
        if (socket.local == local) {
            return &socket;
        }
    }
    return nullptr;
}

tactus_status fake_host::take(const tactus_batch& batch, std::uint32_t* accepted) {
    ++emit_calls;
    *accepted = 0;
    const bool is_droppable = (batch.flags & TACTUS_BATCH_DROPPABLE) != 0;
    if (must_wait_for_room_ && !is_droppable) {
        breach("emit was called again after AGAIN, without waiting for room");
    }
    const auto* at = reinterpret_cast<const unsigned char*>(batch.events);
    for (; *accepted < batch.count; ++*accepted, at += batch.event_stride) {
        if (emit_room == 0 && !is_droppable) {
            must_wait_for_room_ = true;
            return TACTUS_E_AGAIN;
        }
        if (emit_room == 0) {
            ++rejected["no room"];
            continue;
        }
        const auto& event = *reinterpret_cast<const tactus_event*>(at);
        emit_room -= emit_room == std::numeric_limits<std::uint32_t>::max() ? 0u : 1u;
        emitted.push_back({event.due_ns, event.received_ns, event.port, event.tag, event.protocol,
                           is_droppable, byte_string(event.bytes, event.bytes + event.size),
                           event.source, event.flags, event.group});
    }
    return TACTUS_OK;
}

tactus_status fake_host::send(tactus_id id, const tactus_datagram* datagrams, std::uint32_t n,
                              std::uint32_t* sent) {
    *sent = 0;
    const auto found = sockets_.find(id);
    if (found == sockets_.end()) {
        return TACTUS_E_CLOSED;
    }
    fake_socket& socket = found->second;
    ++socket.send_calls;
    if (!socket.own.empty() && socket.own != own_address) {
        return TACTUS_E_IO;
    }
    for (; *sent < n; ++*sent) {
        if (socket.send_room == 0) {
            return socket.send_status;
        }
        socket.send_room -= socket.send_room == std::numeric_limits<std::uint32_t>::max() ? 0u : 1u;
        const tactus_datagram& out = datagrams[*sent];
        socket.sent.emplace_back(out.bytes, out.bytes + out.size);
    }
    return TACTUS_OK;
}

} // namespace tactus::testing
