// SPDX-License-Identifier: MIT
// A pipe whose reading end a plugin may wait for.
#pragma once

#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace tactus::testing {

struct pipe_case {
    pipe_case() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
    pipe_case(const pipe_case&) = delete;
    pipe_case& operator=(const pipe_case&) = delete;
    ~pipe_case() {
        close_reader();
        ::close(ends[1]);
    }

    void close_reader() {
        if (ends[0] >= 0) {
            ::close(std::exchange(ends[0], -1));
        }
    }

    int ends[2] = {-1, -1};
};

} // namespace tactus::testing
