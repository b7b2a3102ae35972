// SPDX-License-Identifier: MIT
#include <tactus/testhost/host.hpp>

#include "tables.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tactus::testing {

test_host::test_host(std::string name)
    : test_network(static_cast<breach_list&>(*this)), name_(std::move(name)),
      raw_(host_tables::host()) {
    raw_.impl = this;
    raw_.name = name_.c_str();
}

tactus_status test_host::enter(const char* call) {
    if (!is_on_loop()) {
        breach(std::string(call) + " was called from another thread than the loop's");
        return TACTUS_E_WRONG_THREAD;
    }
    if (is_creating) {
        breach(std::string(call) + " was called inside create()");
    }
    if (stopped.has_value()) {
        breach(std::string(call) + " was called after stopped()");
    }
    return answer_to(call);
}

tactus_status test_host::start(const char* call, tactus_op* op, pending_op made) {
    const tactus_status status = enter(call);
    if (status != TACTUS_OK) {
        return status;
    }
    if ((!is_starting && !is_started) || ends_elsewhere_.has_value()) {
        return TACTUS_E_CLOSED;
    }
    if (ops_.size() >= TACTUS_OPS_MAX) {
        return TACTUS_E_NOMEM;
    }
    if (op == nullptr || op->done == nullptr) {
        breach(std::string(call) + " got no op, or one without done");
        return TACTUS_E_INVALID;
    }
    for (const pending_op& other : ops_) {
        if (other.op == op) {
            breach(std::string(call) + " got an op that is pending");
            return TACTUS_E_INVALID;
        }
        if (made.socket != 0 && other.socket == made.socket && other.kind == made.kind) {
            breach(std::string(call) + " was called twice at a time for one socket");
        }
    }
    if (std::any_of(std::begin(op->host_private), std::end(op->host_private),
                    [](const void* word) { return word != nullptr; })) {
        breach(std::string(call) + " got an op whose private words are not NULL");
        return TACTUS_E_INVALID;
    }
    made.op = op;
    ops_.push_back(std::move(made));
    op->host_private[0] = &ops_.back();
    return TACTUS_PENDING;
}

tactus_status test_host::start_on_socket(const char* call, tactus_op* op, const pending_op& made) {
    if (is_on_loop() && sockets().count(made.socket) == 0) {
        return TACTUS_E_CLOSED;
    }
    return start(call, op, made);
}

void test_host::change_metric(std::uint32_t metric, std::int64_t by, bool is_relative) {
    if (metric == 0 || metric > made_metrics_.size()) {
        return;
    }
    const made_metric& made = made_metrics_[metric - 1];
    if (is_relative && by < 0 && made.kind == TACTUS_METRIC_COUNTER) {
        breach("metrics.add took " + std::to_string(-by) + " from the counter " + made.name +
               ", which only rises");
        return;
    }
    std::int64_t& value = metrics[made.name];
    value = is_relative ? value + by : by;
}

tactus_status test_host::cancel(tactus_op* op) {
    if (!is_on_loop()) {
        breach("cancel was called from another thread than the loop's");
        return TACTUS_E_WRONG_THREAD;
    }
    if (stopped.has_value()) {
        breach("cancel was called after stopped()");
    }
    const auto found =
        std::find_if(ops_.begin(), ops_.end(), [op](const auto& each) { return each.op == op; });
    if (found == ops_.end()) {
        breach("cancel was called for an op that is not pending");
        return TACTUS_E_INVALID;
    }
    find_closed(*found);
    if (!found->is_ended && !found->is_running) { // what runs cannot be taken back: exec.h
        found->is_ended = true;
        found->status = TACTUS_E_CANCELED;
    }
    return TACTUS_OK;
}

tactus_status test_host::say_stopped(tactus_status status) {
    if (!is_on_loop()) {
        return say_stopped_elsewhere(status);
    }
    if (ends_elsewhere_.has_value()) {
        return TACTUS_E_CLOSED;
    }
    if (stopped.has_value()) {
        breach("stopped() was called twice");
    }
    if (!is_started) {
        breach("stopped() was called before start() had returned");
    }
    if (!ops_.empty()) {
        breach("stopped() was called with an op pending: " + ops_.front().kind);
    }
    note_stopped(status);
    return TACTUS_OK;
}

void test_host::note_stopped(tactus_status status) {
    const std::lock_guard lock(posts_mutex_);
    stopped = status;
}

std::size_t test_host::pending(const std::string& kind) const {
    require_kind(kind);
    return static_cast<std::size_t>(std::count_if(
        ops_.begin(), ops_.end(), [&kind](const auto& each) { return each.kind == kind; }));
}

void test_host::complete(const std::string& kind, tactus_status status, std::uint64_t result) {
    require_kind(kind);
    for (pending_op& each : ops_) {
        if (each.kind == kind && !each.is_ended && !each.is_running) {
            each.is_ended = true;
            each.status = status;
            each.result = result;
        }
    }
}

void test_host::settle() {
    for (std::uint64_t steps = 0; !is_busy_ && step(); ++steps) {
        if (steps == steps_max) {
            breach("the plugin keeps the loop busy: each call leads to another, without a wait");
            is_busy_ = true;
            return;
        }
    }
    std::for_each(ops_.begin(), ops_.end(), [this](pending_op& each) { find_closed(each); });
}

bool test_host::make_ready(std::int32_t fd, std::uint32_t events) {
    bool is_awaited = false;
    for (pending_op& each : ops_) {
        if (each.kind == "fd" && each.fd == fd && (each.events & events) != 0 && !each.is_ended) {
            each.is_ended = is_awaited = true;
            each.result = each.events & events;
        }
    }
    return is_awaited;
}

bool test_host::step() {
    if (ends_elsewhere_.has_value() && ops_.empty() && !stopped.has_value()) {
        note_stopped(*ends_elsewhere_);
    }
    return run_foreign() || run_posted() || run_work() || end_one_op();
}

std::optional<std::int64_t> test_host::next_deadline_ns() const {
    std::optional<std::int64_t> next_ns;
    for (const pending_op& each : ops_) {
        if (each.kind == "timer" || each.due_ns != 0) {
            next_ns = std::min(next_ns.value_or(each.due_ns), each.due_ns);
        }
    }
    return next_ns;
}

void test_host::advance_to(std::int64_t time_ns) {
    if (time_ns < now_ns()) {
        throw std::invalid_argument("advance_to() cannot move the time back");
    }
    settle();
    for (;;) {
        const std::int64_t next_ns = std::max(next_deadline_ns().value_or(time_ns + 1), now_ns());
        if (next_ns > time_ns || is_busy_) {
            now_ns_ = std::max(now_ns(), time_ns);
            return;
        }
        now_ns_ = next_ns;
        settle();
    }
}

bool test_host::can_end(pending_op& waiting) {
    if (waiting.is_ended) {
        return true;
    }
    if (waiting.kind == "timer" && waiting.due_ns <= now_ns_) {
        waiting.result = static_cast<std::uint64_t>(now_ns_);
        return true;
    }
    if (waiting.kind == "recv" && !sockets()[waiting.socket].inbound.empty()) {
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

bool test_host::end_one_op() {
    std::vector<op_place> candidates;
    for (auto place = ops_.begin(); place != ops_.end(); ++place) {
        candidates.push_back(place);
    }
    if (completes_newest_first) {
        std::reverse(candidates.begin(), candidates.end());
    }
    if (choose && !candidates.empty()) { // those behind the chosen one come after it, in a ring
        const std::size_t first = choose(candidates.size()) % candidates.size();
        std::rotate(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(first),
                    candidates.end());
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
        ended.op->host_private[0] = nullptr; // as the daemon does: it may be used again
        ops_.erase(place);
        const std::string name = "done of " + ended.kind;
        call_plugin(name.c_str(), [&] { ended.op->done(ended.op, ended.status, ended.result); });
        return true;
    }
    return false;
}

void test_host::fill(pending_op& receiving) {
    auto& inbound = sockets()[receiving.socket].inbound;
    for (; receiving.result < receiving.n && !inbound.empty(); inbound.pop_front()) {
        const test_datagram& from = inbound.front();
        tactus_datagram& to = receiving.datagrams[receiving.result++];
        to.size = std::min(static_cast<std::uint32_t>(from.bytes.size()), to.capacity);
        to.truncated = from.is_truncated || to.size < from.bytes.size() ? 1 : 0;
        to.received_ns = from.received_ns;
        to.peer = host_tables::address_of(from.from);
        if (to.size != 0) {
            std::memcpy(to.bytes, from.bytes.data(), to.size);
        }
    }
}

tactus_status test_host::send(tactus_id id, const tactus_datagram* datagrams, std::uint32_t n,
                              std::uint32_t* sent) {
    const tactus_status status = enter("udp.send");
    if (status != TACTUS_OK) {
        return status;
    }
    const auto found = sockets().find(id);
    if (found == sockets().end()) {
        return TACTUS_E_CLOSED;
    }
    const auto has_bytes = [](const tactus_datagram& each) {
        return each.bytes != nullptr || each.size == 0;
    };
    if (datagrams == nullptr || sent == nullptr ||
        !std::all_of(datagrams, datagrams + n, has_bytes)) {
        breach("udp.send got no datagrams, no place for the count, or no bytes");
        return TACTUS_E_INVALID;
    }
    *sent = 0;
    test_socket& socket = found->second;
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
