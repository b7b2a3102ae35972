// SPDX-License-Identifier: MIT
// What an input emits, takes back and ends, at a fake host.
#include "tables.hpp"

#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace tactus::testing {
namespace {

test_host& of(const tactus_host* host) {
    return *static_cast<test_host*>(host->impl);
}

bool is_reason(const char* reason) {
    static constexpr std::array<std::string_view, 6> known{
        "malformed", "too_large", "address", "rate", "overrun", "sysex_denied"};
    return reason != nullptr && std::find(known.begin(), known.end(), reason) != known.end();
}

tactus_status check_sender(test_host& host, std::uint32_t tag, const std::uint64_t* canceled) {
    if (canceled != nullptr && tag != 0 && tag <= TACTUS_TAG_MAX) {
        return TACTUS_OK;
    }
    host.breach("emit.cancel or end_sender got no place for the count, or tag " +
                std::to_string(tag));
    return TACTUS_E_INVALID;
}

} // namespace

namespace {

// Each has its bytes, and a tag and group that the daemon's queue can hold.
bool are_events_valid(const tactus_batch& batch) {
    const auto* at = reinterpret_cast<const unsigned char*>(batch.events);
    for (std::uint32_t i = 0; i < batch.count; ++i, at += batch.event_stride) {
        const auto& event = *reinterpret_cast<const tactus_event*>(at);
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

tactus_status test_host::check_batch(const tactus_batch& batch) {
    if (!is_whole(&batch) || batch.event_stride < sizeof(tactus_event) ||
        (batch.count != 0 && batch.events == nullptr)) {
        breach("emit got a batch without events, too short, or with a stride below tactus_event's "
               "size");
        return TACTUS_E_INVALID;
    }
    if (!are_events_valid(batch)) {
        breach("emit got an event without its bytes, or with a tag or group beyond "
               "TACTUS_TAG_MAX");
        return TACTUS_E_INVALID;
    }
    return TACTUS_OK;
}

tactus_status test_host::take(const tactus_batch& batch, std::uint32_t* accepted) {
    ++emit_calls;
    *accepted = 0;
    const bool is_droppable = (batch.flags & TACTUS_BATCH_DROPPABLE) != 0;
    if (const tactus_status status = check_batch(batch); status != TACTUS_OK) {
        return status;
    }
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
        if (const std::string why = event_fault(event, resolved_.size()); !why.empty()) {
            ++rejected[event.size > TACTUS_EVENT_SIZE_MAX ? "too_large" : "malformed"];
            refused_event = refused_event.empty() ? why : refused_event;
            continue;
        }
        emit_room -= emit_room == std::numeric_limits<std::uint32_t>::max() ? 0u : 1u;
        emitted.push_back({event.due_ns, event.received_ns, event.port, event.tag, event.protocol,
                           is_droppable, byte_string(event.bytes, event.bytes + event.size),
                           event.source, event.flags, event.group});
    }
    return TACTUS_OK;
}

// One event: what inputs emit from threads of their own comes message by message.
tactus_status host_tables::take_from_thread(test_host& host, const tactus_batch& batch,
                                            std::uint32_t* accepted) {
    *accepted = 0;
    if (const tactus_status status = host.check_batch(batch); status != TACTUS_OK) {
        return status;
    }
    const tactus_status status = host.answer_to("emit");
    if (status != TACTUS_OK) {
        return status;
    }
    host.foreign_wakes += (batch.flags & TACTUS_BATCH_MORE) == 0 ? 1U : 0U;
    for (*accepted = 0; *accepted < batch.count; ++*accepted) {
        const auto* const at = reinterpret_cast<const unsigned char*>(batch.events) +
                               std::size_t{*accepted} * batch.event_stride;
        tactus_event event = *reinterpret_cast<const tactus_event*>(at);
        const byte_string bytes(event.bytes, event.bytes + event.size);
        host.defer_foreign([&host, event, bytes]() mutable {
            event.bytes = bytes.data();
            const tactus_batch one{sizeof one, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
            std::uint32_t taken = 0;
            host.take(one, &taken);
        });
    }
    return TACTUS_OK;
}

const tactus_emit_0& host_tables::emit() {
    static const tactus_emit_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, const tactus_batch* batch, std::uint32_t* accepted) noexcept {
            if (accepted != nullptr) {
                *accepted = 0;
            }
            if (batch == nullptr || accepted == nullptr) {
                of(h).breach("emit got no batch, or no place for the count");
                return tactus_status{TACTUS_E_INVALID};
            }
            if (!of(h).is_on_loop()) {
                return take_from_thread(of(h), *batch, accepted);
            }
            const tactus_status status = of(h).enter("emit");
            return status != TACTUS_OK ? status : of(h).take(*batch, accepted);
        },
        [](const tactus_host* h, tactus_op* op) noexcept {
            return of(h).start("wait_writable", op, {nullptr, "emit"});
        },
        [](const tactus_host* h, std::uint32_t tag, std::uint64_t* canceled) noexcept {
            tactus_status status = of(h).enter("emit.cancel");
            status = status == TACTUS_OK ? check_sender(of(h), tag, canceled) : status;
            if (status == TACTUS_OK) {
                of(h).canceled_tags.push_back(tag);
                *canceled = 1;
            }
            return status;
        },
        [](const tactus_host* h, std::uint64_t n, const char* reason) noexcept {
            const tactus_status status = of(h).answer_to("emit.reject");
            if (status != TACTUS_OK) {
                return status;
            }
            if (!is_reason(reason)) {
                of(h).breach("emit.reject got an unknown reason");
                return tactus_status{TACTUS_E_INVALID};
            }
            const auto count = [h, n, why = std::string(reason)] { of(h).rejected[why] += n; };
            if (!of(h).defer_foreign(count)) {
                count();
            }
            return tactus_status{TACTUS_OK};
        },
        [](const tactus_host* h, std::uint32_t tag, std::uint64_t* canceled) noexcept {
            tactus_status status = of(h).enter("emit.end_sender");
            status = status == TACTUS_OK ? check_sender(of(h), tag, canceled) : status;
            if (status == TACTUS_OK) {
                of(h).ended_senders.push_back(tag);
                *canceled = 1;
            }
            return status;
        },
        [](const tactus_host* h) noexcept {
            const tactus_status status = of(h).enter("emit.panic");
            of(h).panics += status == TACTUS_OK ? 1U : 0U;
            return status;
        },
        [](const tactus_host* h, std::uint32_t ends) noexcept {
            const tactus_status status = of(h).enter("emit.end_with_instance");
            if (status == TACTUS_OK) {
                of(h).ends_with_instance = ends != 0;
            }
            return status;
        }};
    return table;
}

} // namespace tactus::testing
