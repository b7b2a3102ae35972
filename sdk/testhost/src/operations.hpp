// SPDX-License-Identifier: MIT
// The ops of a plugin that are pending, of all kinds: each ends once, in the order that the test
// wants. The part that starts an op knows the condition that ends it. Not installed.
#pragma once

#include "call_gate.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::testing {

/// One op; a part derives from it for what only its kind has.
struct pending_op {
    pending_op(std::string of_kind, std::optional<std::int64_t> until_ns, tactus_id on = 0)
        : kind(std::move(of_kind)), due_ns(until_ns), socket(on) {}
    pending_op(const pending_op&) = delete;
    pending_op& operator=(const pending_op&) = delete;
    virtual ~pending_op() = default;

    /// Whether it can end now; if so, it has done its work, and `status` and `result` say how.
    /// Where it cannot, it ends at `due_ns` with TACTUS_E_TIMEOUT.
    virtual bool can_end(std::int64_t /*now_ns*/) { return false; }
    /// Ends it if the thing that it waits for is gone.
    virtual void examine() {}
    /// Called once, before `done`.
    virtual void before_done() {}

    void end(tactus_status how, std::uint64_t with = 0) {
        is_ended = true;
        status = how;
        result = with;
    }

    std::string kind;
    std::optional<std::int64_t> due_ns;
    tactus_id socket;        // of a socket or stream; 0: of none
    tactus_op* op = nullptr; // the plugin's
    bool is_running = false; // on the worker: it cannot be taken back
    bool is_ended = false;   // its `done` is owed
    tactus_status status = TACTUS_OK;
    std::uint64_t result = 0;
};

/// A time limit as the ABI has it, where 0 stands for none.
inline std::optional<std::int64_t> limit_of(std::int64_t due_ns) {
    return due_ns != 0 ? std::optional(due_ns) : std::nullopt;
}

/// An op is in it from the call that started it until its `done` is called. Threads: [loop], but
/// start(), which refuses the others.
class operations {
public:
    operations(call_gate& gate, turn_script& turns) : gate_(gate), turns_(turns) {}
    operations(const operations&) = delete;
    operations& operator=(const operations&) = delete;

    /// TACTUS_PENDING where it is taken; `call` names the function of the ABI.
    tactus_status start(const char* call, tactus_op* op, std::unique_ptr<pending_op> made);
    tactus_status cancel(tactus_op* op);
    /// The socket or stream is closed: its ops end with TACTUS_E_CANCELED.
    void cancel_on(tactus_id socket);
    /// No op is taken any more; those that are there end with TACTUS_E_CANCELED.
    void close();
    void complete(const std::string& kind, tactus_status status, std::uint64_t result);
    /// Ends one op that can end, by calling its `done`; false where none can.
    bool end_one(std::int64_t now_ns);
    void examine();

    bool empty() const { return ops_.empty(); }
    std::size_t count() const { return ops_.size(); }
    std::size_t count(const std::string& kind) const;
    const std::string& first_kind() const { return ops_.front()->kind; }
    std::optional<std::int64_t> next_deadline_ns() const;
    /// Those of one class that have not ended, the oldest first.
    template <class Op>
    std::vector<Op*> all_of() const {
        std::vector<Op*> found;
        for (const std::unique_ptr<pending_op>& each : ops_) {
            auto* const one = dynamic_cast<Op*>(each.get());
            if (one != nullptr && !one->is_ended) {
                found.push_back(one);
            }
        }
        return found;
    }

private:
    using op_list = std::list<std::unique_ptr<pending_op>>;

    bool is_refused(const char* call, const tactus_op* op, const pending_op& made);
    std::vector<op_list::iterator> in_order();
    void finish(op_list::iterator place);

    call_gate& gate_;
    turn_script& turns_;
    op_list ops_;
    bool is_closed_ = false;
};

} // namespace tactus::testing
