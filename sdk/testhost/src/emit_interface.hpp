// SPDX-License-Identifier: MIT
// "tactus.emit/0": the events that an input emits, and its orders to take back or end some. Not
// installed.
#pragma once

#include "operations.hpp"
#include "port_table.hpp"
#include "posted_calls.hpp"

#include <cstdint>

#include <tactus/testhost/record.hpp>

namespace tactus::testing {

/// Threads: emit() and reject() are for any, the others for [loop].
class emit_interface {
public:
    emit_interface(call_gate& gate, operations& ops, posted_calls& posts, const port_table& ports,
                   emit_record& record)
        : gate_(gate), ops_(ops), posts_(posts), ports_(ports), record_(record) {}

    tactus_status emit(const tactus_batch* batch, std::uint32_t* accepted);
    tactus_status wait_writable(tactus_op* op);
    tactus_status cancel(std::uint32_t tag, std::uint64_t* canceled);
    tactus_status reject(std::uint64_t n, const char* reason);
    tactus_status end_sender(std::uint32_t tag, std::uint64_t* canceled);
    tactus_status panic();
    tactus_status end_with_instance(bool ends);

private:
    struct room_op;

    tactus_status check_batch(const tactus_batch& batch);
    tactus_status check_sender(std::uint32_t tag, const std::uint64_t* canceled);
    tactus_status take(const tactus_batch& batch, std::uint32_t* accepted);
    tactus_status take_from_thread(const tactus_batch& batch, std::uint32_t* accepted);
    void take_one(const tactus_event& event, bool is_droppable);

    call_gate& gate_;
    operations& ops_;
    posted_calls& posts_;
    const port_table& ports_;
    emit_record& record_;
    bool must_wait_for_room_ = false;
};

} // namespace tactus::testing
