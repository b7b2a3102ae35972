// SPDX-License-Identifier: MIT
// Log lines for the operator. Each is one full sentence: what was tried, on what, why it failed,
// what happens next. The host adds the instance and limits the rate. Threads: any. If the host has
// no log, lines are dropped: a plugin never fails for lack of one.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <string_view>

#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/text.hpp>

namespace tactus {
inline namespace v0_1 {

class logger {
public:
    logger(const tactus_host& host, const detail::facility<tactus_log_0>& log) noexcept
        : host_(&host), log_(&log) {}

    void debug(std::string_view text) const noexcept { write(TACTUS_LOG_DEBUG, text); }
    void info(std::string_view text) const noexcept { write(TACTUS_LOG_INFO, text); }
    void warning(std::string_view text) const noexcept { write(TACTUS_LOG_WARNING, text); }
    void error(std::string_view text) const noexcept { write(TACTUS_LOG_ERROR, text); }

    /// To avoid building a costly text.
    bool is_enabled(std::uint32_t level) const noexcept {
        return *log_ && (*log_)->enabled(host_, level) != 0;
    }

private:
    void write(std::uint32_t level, std::string_view text) const noexcept {
        if (*log_) {
            (*log_)->write(host_, level, to_str(text));
        }
    }

    const tactus_host* host_;
    const detail::facility<tactus_log_0>* log_;
};

} // namespace v0_1
} // namespace tactus
