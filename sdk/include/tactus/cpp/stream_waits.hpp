// SPDX-License-Identifier: MIT
// The awaiters under stream.hpp: the starting calls of "tactus.stream/0", and the conversion of
// their ends to a stream_result, a stream, or a failure. An author sees only their results.
// Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <netdb.h>

#include <tactus/cpp/error.hpp>
#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/cpp/waits.hpp>

namespace tactus {
inline namespace v0_1 {

/// How a wait on a stream ended, and how much was transferred.
struct [[nodiscard]] stream_result {
    stream_result(tactus_status end_status, std::size_t n) noexcept : status(end_status), size(n) {}

    bool is_ok() const noexcept { return status == TACTUS_OK; }
    bool has_bytes() const noexcept { return is_ok() && size != 0; }
    /// Of a read: the peer has signaled that it sends no more.
    bool is_end() const noexcept { return is_ok() && size == 0; }

    tactus_status status;
    std::size_t size;
};

namespace detail {

inline constexpr std::uint32_t unknown_user = 0xffffffff;
inline constexpr std::size_t addresses_max = 8; // of one name

/// The data that all starting calls share. An empty stream returns CLOSED.
struct on_stream {
    on_stream(const tactus_host* on, const tactus_stream_0* by, tactus_id of,
              std::int64_t until_ns) noexcept
        : host(on), table(by), id(of), deadline_ns(until_ns) {}
    const tactus_host* host;
    const tactus_stream_0* table;
    tactus_id id;
    std::int64_t deadline_ns;
};

struct start_read : on_stream {
    start_read(const on_stream& base, std::span<std::uint8_t> to) noexcept
        : on_stream(base), into(to) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED
                       : table->read(host, op, id, into.data(),
                                     static_cast<std::uint32_t>(into.size()), deadline_ns);
    }
    std::span<std::uint8_t> into;
};

struct start_write : on_stream {
    start_write(const on_stream& base, std::span<const std::uint8_t> all) noexcept
        : on_stream(base), bytes(all) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED
                       : table->write(host, op, id, bytes.data(),
                                      static_cast<std::uint32_t>(bytes.size()), deadline_ns);
    }
    std::span<const std::uint8_t> bytes;
};

struct start_writable : on_stream {
    explicit start_writable(const on_stream& base) noexcept : on_stream(base) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED : table->writable(host, op, id, deadline_ns);
    }
};

struct start_shutdown : on_stream {
    explicit start_shutdown(const on_stream& base) noexcept : on_stream(base) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED : table->shutdown(host, op, id, deadline_ns);
    }
};

struct start_ended : on_stream {
    explicit start_ended(const on_stream& base) noexcept : on_stream(base) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED : table->ended(host, op, id);
    }
};

struct start_accept : on_stream {
    explicit start_accept(const on_stream& base) noexcept : on_stream(base) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return id == 0 ? TACTUS_E_CLOSED : table->accept(host, op, id);
    }
};

struct start_connect : on_stream {
    start_connect(const on_stream& base, std::string_view to) noexcept
        : on_stream(base), endpoint(to) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->connect(host, op, to_str(endpoint), deadline_ns);
    }
    std::string_view endpoint;
};

struct start_resolve : on_stream {
    start_resolve(const on_stream& base, std::string_view of,
                  std::span<tactus_endpoint_text> to) noexcept
        : on_stream(base), endpoint(of), into(to) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->resolve(host, op, to_str(endpoint), into.data(),
                              static_cast<std::uint32_t>(into.size()), deadline_ns);
    }
    std::string_view endpoint;
    std::span<tactus_endpoint_text> into;
};

/// `co_await` returns a stream_result. Errors: canceled.
template <op_start Start>
class [[nodiscard]] result_wait : public op_awaiter<Start> {
public:
    explicit result_wait(const Start& start) : op_awaiter<Start>(start, cancel_by(start.host)) {}

    stream_result await_resume() const {
        const op_result ended = op_awaiter<Start>::await_resume();
        return stream_result(ended.status, static_cast<std::size_t>(ended.result));
    }
};

/// The system's message for the result of a failed connect or resolve.
inline std::string reason_of(tactus_status status, std::uint64_t result) {
    if (status == TACTUS_E_NOMEM) {
        return "out of memory, or at connections_max; a plugin that does not name TACTUS_STREAM_0 "
               "in "
               "its `interfaces` may have no connection";
    }
    if (status != TACTUS_E_IO || result == 0) {
        return std::string(name_of(status));
    }
    if (result == EPROTOTYPE) { // only a unix socket's file can be of another kind
        return "a socket for datagrams is there, not one for connections; is it unixgram://?";
    }
    if (result == ENODEV) {
        return "its network interface is not there (\"ip link\" lists them)";
    }
    return result < TACTUS_STREAM_NAME_ERROR
               ? std::strerror(static_cast<int>(result))
               : gai_strerror(-static_cast<int>(result - TACTUS_STREAM_NAME_ERROR));
}

/// `co_await` returns a stream, Made. Errors: canceled; failure.
template <class Made, class Start>
class [[nodiscard]] stream_wait : public op_awaiter<Start> {
public:
    stream_wait(const Start& start, const char* what)
        : op_awaiter<Start>(start, cancel_by(start.host)), on_(start), what_(what) {}

    Made await_resume() const {
        const op_result ended = op_awaiter<Start>::await_resume();
        if (!ended.is_ok()) {
            throw failure(ended.status,
                          std::string(what_) + ": " + reason_of(ended.status, ended.result));
        }
        return Made(*on_.host, *on_.table, ended.result);
    }

private:
    on_stream on_;
    const char* what_;
};

inline std::string local_of(const tactus_host& host, const tactus_stream_0& table, tactus_id id) {
    tactus_endpoint_text endpoint{};
    check_status(table.local(&host, id, &endpoint), "ask where a stream is bound");
    return endpoint.text;
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
