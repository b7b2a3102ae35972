// SPDX-License-Identifier: MIT
// The methods of a daemon at its control sockets, as the server needs them: the daemon
// implements it. Threads: loop.
#pragma once

#include "kernel/control/json_rpc.hpp"
#include "kernel/coro/stream.hpp"

#include <tactus/cpp/task.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct method {
    std::string_view name;            // static
    bool changes = false;             // answered at the control socket only, and logged
    std::string_view parameters = {}; // "name: of an input"; empty: none
    std::string_view does = {};       // a sentence
};

// A thing that a request began; it lasts as long as its connection, and ends when destroyed.
class attachment {
public:
    attachment() = default;
    attachment(const attachment&) = delete;
    attachment& operator=(const attachment&) = delete;
    virtual ~attachment() = default;

    // It writes to the connection by itself from begin() on: no further request is answered.
    [[nodiscard]] virtual bool takes_output() const noexcept = 0;
    // Called once, when the response has been written.
    virtual void begin() = 0;
};
using attachments = std::vector<std::unique_ptr<attachment>>;

// The user of a request, as the system reports it, and the connection that it came by.
struct caller {
    explicit caller(std::uint32_t uid) noexcept : user(uid) {}
    caller(const coro::byte_stream& by, attachments& with) noexcept
        : user(by.peer_user()), stream(&by), attached(&with) {}

    std::uint32_t user; // its uid; ~0: unknown
    const coro::byte_stream* stream = nullptr;
    attachments* attached = nullptr; // a method may add to them
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
