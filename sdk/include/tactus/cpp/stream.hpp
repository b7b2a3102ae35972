// SPDX-License-Identifier: MIT
// Byte streams over the host's TCP and unix sockets. Connections are expected to end. Therefore
// their end is not an exception: read and write return a stream_result, whose status tells how they
// ended. Connecting and listening throw. A stream and a listener close themselves; neither may
// outlive its context, and no wait on it may be pending at its end. The user sets the limits on
// connections, buffers and idle time; the kernel enforces them. Endpoints: "tcp://host:port",
// "tcp://[::1]:port", "unix:///path". Threads: loop.
//
//   task<> serve(context& here, stream peer) {
//       std::array<std::uint8_t, 4096> bytes;
//       for (;;) {
//           const stream_result got = co_await peer.read(bytes);
//           if (!got.has_bytes()) {
//               co_return; // ended, or gone
//           }
//           const std::span<const std::uint8_t> answer(bytes.data(), got.size);
//           const stream_result went = co_await peer.write(answer);
//           if (!went.is_ok()) {
//               co_return;
//           }
//       }
//   }
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/stream_waits.hpp>
#include <tactus/cpp/when.hpp>

namespace tactus {
inline namespace v0_1 {

/// The peer of a stream.
struct stream_peer {
    std::string endpoint;                     // "tcp://192.168.0.7:53122", "unix://"
    tactus_address address{};                 // of unix only the family; size 0: unknown
    std::uint32_t uid = detail::unknown_user; // unix
};

/// One connection.
class stream {
public:
    stream() noexcept = default;
    stream(stream&& other) noexcept
        : host_(other.host_), table_(other.table_), id_(std::exchange(other.id_, 0)) {}
    stream& operator=(stream&& other) noexcept {
        std::swap(host_, other.host_);
        std::swap(table_, other.table_);
        std::swap(id_, other.id_);
        return *this;
    }
    ~stream() { close(); }

    /// `co_await` returns the stream; a name is looked up. The text must live until the co_await
    /// begins. Errors: canceled; failure{IO} with the system's reason, {TIMEOUT}, {INVALID},
    /// {NOMEM} at the limit of connections.
    static detail::stream_wait<stream, detail::start_connect>
    connect(context& here, std::string_view endpoint, time_point deadline = no_deadline) {
        const tactus_stream_0& table = here.interfaces_.stream.get();
        const detail::on_stream none(&here.host(), &table, 0, to_ns(deadline));
        return {detail::start_connect(none, endpoint), "connect"};
    }
    /// Reads from a pipe, a file, standard input. The caller keeps the fd, which stays open.
    /// Errors: failure.
    static stream adopt(context& here, int fd) {
        const tactus_stream_0& table = here.interfaces_.stream.get();
        tactus_id id = 0;
        detail::check_status(table.adopt(&here.host(), fd, &id), "read from a file descriptor");
        return stream(here.host(), table, id);
    }

    /// `co_await` returns the bytes that arrived, at least one; or size 0, which is the peer's end
    /// if the status is OK, else CLOSED (gone) or TIMEOUT (nothing arrived, the stream stays
    /// usable). One read at a time; `into` belongs to the host meanwhile. Errors: canceled.
    detail::result_wait<detail::start_read> read(std::span<std::uint8_t> into,
                                                 time_point deadline = no_deadline) {
        return detail::result_wait<detail::start_read>(detail::start_read(self(deadline), into));
    }
    /// Waits until the system has taken all bytes: the back-pressure of a peer that reads slowly.
    /// If not OK, the stream can only be closed. One write at a time, and no try_write meanwhile;
    /// `bytes` must not change. Errors: canceled.
    detail::result_wait<detail::start_write> write(std::span<const std::uint8_t> bytes,
                                                   time_point deadline = no_deadline) {
        return detail::result_wait<detail::start_write>(detail::start_write(self(deadline), bytes));
    }
    /// Without waiting: writes whole chunks from the front, as many as find room (`size`: how
    /// many). The bytes that the system does not take are copied into the connection's buffer.
    /// AGAIN: there is no room for the next one.
    stream_result try_write(std::span<const tactus_chunk> chunks) noexcept {
        std::uint32_t sent = 0;
        const tactus_status status =
            id_ == 0 ? TACTUS_E_CLOSED
                     : table_->send(host_, id_, chunks.data(),
                                    static_cast<std::uint32_t>(chunks.size()), &sent);
        return stream_result(status, sent);
    }
    /// The same for one piece: all of it, or AGAIN and nothing.
    tactus_status try_write(std::span<const std::uint8_t> bytes) noexcept {
        const tactus_chunk chunk{bytes.data(), static_cast<std::uint32_t>(bytes.size()), 0};
        return try_write(std::span<const tactus_chunk>(&chunk, 1)).status;
    }
    /// Resumes when there is room after AGAIN. Errors: canceled.
    detail::result_wait<detail::start_writable> writable(time_point deadline = no_deadline) {
        return detail::result_wait<detail::start_writable>(detail::start_writable(self(deadline)));
    }
    /// Half-close: resumes when all is written and the end of data has been signaled to the peer.
    /// Errors: canceled.
    detail::result_wait<detail::start_shutdown> shutdown(time_point deadline = no_deadline) {
        return detail::result_wait<detail::start_shutdown>(detail::start_shutdown(self(deadline)));
    }

    /// Resumes when the peer sends no more or is gone, even if bytes from it are still unread: for
    /// code that does not read. UNSUPPORTED: an adopted descriptor, or an older host. One at a
    /// time. Errors: canceled.
    detail::result_wait<detail::start_ended> ended() {
        return detail::result_wait<detail::start_ended>(detail::start_ended(self(no_deadline)));
    }

    /// Errors: failure.
    stream_peer peer() const {
        tactus_stream_peer raw{};
        raw.struct_size = sizeof raw;
        detail::check_status(table_->peer(host_, id_, &raw), "ask who is connected");
        return {raw.endpoint.text, raw.address, raw.uid};
    }
    std::string local() const { return detail::local_of(*host_, *table_, id_); }

    bool is_open() const noexcept { return id_ != 0; }
    /// Closes it and counts it as refused: "address", "host", "origin", "token", "protocol",
    /// "too_large", "slow".
    void refuse(const char* reason) noexcept {
        if (id_ != 0) {
            table_->refuse(host_, std::exchange(id_, 0), reason);
        }
    }
    void close() noexcept {
        if (id_ != 0) {
            table_->close(host_, std::exchange(id_, 0));
        }
    }

private:
    template <class Made, class Start>
    friend class detail::stream_wait;
    stream(const tactus_host& host, const tactus_stream_0& table, tactus_id id) noexcept
        : host_(&host), table_(&table), id_(id) {}
    detail::on_stream self(time_point deadline) const noexcept {
        return detail::on_stream(host_, table_, id_, to_ns(deadline));
    }

    const tactus_host* host_ = nullptr;
    const tactus_stream_0* table_ = nullptr;
    tactus_id id_ = 0;
};

/// The result of try_connect.
struct connected {
    connected() noexcept = default;
    explicit connected(stream made) noexcept : to(std::move(made)), status(TACTUS_OK) {}
    connected(tactus_status refused, std::string why) noexcept
        : status(refused), reason(std::move(why)) {}

    bool is_ok() const noexcept { return status == TACTUS_OK; }

    stream to; ///< open if is_ok()
    tactus_status status = TACTUS_E_INTERNAL;
    std::string reason; ///< "connect: Connection refused"; empty if is_ok()
};

/// As stream::connect, for a loop that tries again: a failure is returned, not thrown. A handler
/// may not contain a co_await; therefore an exception would need a function around each attempt.
/// Errors: canceled.
inline task<connected> try_connect(context& here, std::string endpoint,
                                   time_point deadline = no_deadline) {
    connected result;
    try {
        stream made = co_await stream::connect(here, endpoint, deadline);
        result = connected(std::move(made));
    } catch (const failure& refused) {
        result = connected(refused.status(), refused.text());
    }
    co_return result;
}

/// A socket that accepts connections.
class listener {
public:
    listener() noexcept = default;
    listener(listener&& other) noexcept
        : host_(other.host_), table_(other.table_), id_(std::exchange(other.id_, 0)) {}
    listener& operator=(listener&& other) noexcept {
        std::swap(host_, other.host_);
        std::swap(table_, other.table_);
        std::swap(id_, other.id_);
        return *this;
    }
    ~listener() { close(); }

    /// Listens at a numeric address or a path; `mode` is that of a unix socket's file, 0 = 0660.
    /// Errors: failure with the host's reason.
    static listener bind(context& here, std::string_view endpoint, std::uint32_t mode = 0) {
        const tactus_stream_0& table = here.interfaces_.stream.get();
        const tactus_listen wanted{sizeof wanted, mode, to_str(endpoint)};
        listener made;
        const tactus_status status = table.listen(&here.host(), &wanted, &made.id_);
        if (status < 0) {
            made.id_ = 0;
            const failure why = failure::of(status, "listen on " + std::string(endpoint));
            throw host_failure(status, why.text());
        }
        made.host_ = &here.host();
        made.table_ = &table;
        return made;
    }

    /// `co_await` returns the next connection. One accept at a time. Errors: canceled; failure.
    detail::stream_wait<stream, detail::start_accept> accept() {
        const detail::on_stream self(host_, table_, id_, 0);
        return {detail::start_accept(self), "accept"};
    }

    /// The address where it listens, with the real port.
    std::string local() const { return detail::local_of(*host_, *table_, id_); }
    bool is_open() const noexcept { return id_ != 0; }
    void close() noexcept {
        if (id_ != 0) {
            table_->close(host_, std::exchange(id_, 0));
        }
    }

private:
    const tactus_host* host_ = nullptr;
    const tactus_stream_0* table_ = nullptr;
    tactus_id id_ = 0;
};

namespace detail {

inline task<void> wait_for_end(stream& peer, bool& is_known) {
    const stream_result end = co_await peer.ended();
    is_known = end.status != TACTUS_E_UNSUPPORTED;
}

} // namespace detail

/// Emits all events, waiting for room as long as the peer stays. Returns false if the peer sent no
/// more, or was gone, while events waited; those of them that find no room now are refused and
/// counted. The view and the stream must stay valid until then. Errors: as context::emit.
inline task<bool> emit_while_open(context& here, stream& peer, batch_view batch) {
    batch_view rest = batch;
    if (here.emit_now(rest)) {
        co_return true;
    }
    bool is_known = false;
    const auto first =
        co_await when_any(here.emit_rest(rest), detail::wait_for_end(peer, is_known));
    if (first.index == 1 && is_known) {
        static_cast<void>(here.try_emit(rest.as_droppable()));
        co_return false;
    }
    co_await here.emit_rest(rest);
    co_return true;
}

/// The numeric endpoints of "tcp://name:port" or "udp://name:port", best first, at least one; a
/// numeric one yields itself. Errors: canceled; failure{IO}, {TIMEOUT}, {INVALID}.
inline task<std::vector<std::string>> resolve(context& here, std::string endpoint,
                                              time_point deadline = no_deadline) {
    const auto& table = here.interface<tactus_stream_0>(TACTUS_STREAM_0);
    std::array<tactus_endpoint_text, detail::addresses_max> found{};
    const detail::on_stream none(&here.host(), &table, 0, to_ns(deadline));
    const detail::start_resolve start(none, endpoint, found);
    detail::result_wait<detail::start_resolve> looked_up(start);
    const stream_result done = co_await looked_up;
    if (!done.is_ok()) {
        throw failure(done.status, endpoint + ": " + detail::reason_of(done.status, done.size));
    }
    const std::size_t n = done.size == 0 ? 1 : done.size; // 0: finished at once, with itself
    std::vector<std::string> endpoints;
    for (std::size_t i = 0; i < n && i < found.size(); ++i) {
        endpoints.emplace_back(found[i].text);
    }
    co_return endpoints;
}

} // namespace v0_1
} // namespace tactus
