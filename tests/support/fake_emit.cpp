// SPDX-License-Identifier: MIT
// What an input emits, takes back and ends, at a fake host.
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_tables.hpp"

namespace tactus::testing {
namespace {

fake_host& of(const tactus_host* host) {
    return *static_cast<fake_host*>(host->impl);
}

} // namespace

// One event: what inputs emit from threads of their own comes message by message.
tactus_status fake_tables::take_from_thread(fake_host& host, const tactus_batch& batch,
                                            std::uint32_t* accepted) {
    host.foreign_wakes += (batch.flags & TACTUS_BATCH_MORE) == 0 ? 1U : 0U;
    for (*accepted = 0; *accepted < batch.count; ++*accepted) {
        tactus_event event = batch.events[*accepted];
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

const tactus_emit_0& fake_tables::emit() {
    static const tactus_emit_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, const tactus_batch* batch, std::uint32_t* accepted) noexcept {
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
            of(h).canceled_tags.push_back(tag);
            *canceled = 1;
            return of(h).enter("emit.cancel");
        },
        [](const tactus_host* h, std::uint64_t n, const char* reason) noexcept {
            const auto count = [h, n, reason] { of(h).rejected[reason] += n; };
            if (!of(h).defer_foreign(count)) {
                count();
            }
            return tactus_status{TACTUS_OK};
        },
        [](const tactus_host* h, std::uint32_t tag, std::uint64_t* canceled) noexcept {
            of(h).ended_senders.push_back(tag);
            *canceled = 1;
            return of(h).enter("emit.end_sender");
        },
        [](const tactus_host* h) noexcept {
            ++of(h).panics;
            return of(h).enter("emit.panic");
        },
        [](const tactus_host* h, std::uint32_t ends) noexcept {
            of(h).ends_with_instance = ends != 0;
            return tactus_status{TACTUS_OK};
        }};
    return table;
}

} // namespace tactus::testing
