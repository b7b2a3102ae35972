// SPDX-License-Identifier: MIT
// Which call into which plugin the present thread is in, for the last line of a process that a
// plugin ends: a crash, exit(), an exception. And the way into a plugin: no exception comes back
// through it. Threads: any; each has its own.
#pragma once

#include <string>
#include <utility>

namespace tactus::host {

struct plugin_call {
    const char* instance = nullptr; // nullptr: the thread is in none
    const char* callback = nullptr;
};

// Where set_error puts the reason for the event that the running `send` of this thread could not
// send; nullptr: none runs.
inline constinit thread_local std::string* present_reason = nullptr;

class takes_reason {
public:
    // The text must outlive it.
    explicit takes_reason(std::string& into) noexcept
        : outer_(std::exchange(present_reason, &into)) {
        into.clear();
    }
    takes_reason(const takes_reason&) = delete;
    takes_reason& operator=(const takes_reason&) = delete;
    ~takes_reason() { present_reason = outer_; }

private:
    std::string* outer_;
};

// Of this thread. Safe to be read in a signal handler, which runs on the thread that it concerns.
inline constinit thread_local plugin_call present_call{};

// From here to the end of the block. Both texts must outlive it.
class thread_call {
public:
    thread_call(const char* instance, const char* callback) noexcept
        : outer_(std::exchange(present_call, plugin_call{instance, callback})) {}
    thread_call(const thread_call&) = delete;
    thread_call& operator=(const thread_call&) = delete;
    ~thread_call() { present_call = outer_; }

private:
    plugin_call outer_;
};

// An exception that a plugin lets pass ends the process right here, while present_call still names
// it: the type of the ABI's functions says noexcept, but a plugin in another language, or with
// another header, does not know that. Without this, the exception would unwind the kernel, since
// the compiler makes no provision for an exception that cannot occur.
template <class Result, class... Parameters, class... Arguments>
Result call_plugin(Result (*function)(Parameters...), Arguments... with) noexcept {
    return function(with...);
}

} // namespace tactus::host
