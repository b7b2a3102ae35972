// SPDX-License-Identifier: MIT
// "tactus.exec/0": calls from any thread to the loop, and from the loop to the instance's worker.
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/instance.hpp"

namespace tactus::host {
namespace {

tactus_status post(const tactus_host* host, void (*fn)(void*) noexcept, void* arg) noexcept {
    return fn == nullptr ? TACTUS_E_INVALID
                         : resources_of(host).posts().post(fn, arg, posted_calls::plugin_max);
}

tactus_status work(const tactus_host* host, tactus_op* op, void (*fn)(void*) noexcept,
                   void* arg) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (fn == nullptr) {
        return TACTUS_E_INVALID;
    }
    // Work that runs, or may start at any moment, cannot be taken back: its memory is in use.
    net::operation* begun =
        self.pending().begin_last(op, [](net::operation&) noexcept { return false; });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->subject = &self.work();
    const work_item item{fn, arg,
                         [](void* ended) noexcept {
                             auto& done = *static_cast<net::operation*>(ended);
                             static_cast<work_watch*>(done.subject)->returned();
                             done.list->finish(done, TACTUS_OK, 0);
                         },
                         begun};
    if (!self.worker().submit(item)) {
        self.pending().forget(*begun);
        self.set_error(TACTUS_E_NOMEM, {},
                       "The system did not provide a thread for blocking work.");
        return TACTUS_E_NOMEM;
    }
    self.work().began();
    return TACTUS_PENDING;
}

} // namespace

const tactus_exec_0 exec_table = {sizeof(tactus_exec_0), 0, &post, &work};

} // namespace tactus::host
