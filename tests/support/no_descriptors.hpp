// SPDX-License-Identifier: MIT
// Leaves this process without a free descriptor while it lives.
#pragma once

#include "tests/support/catch.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace tactus::testing {

class no_descriptors {
public:
    // What is closed meanwhile is free again.
    no_descriptors() : no_descriptors(first_free()) {}
    // Nor then, where its number is `limit` or above.
    explicit no_descriptors(rlim_t limit) {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        const rlimit tight{limit, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
        REQUIRE(::dup(0) == -1);
    }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    static rlim_t first_free() {
        const int next = ::dup(0);
        ::close(next);
        return static_cast<rlim_t>(next);
    }

    rlimit before_{};
};

} // namespace tactus::testing
