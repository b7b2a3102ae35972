// SPDX-License-Identifier: MIT
// Threads for jobs that may block (a scrape's text): the first is started in advance, the others as
// needed, and all are kept. Not uv_queue_work: its threads end a job with uv_async_send, see
// loop_waker.hpp. They are ordinary threads under a real-time loop, and sleep without wake-ups
// while there is nothing to do.
#pragma once

#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/result.hpp"
#include "kernel/base/semaphore.hpp"
#include "kernel/coro/reactor.hpp"

#include <cstddef>
#include <thread>
#include <vector>

namespace tactus::loop {

class job_pool {
public:
    static constexpr std::size_t threads_max = 4; // further jobs wait in FIFO order

    // Finished jobs are posted to `reactor`, which must outlive the pool.
    explicit job_pool(coro::reactor& reactor) : reactor_(reactor) {}
    job_pool(const job_pool&) = delete;
    job_pool& operator=(const job_pool&) = delete;
    // Blocks: until the running jobs have finished. Waiting jobs never begin. Nothing more happens
    // for either: their owners should have waited for them.
    ~job_pool();

    // Starts the first thread, while a failure to get one can still be reported. A second call has
    // no effect. Errors: limit (the system gives none). Threads: loop.
    [[nodiscard]] result<void> begin();
    // To be called after begin. If the system gives no further thread, the job waits for the
    // existing ones. Threads: loop.
    void start(coro::job& node) noexcept;

private:
    void run() noexcept;
    [[nodiscard]] coro::job* await_job() noexcept;
    void add_thread();

    coro::reactor& reactor_;
    base::semaphore wake_;
    base::priority_mutex mutex_; // guards the five below
    coro::job* first_ = nullptr; // linked by job::impl
    coro::job* last_ = nullptr;
    std::size_t waiting_ = 0; // jobs that have not begun
    std::size_t idle_ = 0;    // threads that sleep, or are about to
    bool is_over_ = false;

    std::vector<std::thread> threads_; // loop
};

} // namespace tactus::loop
