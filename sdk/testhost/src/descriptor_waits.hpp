// SPDX-License-Identifier: MIT
// The ops of "tactus.fd/0": real descriptors, which are looked at only when a test waits for real
// threads. Not installed.
#pragma once

#include "operations.hpp"

#include <cstdint>

namespace tactus::testing {

/// As the daemon's loop would find out. resources_linux.cpp.
bool can_be_awaited(std::int32_t fd);
/// A number that tells the open file from others; 0 for none. resources_linux.cpp.
std::uint64_t file_of(std::int32_t fd);

class descriptor_waits {
public:
    descriptor_waits(call_gate& gate, operations& ops) : gate_(gate), ops_(ops) {}

    /// `events`: TACTUS_FD_*.
    tactus_status start(tactus_op* op, std::int32_t fd, std::uint32_t events);
    /// Ends the ops that wait for that descriptor and one of these events; false where none does.
    bool make_ready(std::int32_t fd, std::uint32_t events);
    /// Ends those whose descriptor is ready.
    void poll();

private:
    struct wait_op;

    call_gate& gate_;
    operations& ops_;
};

} // namespace tactus::testing
