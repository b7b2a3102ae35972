// SPDX-License-Identifier: MIT
#include "kernel/net/operations.hpp"

#include "kernel/base/assert.hpp"

namespace tactus::net {

operations::~operations() {
    TACTUS_ASSERT(pending_.empty());
}

operation* operations::begin(tactus_op* op, bool (*abort)(operation&) noexcept) {
    return is_open_ ? make(op, abort) : nullptr;
}

operation* operations::begin_last(tactus_op* op, bool (*abort)(operation&) noexcept) {
    operation* const begun = is_open_ || takes_last_ ? make(op, abort) : nullptr;
    if (begun != nullptr) {
        begun->is_last = takes_last_;
    }
    return begun;
}

operation* operations::make(tactus_op* op, bool (*abort)(operation&) noexcept) {
    if (op == nullptr || op->done == nullptr || op->host_private[0] != nullptr ||
        pending_.size() == pending_max) {
        return nullptr;
    }
    if (free_.empty()) {
        all_.push_back(std::make_unique<operation>());
        free_.push_back(all_.back().get());
    }
    operation* begun = free_.back();
    free_.pop_back();
    *begun = operation{};
    begun->list = this;
    begun->op = op;
    begun->abort = abort;
    begun->place = pending_.size();
    pending_.push_back(begun);
    op->host_private[0] = begun;
    return begun;
}

tactus_status operations::refusal() const noexcept {
    if (!is_open_) {
        return TACTUS_E_CLOSED;
    }
    return pending_.size() == pending_max ? TACTUS_E_NOMEM : TACTUS_E_INVALID;
}

void operations::forget(operation& ended) noexcept {
    TACTUS_ASSERT(pending_[ended.place] == &ended);
    pending_[ended.place] = pending_.back();
    pending_[ended.place]->place = ended.place;
    pending_.pop_back();
    ended.op->host_private[0] = nullptr;
    free_.push_back(&ended);
}

void operations::finish(operation& ended, tactus_status status, std::uint64_t result) noexcept {
    tactus_op* op = ended.op;
    forget(ended);
    // May free the op, and begin others.
    if (caller_.call != nullptr) {
        caller_.call(caller_.with, op, status, result);
    } else {
        op->done(op, status, result);
    }
}

void operations::finish_later(operation& ended, tactus_status status,
                              std::uint64_t result) noexcept {
    if (ended.later.is_queued) {
        return; // the first end wins
    }
    ended.status = status;
    ended.result = result;
    ended.later.owner = &ended;
    ended.later.run = [](coro::deferred& node) noexcept {
        auto& done = *static_cast<operation*>(node.owner);
        done.list->finish(done, done.status, done.result);
    };
    reactor_.defer(ended.later);
}

tactus_status operations::cancel(tactus_op* op) noexcept {
    if (op == nullptr || op->host_private[0] == nullptr) {
        return TACTUS_E_INVALID;
    }
    auto& pending = *static_cast<operation*>(op->host_private[0]);
    if (pending.list != this) {
        return TACTUS_E_INVALID;
    }
    cancel(pending);
    return TACTUS_OK;
}

void operations::cancel(operation& pending) noexcept {
    if (!pending.later.is_queued && pending.abort(pending)) {
        finish_later(pending, TACTUS_E_CANCELED, 0);
    }
}

void operations::cancel_all() noexcept {
    for (operation* each : pending_) {
        cancel(*each);
    }
}

void operations::end_all(tactus_status status) noexcept {
    for (operation* each : pending_) {
        if (!each->is_last) {
            finish_later(*each, status, 0);
        }
    }
}

} // namespace tactus::net
