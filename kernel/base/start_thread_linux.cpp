// SPDX-License-Identifier: MIT
#include "kernel/base/signal_stack.hpp"
#include "kernel/base/start_thread.hpp"

#include <sys/prctl.h>

#include <csignal>
#include <string>
#include <system_error>

namespace tactus::base {
namespace {

// A thread inherits the signal mask of its creator.
class all_signals_blocked {
public:
    all_signals_blocked() noexcept {
        sigset_t all;
        sigfillset(&all);
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
            sigdelset(&all, fault); // of the thread itself: its handler reports them
        }
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    all_signals_blocked(const all_signals_blocked&) = delete;
    all_signals_blocked& operator=(const all_signals_blocked&) = delete;
    ~all_signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

} // namespace

std::thread start_without_signals(thread_role role, const char* name, void (*run)(void*),
                                  void* arg) {
    const all_signals_blocked blocked;
    try {
        return std::thread([role, name, run, arg] {
            const thread_role_holder held(role);
            const signal_stack for_handlers;
            ::prctl(PR_SET_NAME, name);
            run(arg);
        });
    } catch (const std::system_error& refused) { // says neither what was wanted nor what to do
        throw std::system_error(refused.code(),
                                std::string("the system gives no thread for ") + name +
                                    "; raise its limit of tasks (TasksMax= of a service, \"ulimit "
                                    "-u\" of a user) or of memory");
    }
}

} // namespace tactus::base
