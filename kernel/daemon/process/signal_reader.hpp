// SPDX-License-Identifier: MIT
// Takes signals of the process on a thread of its own, even if a plugin blocks or ignores them:
// they are blocked on the thread that starts it and on all threads that this one starts, and Linux
// keeps a signal that the main thread blocks even if the process is told to ignore it. Therefore
// the reader gets it.
//
// A plugin can still unblock a signal on one of the loop's or its own threads, and ignore it as
// well; or ignore it while it is on its way to the reader. Between signals the thread sleeps.
// signal_reader_linux.cpp. Threads: the main thread.
#pragma once

#include "kernel/base/result.hpp"

#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace tactus::daemon {

class signal_reader {
public:
    // took(number) is called on the reader's thread for each signal, until the reader is destroyed.
    // `numbers` has one at least. Errors: io, if the system gives no thread.
    [[nodiscard]] static result<std::unique_ptr<signal_reader>>
    start(const std::vector<int>& numbers, std::function<void(int number)> took);
    signal_reader(const signal_reader&) = delete;
    signal_reader& operator=(const signal_reader&) = delete;
    // The calling thread has its mask again.
    ~signal_reader();

private:
    signal_reader(const std::vector<int>& numbers, std::function<void(int number)> took);
    void run() noexcept;

    sigset_t read_{};
    sigset_t before_{}; // the mask of the thread that started it
    const int ending_;  // one of those that it reads: wakes it at its end
    std::function<void(int number)> took_;
    // Set once, before the last signal; release: the thread then sees it.
    std::atomic<bool> is_ending_{false};
    std::thread thread_;
};

} // namespace tactus::daemon
