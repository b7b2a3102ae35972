// SPDX-License-Identifier: MIT
// "tactus.stream/0" of test_host: connections in memory, whose other end is the test.
#include "endpoint_rules.hpp"
#include "tables.hpp"

#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace tactus::testing {

namespace {

test_host& of(const tactus_host* host) {
    return *static_cast<test_host*>(host->impl);
}
void copy(const std::string& from, tactus_endpoint_text& to) {
    to = {};
    std::memcpy(to.text, from.data(), std::min(from.size(), sizeof to.text - 1));
}

bool is_numeric(const std::string& endpoint) {
    return host_tables::address_of(endpoint).size != 0;
}

} // namespace

tactus_address host_tables::address_of(const std::string& endpoint) {
    tactus_address address{};
    if (endpoint.starts_with("unix")) {
        const sa_family_t family = AF_UNIX;
        address.size = sizeof family;
        std::memcpy(address.bytes, &family, sizeof family);
        return address;
    }
    const parsed_endpoint read = endpoint_of(endpoint);
    return read.numeric.has_value() ? to_address(*read.numeric, 0) : address;
}

// A stream's op: can it end now? What it does is done here.
bool test_host::can_end_stream(pending_op& waiting) {
    if (waiting.kind == "resolve") {
        return end_resolve(waiting);
    }
    if (waiting.kind == "connect") {
        return end_connect(waiting);
    }
    const auto found = streams().find(waiting.socket);
    if (found == streams().end()) {
        return false;
    }
    test_stream& on = found->second;
    if (waiting.kind == "accept" && !on.waiting.empty()) {
        waiting.result = on.waiting.front();
        on.waiting.pop_front();
        return true;
    }
    if (on.is_reset && waiting.kind != "accept") {
        waiting.status = TACTUS_E_CLOSED;
        return true;
    }
    if (waiting.kind == "read" && (!on.inbound.empty() || on.is_ended)) {
        const std::size_t size = std::min<std::size_t>(waiting.n, on.inbound.size());
        std::copy_n(on.inbound.begin(), size, waiting.bytes);
        on.inbound.erase(on.inbound.begin(),
                         on.inbound.begin() + static_cast<std::ptrdiff_t>(size));
        waiting.result = size;
        return true;
    }
    if (waiting.kind == "write") {
        const std::size_t size = std::min<std::size_t>(waiting.n, on.send_room);
        on.sent.insert(on.sent.end(), waiting.bytes, waiting.bytes + size);
        on.send_room -= size;
        waiting.bytes += size;
        waiting.n -= static_cast<std::uint32_t>(size);
        return waiting.n == 0;
    }
    if (waiting.kind == "stream_writable") {
        return on.send_room != 0;
    }
    if (waiting.kind == "ended") {
        return on.is_ended;
    }
    on.is_shut = on.is_shut || waiting.kind == "shutdown";
    return waiting.kind == "shutdown";
}

bool test_host::end_resolve(pending_op& waiting) {
    const std::string_view name = endpoint_of(waiting.endpoint).host;
    const auto known = names.find(std::string(name));
    const auto at = static_cast<std::size_t>(name.data() - waiting.endpoint.data());
    if (known == names.end()) {
        waiting.status = TACTUS_E_IO;
        waiting.result = TACTUS_STREAM_NAME_ERROR + 2; // EAI_NONAME
        return !is_resolve_held;
    }
    std::istringstream addresses(known->second);
    waiting.result = 0;
    for (std::string each; addresses >> each && waiting.result < waiting.n;) {
        std::string endpoint = waiting.endpoint;
        endpoint.replace(at, known->first.size(), each);
        copy(endpoint, waiting.found[waiting.result++]);
    }
    return !is_resolve_held;
}

bool test_host::end_connect(pending_op& waiting) {
    if (is_connect_held) {
        return false;
    }
    const auto refused = unreachable.find(waiting.endpoint);
    if (refused != unreachable.end()) {
        waiting.status = TACTUS_E_IO;
        waiting.result = static_cast<std::uint64_t>(refused->second);
        return true;
    }
    waiting.result = add_stream(waiting.endpoint).id;
    return true;
}

tactus_status test_host::send_chunks(tactus_id id, const tactus_chunk* chunks, std::uint32_t n,
                                     std::uint32_t* sent) {
    const tactus_status status = enter("stream.send");
    if (status != TACTUS_OK) {
        return status;
    }
    const auto found = streams().find(id);
    if (found == streams().end() || found->second.is_closed || found->second.is_reset) {
        return TACTUS_E_CLOSED;
    }
    const auto has_bytes = [](const tactus_chunk& each) {
        return each.bytes != nullptr || each.size == 0;
    };
    if (chunks == nullptr || sent == nullptr || !std::all_of(chunks, chunks + n, has_bytes)) {
        return TACTUS_E_INVALID;
    }
    *sent = 0;
    test_stream& on = found->second;
    for (; *sent < n; ++*sent) {
        const tactus_chunk& chunk = chunks[*sent];
        if (chunk.size > on.send_room) {
            return TACTUS_E_AGAIN;
        }
        on.send_room -= on.send_room == std::numeric_limits<std::size_t>::max() ? 0 : chunk.size;
        on.sent.insert(on.sent.end(), chunk.bytes, chunk.bytes + chunk.size);
        on.chunks.emplace_back(chunk.bytes, chunk.bytes + chunk.size);
    }
    return TACTUS_OK;
}

tactus_status test_host::close_stream(const char* call, tactus_id id) {
    const tactus_status status = enter(call);
    const auto found = streams().find(id);
    if (status != TACTUS_OK || found == streams().end()) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    test_stream& on = found->second;
    if (on.is_closed) {
        breach(std::string(call) + " was called for what is closed");
    }
    on.is_closed = true;
    for (pending_op& each : ops_) {
        if (each.socket == id && !each.is_ended) {
            each.is_ended = true;
            each.status = TACTUS_E_CANCELED;
        }
    }
    return status;
}

namespace {

tactus_status resolve(const tactus_host* h, tactus_op* op, tactus_str endpoint,
                      tactus_endpoint_text* found, std::uint32_t n, std::int64_t due_ns) noexcept {
    const std::string text = text_of(endpoint);
    if (found == nullptr || n == 0 || !is_text(endpoint) ||
        kind_of_endpoint(text) == endpoint_kind::none) {
        return TACTUS_E_INVALID;
    }
    if (is_numeric(text)) {
        copy(text, found[0]);
        return TACTUS_OK;
    }
    return host_tables::begin_resolve(h, op, text, {found, n}, due_ns);
}

} // namespace

tactus_status host_tables::begin_resolve(const tactus_host* h, tactus_op* op,
                                         const std::string& endpoint,
                                         std::span<tactus_endpoint_text> found,
                                         std::int64_t due_ns) {
    test_host::pending_op made{nullptr, "resolve"};
    made.endpoint = endpoint;
    made.found = found.data();
    made.n = static_cast<std::uint32_t>(found.size());
    made.due_ns = due_ns;
    return of(h).start("stream.resolve", op, made);
}

tactus_status host_tables::begin_on_stream(const tactus_host* h, tactus_op* op,
                                           const stream_call& call) {
    const auto found = of(h).streams().find(call.stream);
    if (found == of(h).streams().end() || found->second.is_closed) {
        return TACTUS_E_CLOSED;
    }
    const std::string_view kind = call.kind;
    if (kind == "read" && (call.bytes == nullptr || call.size == 0)) {
        return TACTUS_E_INVALID;
    }
    test_host::pending_op made{nullptr, call.kind};
    made.socket = call.stream;
    made.bytes = call.bytes;
    made.n = call.size;
    made.due_ns = call.due_ns;
    return of(h).start(("stream." + std::string(call.kind)).c_str(), op, made);
}

namespace {

tactus_status listen(const tactus_host* h, const tactus_listen* wanted,
                     tactus_id* listener) noexcept {
    return of(h).listen(wanted, listener);
}

tactus_status connect(const tactus_host* h, tactus_op* op, tactus_str endpoint,
                      std::int64_t due_ns) noexcept {
    return host_tables::begin_connect(h, op, text_of(endpoint), due_ns);
}

tactus_status peer(const tactus_host* h, tactus_id id, tactus_stream_peer* to) noexcept {
    return of(h).describe_peer(id, to);
}

} // namespace

tactus_status test_host::listen(const tactus_listen* wanted, tactus_id* listener) {
    if (!is_whole(wanted) || listener == nullptr || !is_text(wanted->endpoint)) {
        return TACTUS_E_INVALID;
    }
    const tactus_status status = enter("stream.listen");
    if (status != TACTUS_OK) {
        raw_.set_error(&raw_, status, tactus_str{nullptr, 0}, tactus_str{"the host's reason", 17});
        return status;
    }
    const std::string local = testing::text_of(wanted->endpoint);
    if (kind_of_endpoint(local) != endpoint_kind::numeric) {
        take_error(TACTUS_E_INVALID, "", "\"" + local + "\" cannot be listened on.");
        return TACTUS_E_INVALID;
    }
    test_stream& made = add_stream("");
    made.is_listener = true;
    made.local = local;
    made.mode = wanted->mode;
    *listener = made.id;
    return status;
}

tactus_status test_host::describe_peer(tactus_id id, tactus_stream_peer* to) {
    const tactus_status status = enter("stream.peer");
    const auto found = streams().find(id);
    if (status != TACTUS_OK || found == streams().end()) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (!is_whole(to)) {
        return TACTUS_E_INVALID;
    }
    to->uid = found->second.uid;
    to->address = host_tables::address_of(found->second.endpoint);
    copy(found->second.endpoint, to->endpoint);
    return status;
}

tactus_status host_tables::begin_connect(const tactus_host* h, tactus_op* op,
                                         const std::string& endpoint, std::int64_t due_ns) {
    if (!is_connectable(endpoint)) {
        return TACTUS_E_INVALID;
    }
    test_host::pending_op made{nullptr, "connect"};
    made.endpoint = endpoint;
    made.due_ns = due_ns;
    return of(h).start("stream.connect", op, made);
}

const tactus_stream_0& host_tables::stream() {
    static const tactus_stream_0 table{
        sizeof table,
        0,
        &resolve,
        &tactus::testing::listen,
        [](const tactus_host* h, tactus_op* op, tactus_id id) noexcept {
            return begin_on_stream(h, op, {"accept", id, nullptr, 0, 0});
        },
        &connect,
        [](const tactus_host* h, std::int32_t fd, tactus_id* id) noexcept {
            tactus_status status = of(h).enter("stream.adopt");
            status = status == TACTUS_OK && (fd < 0 || id == nullptr)
                         ? tactus_status{TACTUS_E_INVALID}
                         : status;
            if (status == TACTUS_OK) {
                *id = of(h).add_stream("fd:" + std::to_string(fd)).id;
            }
            return status;
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::uint8_t* bytes, std::uint32_t n,
           std::int64_t due_ns) noexcept {
            return begin_on_stream(h, op, {"read", id, bytes, n, due_ns});
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, const std::uint8_t* bytes,
           std::uint32_t n, std::int64_t due_ns) noexcept {
            if (bytes == nullptr && n != 0 && of(h).is_on_loop()) {
                return tactus_status{TACTUS_E_INVALID};
            }
            auto* read_only = const_cast<std::uint8_t*>(bytes);
            return begin_on_stream(h, op, {"write", id, read_only, n, due_ns});
        },
        [](const tactus_host* h, tactus_id id, const tactus_chunk* chunks, std::uint32_t n,
           std::uint32_t* sent) noexcept { return of(h).send_chunks(id, chunks, n, sent); },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::int64_t due_ns) noexcept {
            return begin_on_stream(h, op, {"stream_writable", id, nullptr, 0, due_ns});
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::int64_t due_ns) noexcept {
            return begin_on_stream(h, op, {"shutdown", id, nullptr, 0, due_ns});
        },
        [](const tactus_host* h, tactus_id id, tactus_endpoint_text* to) noexcept {
            const tactus_status status = of(h).enter("stream.local");
            const auto found = of(h).streams().find(id);
            if (status != TACTUS_OK || found == of(h).streams().end()) {
                return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
            }
            if (to == nullptr) {
                return tactus_status{TACTUS_E_INVALID};
            }
            copy(found->second.local, *to);
            return status;
        },
        &peer,
        [](const tactus_host* h, tactus_id id, const char* reason) noexcept {
            const tactus_status status = of(h).close_stream("stream.refuse", id);
            if (status == TACTUS_OK) {
                of(h).streams()[id].refused = reason != nullptr ? reason : "";
            }
            return status;
        },
        [](const tactus_host* h, tactus_id id) noexcept {
            return of(h).close_stream("stream.close", id);
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id) noexcept {
            return begin_on_stream(h, op, {"ended", id, nullptr, 0, 0});
        }};
    return table;
}

} // namespace tactus::testing
