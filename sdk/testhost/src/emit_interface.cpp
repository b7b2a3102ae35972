// SPDX-License-Identifier: MIT
#include "emit_interface.hpp"

#include "tables.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace tactus::testing {
namespace {

bool is_reason(const char* reason) {
    static constexpr std::array<std::string_view, 6> known{
        "malformed", "too_large", "address", "rate", "overrun", "sysex_denied"};
    return reason != nullptr && std::find(known.begin(), known.end(), reason) != known.end();
}

const tactus_event& event_of(const tactus_batch& batch, std::uint32_t i) {
    const auto* const first = reinterpret_cast<const unsigned char*>(batch.events);
    return *reinterpret_cast<const tactus_event*>(first + std::size_t{i} * batch.event_stride);
}

// Each has its bytes, and a tag and group that the daemon's queue can hold.
bool are_events_valid(const tactus_batch& batch) {
    for (std::uint32_t i = 0; i < batch.count; ++i) {
        const tactus_event& event = event_of(batch, i);
        if ((event.bytes == nullptr && event.size != 0) || event.tag > TACTUS_TAG_MAX ||
            event.group > TACTUS_TAG_MAX) {
            return false;
        }
    }
    return true;
}

// Why the daemon rejects each such event, whatever its protocol; empty if it does not.
std::string event_fault(const tactus_event& event, std::size_t names) {
    return event.size == 0 ? "an event of 0 bytes"
           : event.size > TACTUS_EVENT_SIZE_MAX
               ? "an event of " + std::to_string(event.size) + " bytes; at most 65536 are possible"
           : event.port > names ? "an event to port " + std::to_string(event.port) +
                                      ", which ports.resolve has not given"
                                : "";
}

} // namespace

struct emit_interface::room_op : pending_op {
    explicit room_op(emit_interface& to) : pending_op("emit", std::nullopt), of(to) {}

    bool can_end(std::int64_t) override { return of.record_.emit_room != 0; }
    void before_done() override {
        of.must_wait_for_room_ = of.must_wait_for_room_ && status != TACTUS_OK;
    }

    emit_interface& of;
};

tactus_status emit_interface::check_batch(const tactus_batch& batch) {
    if (!is_whole(&batch) || batch.event_stride < sizeof(tactus_event) ||
        (batch.count != 0 && batch.events == nullptr)) {
        gate_.breach("emit got a batch without events, too short, or with a stride below "
                     "tactus_event's size");
        return TACTUS_E_INVALID;
    }
    if (!are_events_valid(batch)) {
        gate_.breach("emit got an event without its bytes, or with a tag or group beyond "
                     "TACTUS_TAG_MAX");
        return TACTUS_E_INVALID;
    }
    return TACTUS_OK;
}

tactus_status emit_interface::emit(const tactus_batch* batch, std::uint32_t* accepted) {
    if (accepted != nullptr) {
        *accepted = 0;
    }
    if (batch == nullptr || accepted == nullptr) {
        gate_.breach("emit got no batch, or no place for the count");
        return TACTUS_E_INVALID;
    }
    if (!gate_.is_on_loop()) {
        return take_from_thread(*batch, accepted);
    }
    const tactus_status status = gate_.enter("emit");
    return status != TACTUS_OK ? status : take(*batch, accepted);
}

tactus_status emit_interface::take(const tactus_batch& batch, std::uint32_t* accepted) {
    ++record_.emit_calls;
    *accepted = 0;
    const bool is_droppable = (batch.flags & TACTUS_BATCH_DROPPABLE) != 0;
    if (const tactus_status status = check_batch(batch); status != TACTUS_OK) {
        return status;
    }
    if (must_wait_for_room_ && !is_droppable) {
        gate_.breach("emit was called again after AGAIN, without waiting for room");
    }
    for (; *accepted < batch.count; ++*accepted) {
        if (record_.emit_room == 0 && !is_droppable) {
            must_wait_for_room_ = true;
            return TACTUS_E_AGAIN;
        }
        take_one(event_of(batch, *accepted), is_droppable);
    }
    return TACTUS_OK;
}

void emit_interface::take_one(const tactus_event& event, bool is_droppable) {
    if (record_.emit_room == 0) {
        ++record_.rejected["no room"];
        return;
    }
    if (const std::string why = event_fault(event, ports_.names()); !why.empty()) {
        ++record_.rejected[event.size > TACTUS_EVENT_SIZE_MAX ? "too_large" : "malformed"];
        record_.refused_event = record_.refused_event.empty() ? why : record_.refused_event;
        return;
    }
    const bool is_endless = record_.emit_room == std::numeric_limits<std::uint32_t>::max();
    record_.emit_room -= is_endless ? 0U : 1U;
    record_.emitted.push_back({event.due_ns, event.received_ns, event.port, event.tag,
                               event.protocol, is_droppable,
                               byte_string(event.bytes, event.bytes + event.size), event.source,
                               event.flags, event.group});
}

// One event at a time: the events that inputs emit from threads of their own come one by one.
tactus_status emit_interface::take_from_thread(const tactus_batch& batch, std::uint32_t* accepted) {
    if (const tactus_status status = check_batch(batch); status != TACTUS_OK) {
        return status;
    }
    const tactus_status status = gate_.answer_to("emit");
    if (status != TACTUS_OK) {
        return status;
    }
    record_.foreign_wakes += (batch.flags & TACTUS_BATCH_MORE) == 0 ? 1U : 0U;
    for (; *accepted < batch.count; ++*accepted) {
        tactus_event event = event_of(batch, *accepted);
        const byte_string bytes(event.bytes, event.bytes + event.size);
        posts_.make_on_loop([this, event, bytes]() mutable {
            event.bytes = bytes.data();
            const tactus_batch one{sizeof one, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
            std::uint32_t taken = 0;
            take(one, &taken);
        });
    }
    return TACTUS_OK;
}

tactus_status emit_interface::wait_writable(tactus_op* op) {
    return ops_.start("wait_writable", op, std::make_unique<room_op>(*this));
}

tactus_status emit_interface::check_sender(std::uint32_t tag, const std::uint64_t* canceled) {
    if (canceled != nullptr && tag != 0 && tag <= TACTUS_TAG_MAX) {
        return TACTUS_OK;
    }
    gate_.breach("emit.cancel or end_sender got no place for the count, or tag " +
                 std::to_string(tag));
    return TACTUS_E_INVALID;
}

tactus_status emit_interface::cancel(std::uint32_t tag, std::uint64_t* canceled) {
    tactus_status status = gate_.enter("emit.cancel");
    status = status == TACTUS_OK ? check_sender(tag, canceled) : status;
    if (status == TACTUS_OK) {
        record_.canceled_tags.push_back(tag);
        *canceled = 1;
    }
    return status;
}

tactus_status emit_interface::reject(std::uint64_t n, const char* reason) {
    const tactus_status status = gate_.answer_to("emit.reject");
    if (status != TACTUS_OK) {
        return status;
    }
    if (!is_reason(reason)) {
        gate_.breach("emit.reject got an unknown reason");
        return TACTUS_E_INVALID;
    }
    posts_.make_on_loop([this, n, why = std::string(reason)] { record_.rejected[why] += n; });
    return TACTUS_OK;
}

tactus_status emit_interface::end_sender(std::uint32_t tag, std::uint64_t* canceled) {
    tactus_status status = gate_.enter("emit.end_sender");
    status = status == TACTUS_OK ? check_sender(tag, canceled) : status;
    if (status == TACTUS_OK) {
        record_.ended_senders.push_back(tag);
        *canceled = 1;
    }
    return status;
}

tactus_status emit_interface::panic() {
    const tactus_status status = gate_.enter("emit.panic");
    record_.panics += status == TACTUS_OK ? 1U : 0U;
    return status;
}

tactus_status emit_interface::end_with_instance(bool ends) {
    const tactus_status status = gate_.enter("emit.end_with_instance");
    if (status == TACTUS_OK) {
        record_.ends_with_instance = ends;
    }
    return status;
}

} // namespace tactus::testing
