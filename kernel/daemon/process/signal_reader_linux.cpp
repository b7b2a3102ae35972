// SPDX-License-Identifier: MIT
#include "kernel/base/start_thread.hpp"
#include "kernel/daemon/process/signal_reader.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace tactus::daemon {

result<std::unique_ptr<signal_reader>> signal_reader::start(const std::vector<int>& numbers,
                                                            std::function<void(int number)> took) {
    std::unique_ptr<signal_reader> made(new signal_reader(numbers, std::move(took)));
    try {
        const auto entry = [](void* self) { static_cast<signal_reader*>(self)->run(); };
        made->thread_ = base::start_without_signals(base::thread_role::alarm, "tactus-signal",
                                                    entry, made.get());
    } catch (const std::system_error& refused) {
        return fail(error_kind::io, std::string("No thread for the signals: ") + refused.what());
    }
    return made;
}

signal_reader::signal_reader(const std::vector<int>& numbers, std::function<void(int number)> took)
    : ending_(numbers.front()), took_(std::move(took)) {
    sigemptyset(&read_);
    for (const int number : numbers) {
        sigaddset(&read_, number);
    }
    pthread_sigmask(SIG_BLOCK, &read_, &before_);
}

signal_reader::~signal_reader() {
    if (thread_.joinable()) {
        is_ending_.store(true, std::memory_order_release);
        pthread_kill(thread_.native_handle(), ending_);
        thread_.join();
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void signal_reader::run() noexcept {
    for (;;) {
        const int number = ::sigwaitinfo(&read_, nullptr); // -1: a debugger, or a handler that ran
        if (is_ending_.load(std::memory_order_acquire)) {
            return;
        }
        if (number > 0) {
            took_(number);
        }
    }
}

} // namespace tactus::daemon
