// SPDX-License-Identifier: MIT
#include "operations.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

namespace tactus::testing {
namespace {

constexpr std::array kinds_of_op = std::to_array<std::string_view>(
    {"timer", "fd", "work", "emit", "recv", "writable", "resolve", "accept", "connect", "read",
     "write", "stream_writable", "shutdown", "ended"});

void require_kind(std::string_view kind) {
    if (std::find(kinds_of_op.begin(), kinds_of_op.end(), kind) == kinds_of_op.end()) {
        throw std::invalid_argument("no op is of the kind \"" + std::string(kind) + "\"");
    }
}

bool can_end(pending_op& waiting, std::int64_t now_ns) {
    if (waiting.is_ended || waiting.can_end(now_ns)) {
        return true;
    }
    const bool is_over = waiting.due_ns.has_value() && *waiting.due_ns <= now_ns;
    waiting.status = is_over ? TACTUS_E_TIMEOUT : TACTUS_OK;
    return is_over;
}

} // namespace

tactus_status operations::start(const char* call, tactus_op* op, std::unique_ptr<pending_op> made) {
    const tactus_status status = gate_.enter(call);
    if (status != TACTUS_OK) {
        return status;
    }
    if (!gate_.has_begun() || is_closed_) {
        return TACTUS_E_CLOSED;
    }
    if (ops_.size() >= TACTUS_OPS_MAX) {
        return TACTUS_E_NOMEM;
    }
    if (is_refused(call, op, *made)) {
        return TACTUS_E_INVALID;
    }
    made->op = op;
    op->host_private[0] = made.get();
    ops_.push_back(std::move(made));
    return TACTUS_PENDING;
}

bool operations::is_refused(const char* call, const tactus_op* op, const pending_op& made) {
    if (op == nullptr || op->done == nullptr) {
        gate_.breach(std::string(call) + " got no op, or one without done");
        return true;
    }
    for (const std::unique_ptr<pending_op>& other : ops_) {
        if (other->op == op) {
            gate_.breach(std::string(call) + " got an op that is pending");
            return true;
        }
        if (made.socket != 0 && other->socket == made.socket && other->kind == made.kind) {
            gate_.breach(std::string(call) + " was called twice at a time for one socket");
        }
    }
    if (std::any_of(std::begin(op->host_private), std::end(op->host_private),
                    [](const void* word) { return word != nullptr; })) {
        gate_.breach(std::string(call) + " got an op whose private words are not NULL");
        return true;
    }
    return false;
}

tactus_status operations::cancel(tactus_op* op) {
    const auto found =
        std::find_if(ops_.begin(), ops_.end(), [op](const auto& each) { return each->op == op; });
    if (found == ops_.end()) {
        gate_.breach("cancel was called for an op that is not pending");
        return TACTUS_E_INVALID;
    }
    pending_op& canceled = **found;
    canceled.examine();
    if (!canceled.is_ended && !canceled.is_running) { // see exec.h: running work goes on
        canceled.end(TACTUS_E_CANCELED, canceled.result);
    }
    return TACTUS_OK;
}

void operations::cancel_on(tactus_id socket) {
    for (const std::unique_ptr<pending_op>& each : ops_) {
        if (each->socket == socket && !each->is_ended) {
            each->end(TACTUS_E_CANCELED, each->result);
        }
    }
}

void operations::close() {
    is_closed_ = true;
    for (const std::unique_ptr<pending_op>& each : ops_) {
        if (!each->is_ended && !each->is_running) {
            each->end(TACTUS_E_CANCELED, each->result);
        }
    }
}

void operations::complete(const std::string& kind, tactus_status status, std::uint64_t result) {
    require_kind(kind);
    for (const std::unique_ptr<pending_op>& each : ops_) {
        if (each->kind == kind && !each->is_ended && !each->is_running) {
            each->end(status, result);
        }
    }
}

// Those behind the chosen one come after it, in a ring.
std::vector<operations::op_list::iterator> operations::in_order() {
    std::vector<op_list::iterator> all;
    for (auto place = ops_.begin(); place != ops_.end(); ++place) {
        all.push_back(place);
    }
    if (turns_.completes_newest_first) {
        std::reverse(all.begin(), all.end());
    }
    if (turns_.choose && !all.empty()) {
        const std::size_t first = turns_.choose(all.size()) % all.size();
        std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first), all.end());
    }
    return all;
}

bool operations::end_one(std::int64_t now_ns) {
    for (const op_list::iterator place : in_order()) {
        if (can_end(**place, now_ns)) {
            finish(place);
            return true;
        }
    }
    return false;
}

void operations::finish(op_list::iterator place) {
    const std::unique_ptr<pending_op> ended = std::move(*place);
    ops_.erase(place);
    if (ended->op->host_private[0] != ended.get()) {
        gate_.breach("an op moved, or its private words were written, while it was pending");
    }
    ended->before_done();
    ended->op->host_private[0] = nullptr; // as the daemon does: it may be used again
    const std::string name = "done of " + ended->kind;
    turns_.call_plugin(name.c_str(),
                       [&] { ended->op->done(ended->op, ended->status, ended->result); });
}

void operations::examine() {
    for (const std::unique_ptr<pending_op>& each : ops_) {
        each->examine();
    }
}

std::size_t operations::count(const std::string& kind) const {
    require_kind(kind);
    return static_cast<std::size_t>(std::count_if(
        ops_.begin(), ops_.end(), [&kind](const auto& each) { return each->kind == kind; }));
}

std::optional<std::int64_t> operations::next_deadline_ns() const {
    std::optional<std::int64_t> next_ns;
    for (const std::unique_ptr<pending_op>& each : ops_) {
        if (each->due_ns.has_value()) {
            next_ns = std::min(next_ns.value_or(*each->due_ns), *each->due_ns);
        }
    }
    return next_ns;
}

} // namespace tactus::testing
