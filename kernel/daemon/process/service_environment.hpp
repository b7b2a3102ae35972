// SPDX-License-Identifier: MIT
// The variables by which systemd asks for messages about the service's state.
// service_environment.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::daemon {

struct service_environment {
    std::string notify_socket;              // empty: nobody is to be told
    std::int64_t watchdog_ns = 0;           // 0: nobody watches
    std::vector<std::string> warnings = {}; // sentences about values that make no sense
};

// Removes the variables: a program that a plugin or its library starts must not speak for us.
// Threads: any, while there is only one.
[[nodiscard]] service_environment take_service_environment();

} // namespace tactus::daemon
