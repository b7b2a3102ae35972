// SPDX-License-Identifier: MIT
#include "kernel/base/signal_stack.hpp"

#include <sys/mman.h>

#include <csignal>

namespace tactus::base {

signal_stack::signal_stack() noexcept {
    stack_t present{};
    if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) {
        return;
    }
    void* const made =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) {
        return;
    }
    stack_t ours{};
    ours.ss_sp = made;
    ours.ss_size = bytes;
    if (::sigaltstack(&ours, nullptr) == 0) {
        memory_ = made;
    } else {
        ::munmap(made, bytes);
    }
}

signal_stack::~signal_stack() {
    if (memory_ == nullptr) {
        return;
    }
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    if (::sigaltstack(&none, nullptr) == 0) {
        ::munmap(memory_, bytes);
    }
}

} // namespace tactus::base
