// SPDX-License-Identifier: MIT
// "tactus.stream/0".
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/plugin_text.hpp"
#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/net/stream_set.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace tactus::host {
namespace {

// True if the text is no endpoint; otherwise it is one, or is not available now.
bool is_invalid(const result<net::stream_endpoint>& parsed) noexcept {
    return !parsed.has_value() && parsed.error().kind == error_kind::invalid;
}

// Begins an op; `start` returns whether it waits. An op that has not begun is taken back.
template <class Start>
tactus_status begin_op(instance_resources& self, tactus_op* op,
                       bool (*abort)(net::operation&) noexcept, Start&& start) {
    net::operation* const begun = self.pending().begin(op, abort);
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    const tactus_status status = start(*begun);
    if (status != TACTUS_PENDING) {
        self.pending().forget(*begun);
    }
    return status;
}

bool abort_in_set(net::operation& waiting) noexcept {
    static_cast<net::stream_set*>(waiting.subject)->abort(waiting);
    return true;
}

// The same for an op on a stream or listener that was looked up; nullptr if it is gone.
template <class Subject, class Start>
tactus_status begin_with(instance_resources& self, tactus_op* op, Subject* found, Start&& start) {
    if (found == nullptr) {
        return TACTUS_E_CLOSED;
    }
    const auto abort = [](net::operation& waiting) noexcept {
        static_cast<Subject*>(waiting.subject)->abort(waiting);
        return true;
    };
    return begin_op(self, op, abort, [&](net::operation& begun) {
        begun.subject = found;
        return start(*found, begun);
    });
}

template <class Start>
tactus_status begin_on(const tactus_host* host, tactus_op* op, tactus_id stream, Start&& start) {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    return begin_with(self, op, self.sockets().streams().stream(stream),
                      std::forward<Start>(start));
}

// An endpoint on a missing network interface: the interface may appear; therefore the caller gets
// the error of a peer that is not reachable now.
tactus_status fail_without_interface(instance_resources& self, tactus_op* op) {
    return begin_op(self, op, &abort_in_set, [&](net::operation& begun) {
        begun.subject = &self.sockets().streams();
        begun.list->finish_later(begun, TACTUS_E_IO, ENODEV);
        return TACTUS_PENDING;
    });
}

tactus_status resolve(const tactus_host* host, tactus_op* op, tactus_str endpoint,
                      tactus_endpoint_text* found, std::uint32_t n,
                      std::int64_t deadline_ns) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const result<net::stream_endpoint> parsed = net::parse_stream_endpoint(view_of(endpoint));
    if (found == nullptr || n == 0 || !is_text(endpoint) || is_invalid(parsed)) {
        return TACTUS_E_INVALID;
    }
    if (!parsed.has_value()) {
        return fail_without_interface(self, op);
    }
    if (!parsed->needs_lookup()) {
        net::write_text(view_of(endpoint), found[0]);
        return TACTUS_OK;
    }
    return begin_op(self, op, &abort_in_set, [&](net::operation& begun) {
        return self.sockets().streams().start_resolve(begun, {*parsed, found, n}, deadline_ns);
    });
}

tactus_status listen(const tactus_host* host, const tactus_listen* wanted,
                     tactus_id* listener) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (wanted == nullptr || !is_whole(*wanted) || listener == nullptr ||
        !is_text(wanted->endpoint)) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    const std::string text(view_of(wanted->endpoint));
    const result<net::stream_endpoint> at = net::parse_stream_endpoint(text);
    if (is_invalid(at) || (at && (at->needs_lookup() || at->by == net::transport::udp))) {
        self.set_error(TACTUS_E_INVALID, {},
                       "\"" + text +
                           "\" cannot be listened on: expected a numeric address, like "
                           "\"tcp://127.0.0.1:9000\", or \"unix:///run/x.sock\".");
        return TACTUS_E_INVALID;
    }
    if (!at.has_value()) {
        self.set_error(TACTUS_E_IO, {}, text + " cannot be listened on. " + at.error().text);
        return TACTUS_E_IO;
    }
    result<tactus_id> made = self.sockets().streams().listen(at->address, wanted->mode);
    if (!made) {
        self.set_error(TACTUS_E_IO, {}, made.error().text);
        return TACTUS_E_IO;
    }
    *listener = *made;
    return TACTUS_OK;
}

tactus_status accept(const tactus_host* host, tactus_op* op, tactus_id listener) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    return begin_with(self, op, self.sockets().streams().listener(listener),
                      [](net::stream_listener& found, net::operation& begun) {
                          return found.start_accept(begun) ? TACTUS_PENDING : TACTUS_E_INVALID;
                      });
}

tactus_status connect(const tactus_host* host, tactus_op* op, tactus_str endpoint,
                      std::int64_t deadline_ns) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const result<net::stream_endpoint> to = net::parse_stream_endpoint(view_of(endpoint));
    if (!is_text(endpoint) || is_invalid(to) || (to && to->by == net::transport::udp)) {
        return TACTUS_E_INVALID;
    }
    if (!to.has_value()) {
        return fail_without_interface(self, op);
    }
    return begin_op(self, op, &abort_in_set, [&](net::operation& begun) {
        return self.sockets().streams().start_connect(begun, *to, deadline_ns);
    });
}

tactus_status adopt(const tactus_host* host, std::int32_t fd, tactus_id* stream) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (fd < 0 || stream == nullptr) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    *stream = self.sockets().streams().adopt(fd);
    return TACTUS_OK;
}

tactus_status read(const tactus_host* host, tactus_op* op, tactus_id stream, std::uint8_t* bytes,
                   std::uint32_t capacity, std::int64_t deadline_ns) noexcept {
    return begin_on(host, op, stream, [&](net::stream_socket& found, net::operation& begun) {
        return found.start_read(begun, bytes, capacity, deadline_ns);
    });
}

tactus_status write(const tactus_host* host, tactus_op* op, tactus_id stream,
                    const std::uint8_t* bytes, std::uint32_t size,
                    std::int64_t deadline_ns) noexcept {
    if (bytes == nullptr && size != 0) {
        return resources_of(host).is_on_loop() ? TACTUS_E_INVALID : TACTUS_E_WRONG_THREAD;
    }
    return begin_on(host, op, stream, [&](net::stream_socket& found, net::operation& begun) {
        return found.start_write(begun, bytes, size, deadline_ns);
    });
}

tactus_status send(const tactus_host* host, tactus_id stream, const tactus_chunk* chunks,
                   std::uint32_t n, std::uint32_t* sent) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    net::stream_socket* const found = self.sockets().streams().stream(stream);
    if (found == nullptr) {
        return TACTUS_E_CLOSED;
    }
    const auto is_bytes = [](const tactus_chunk& each) {
        return each.bytes != nullptr || each.size == 0;
    };
    return chunks == nullptr || sent == nullptr || !std::all_of(chunks, chunks + n, is_bytes)
               ? TACTUS_E_INVALID
               : found->send(chunks, n, *sent);
}

tactus_status writable(const tactus_host* host, tactus_op* op, tactus_id stream,
                       std::int64_t deadline_ns) noexcept {
    return begin_on(host, op, stream, [&](net::stream_socket& found, net::operation& begun) {
        return found.start_writable(begun, deadline_ns);
    });
}

tactus_status shutdown(const tactus_host* host, tactus_op* op, tactus_id stream,
                       std::int64_t deadline_ns) noexcept {
    return begin_on(host, op, stream, [&](net::stream_socket& found, net::operation& begun) {
        return found.start_shutdown(begun, deadline_ns);
    });
}

tactus_status ended(const tactus_host* host, tactus_op* op, tactus_id stream) noexcept {
    return begin_on(host, op, stream, [](net::stream_socket& found, net::operation& begun) {
        return found.start_ended(begun);
    });
}

tactus_status local(const tactus_host* host, tactus_id id,
                    tactus_endpoint_text* endpoint) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const net::stream_socket* const stream = self.sockets().streams().stream(id);
    const net::stream_listener* const listener = self.sockets().streams().listener(id);
    if (stream == nullptr && listener == nullptr) {
        return TACTUS_E_CLOSED;
    }
    net::stream_address address;
    const bool is_known = stream != nullptr ? stream->local(address) : listener->local(address);
    if (endpoint == nullptr || !is_known) {
        return endpoint == nullptr ? TACTUS_E_INVALID : TACTUS_E_CLOSED;
    }
    net::write_text(text_of(address), *endpoint);
    return TACTUS_OK;
}

tactus_status peer(const tactus_host* host, tactus_id id, tactus_stream_peer* into) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const net::stream_socket* const stream = self.sockets().streams().stream(id);
    if (stream == nullptr) {
        return TACTUS_E_CLOSED;
    }
    if (into == nullptr || !is_whole(*into)) {
        return TACTUS_E_INVALID;
    }
    const net::stream_address& from = stream->peer();
    into->uid = stream->peer_user();
    into->address = net::plugin_address(from);
    net::write_text(text_of(from), into->endpoint);
    return TACTUS_OK;
}

tactus_status refuse(const tactus_host* host, tactus_id stream, const char* reason) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const net::stream_socket* const refused = self.sockets().streams().stream(stream);
    if (refused == nullptr) {
        return TACTUS_E_CLOSED;
    }
    const std::string_view said = reason == nullptr ? "" : reason;
    const auto* const known =
        std::find(base::refused_names.begin(), base::refused_names.end(), said);
    const base::refused why = known == base::refused_names.end()
                                  ? base::refused::protocol
                                  : static_cast<base::refused>(known - base::refused_names.begin());
    self.endpoints().refused({}, why, text_of(refused->peer()));
    self.sockets().streams().refuse(stream, why);
    return TACTUS_OK;
}

tactus_status close(const tactus_host* host, tactus_id id) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    return self.sockets().streams().close(id) ? TACTUS_OK : TACTUS_E_CLOSED;
}

} // namespace

const tactus_stream_0 stream_table = {sizeof(tactus_stream_0),
                                      0,
                                      &resolve,
                                      &listen,
                                      &accept,
                                      &connect,
                                      &adopt,
                                      &read,
                                      &write,
                                      &send,
                                      &writable,
                                      &shutdown,
                                      &local,
                                      &peer,
                                      &refuse,
                                      &close,
                                      &ended};

} // namespace tactus::host
