// SPDX-License-Identifier: MIT
// The other end of a control socket: sends one request at a time and waits for its answer, or
// reads notifications. For the commands of the program; it blocks. Threads: one at a time.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/control/json_rpc.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::control {

class client {
public:
    // How long to wait for an answer, if a call does not say.
    static constexpr std::int64_t answer_limit_ns = 10'000'000'000;

    // Errors: not_found (no daemon listens there), io (not permitted, or another failure); the text
    // says what to do.
    [[nodiscard]] static result<client> connect(const std::string& path);
    client(client&& other) noexcept;
    client& operator=(client&&) = delete;
    ~client();

    // The result, as JSON. `params_json` is an object, or empty. A daemon that reads the request
    // after limit_ns changes nothing. Errors: what the daemon answered; if there is no answer:
    // rpc_code::no_answer. Blocks: limit_ns at most.
    [[nodiscard]] result<std::string, rpc_error> call(std::string_view method,
                                                      std::string_view params_json,
                                                      std::int64_t limit_ns = answer_limit_ns);

    // The next line that the daemon writes, without its line feed: a notification. Errors: limit
    // (there was none in time), closed. Blocks: limit_ns at most.
    [[nodiscard]] result<std::string> receive_line(std::int64_t limit_ns);
    // A whole line has come and waits.
    [[nodiscard]] bool has_line() const noexcept {
        return received_.find('\n', begin_) != std::string::npos;
    }

private:
    explicit client(int fd) noexcept : fd_(fd) {}
    [[nodiscard]] result<void> send(std::string_view bytes) noexcept;

    int fd_; // -1: moved from
    std::int64_t last_id_ = 0;
    std::string received_;
    std::size_t begin_ = 0; // of what is beyond the last line
};

} // namespace tactus::control
