// SPDX-License-Identifier: MIT
// Another stack for the signal handlers of the calling thread: if its own stack overflows, a
// handler can run nowhere else, and the process would end without a word. Each of the daemon's
// threads has one; a thread of a plugin can only be given one by itself. A stack that the thread
// has already, a sanitizer's for example, stays. signal_stack_linux.cpp.
#pragma once

#include <cstddef>

namespace tactus::base {

class signal_stack {
public:
    static constexpr std::size_t bytes = 65'536; // touched only by a handler

    // Of the calling thread, which must also destroy it. Without memory there is none.
    signal_stack() noexcept;
    signal_stack(const signal_stack&) = delete;
    signal_stack& operator=(const signal_stack&) = delete;
    ~signal_stack();

private:
    void* memory_ = nullptr; // nullptr: it has none of ours
};

} // namespace tactus::base
