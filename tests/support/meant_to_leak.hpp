// SPDX-License-Identifier: MIT
// What a test leaves behind on purpose, as the daemon does when it ends with an instance in
// quarantine: the leak checker is told so, for this object and what it holds.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

namespace tactus::testing {

inline void meant_to_leak([[maybe_unused]] const void* object) {
#if defined(__SANITIZE_ADDRESS__)
    __lsan_ignore_object(object);
#endif
}

} // namespace tactus::testing
