// SPDX-License-Identifier: MIT
// What can be asked of a daemon over its control sockets, as the server needs it: the daemon
// implements it. Threads: loop.
#pragma once

#include "kernel/control/json_rpc.hpp"

#include <tactus/cpp/task.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::control {

struct method {
    std::string_view name; // static
    bool changes = false;  // answered at the control socket only, and logged
};

// Who sent a request, as the system reports it.
struct caller {
    explicit caller(std::uint32_t uid) noexcept : user(uid) {}

    std::uint32_t user; // its uid; ~0: unknown
};

// JSON, or why there is none.
using method_result = result<std::string, rpc_error>;

class methods {
public:
    methods() = default;
    methods(const methods&) = delete;
    methods& operator=(const methods&) = delete;
    virtual ~methods() = default;

    // Static data.
    [[nodiscard]] virtual std::span<const method> all() const noexcept = 0;
    // `which` is one of all(). The request must outlive the task. Errors: an exception becomes an
    // internal error.
    [[nodiscard]] virtual tactus::task<method_result> call(const method& which, const params& with,
                                                           const caller& by) = 0;
};

} // namespace tactus::control
