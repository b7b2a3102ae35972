// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/crash_report.hpp"

#include "kernel/base/signal_stack.hpp"
#include "kernel/base/thread_role.hpp"
#include "kernel/daemon/process/last_line.hpp"
#include "kernel/host/watchdog/thread_call.hpp"

#include <sys/prctl.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>

#include <unistd.h>

namespace tactus::daemon {
namespace {

// Whether exit() is a plugin's fault. Written by the main thread, read by the one that exits.
// Relaxed: it guards no other data.
std::atomic<bool> is_exit_wrong{false};

// Crashes, and signals that end a process that does not expect them: of a library's alarm(), for
// example.
constexpr std::array reported = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,   SIGSYS,  SIGTRAP,
                                 SIGUSR1, SIGUSR2, SIGALRM, SIGPROF, SIGVTALRM, SIGXCPU, SIGXFSZ};

// The two below are safe in a signal handler.
last_line& operator<<(last_line& line, const host::plugin_call& in) noexcept {
    char thread[16] = "";
    ::prctl(PR_GET_NAME, thread);
    const bool is_ours = ::gettid() == ::getpid() || base::role_of_thread(::gettid()).has_value();
    line << (is_ours ? " in the thread \""
                     : " in a thread that a plugin or a library of it has made, named \"")
         << thread << "\"";
    if (in.instance != nullptr) {
        line << ", in the call \"" << in.callback << "\" of the plugin of \"" << in.instance
             << "\"";
    }
    return line;
}

// The handler was reset as it was entered; therefore the signal acts by default when it comes
// again.
void report_signal(int number) noexcept {
    const int before = errno;
    last_line said;
    const char* const name = ::sigabbrev_np(number); // from a table
    said << "tactus: the process is ended by SIG" << (name != nullptr ? name : "?")
         << host::present_call;
    said.write();
    errno = before;
    ::raise(number);
}

[[noreturn]] void report_exception() noexcept {
    last_line said;
    said << "tactus: an exception ends the process" << host::present_call;
    if (const std::exception_ptr thrown = std::current_exception(); thrown != nullptr) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& known) {
            said << ": " << known.what();
        } catch (...) {
            said << ", of a type that is not known here";
        }
    }
    said.write();
    std::abort();
}

void report_exit() noexcept {
    if (is_exit_wrong.load(std::memory_order_relaxed)) {
        last_line said;
        said << "tactus: exit() was called" << host::present_call
             << ": a plugin must not end the process";
        said.write();
        ::_exit(exit_plugin);
    }
}

bool is_default(int number) noexcept {
    struct sigaction now {};
    return ::sigaction(number, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
           now.sa_handler == SIG_DFL;
}

void install() noexcept {
    static_cast<void>(std::atexit([] { report_exit(); }));
    static_cast<void>(std::at_quick_exit([] { report_exit(); }));
    std::set_terminate([] { report_exception(); });
    static const base::signal_stack of_main; // this thread is the last to end
    for (const int number : reported) {
        struct sigaction ours {};
        ours.sa_handler = [](int which) { report_signal(which); };
        ours.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER | SA_ONSTACK;
        if (is_default(number)) {
            ::sigaction(number, &ours, nullptr);
        }
    }
}

} // namespace

void report_crashes() noexcept {
    static std::once_flag installed;
    std::call_once(installed, &install);
    is_exit_wrong.store(true, std::memory_order_relaxed);
}

void expect_exit() noexcept {
    is_exit_wrong.store(false, std::memory_order_relaxed);
}

} // namespace tactus::daemon
