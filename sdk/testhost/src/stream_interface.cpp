// SPDX-License-Identifier: MIT
#include "stream_interface.hpp"

#include "endpoint_rules.hpp"
#include "stream_operations.hpp"
#include "tables.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace tactus::testing {

test_stream* stream_interface::find(tactus_id stream) {
    const auto found = network_.streams().find(stream);
    return found != network_.streams().end() ? &found->second : nullptr;
}

tactus_status stream_interface::start(tactus_op* op, const stream_request& wanted) {
    test_stream* const on = find(wanted.stream);
    if (on == nullptr || on->is_closed) {
        return TACTUS_E_CLOSED;
    }
    const std::string kind = wanted.kind;
    if (kind == "read" && (wanted.bytes == nullptr || wanted.size == 0)) {
        return TACTUS_E_INVALID;
    }
    return ops_.start(("stream." + kind).c_str(), op, std::make_unique<stream_op>(wanted, *on));
}

tactus_status stream_interface::write(tactus_op* op, tactus_id stream, const std::uint8_t* bytes,
                                      std::uint32_t n, std::int64_t due_ns) {
    if (bytes == nullptr && n != 0 && gate_.is_on_loop()) {
        return TACTUS_E_INVALID;
    }
    auto* const read_only = const_cast<std::uint8_t*>(bytes);
    return start(op, {"write", stream, read_only, n, due_ns});
}

tactus_status stream_interface::resolve(tactus_op* op, tactus_str endpoint,
                                        tactus_endpoint_text* found, std::uint32_t n,
                                        std::int64_t due_ns) {
    const std::string text = text_of(endpoint);
    if (found == nullptr || n == 0 || !is_text(endpoint) ||
        kind_of_endpoint(text) == endpoint_kind::none) {
        return TACTUS_E_INVALID;
    }
    if (is_zone_missing(endpoint_of(text), network_.interfaces)) {
        return ops_.start("stream.resolve", op, std::make_unique<missing_interface_op>("resolve"));
    }
    if (address_of(text).size != 0) { // there is nothing to look up
        copy(text, found[0]);
        return TACTUS_OK;
    }
    return ops_.start("stream.resolve", op,
                      std::make_unique<resolve_op>(network_, text, found, n, due_ns));
}

tactus_status stream_interface::listen(const tactus_listen* wanted, tactus_id* listener) {
    if (!is_whole(wanted) || listener == nullptr || !is_text(wanted->endpoint)) {
        return TACTUS_E_INVALID;
    }
    const tactus_status status = gate_.enter("stream.listen");
    if (status != TACTUS_OK) {
        errors_.set(status, "", "the host's reason");
        return status;
    }
    const std::string local = text_of(wanted->endpoint);
    if (kind_of_endpoint(local) != endpoint_kind::numeric) {
        errors_.set(TACTUS_E_INVALID, "", "\"" + local + "\" cannot be listened on.");
        return TACTUS_E_INVALID;
    }
    if (is_zone_missing(endpoint_of(local), network_.interfaces)) {
        errors_.set(TACTUS_E_IO, "", local + " cannot be listened on: no such network interface.");
        return TACTUS_E_IO;
    }
    test_stream& made = network_.add_stream("");
    made.is_listener = true;
    made.local = local;
    made.mode = wanted->mode;
    *listener = made.id;
    return status;
}

tactus_status stream_interface::connect(tactus_op* op, tactus_str endpoint, std::int64_t due_ns) {
    const std::string text = text_of(endpoint);
    if (!is_connectable(text)) {
        return TACTUS_E_INVALID;
    }
    if (is_zone_missing(endpoint_of(text), network_.interfaces)) {
        return ops_.start("stream.connect", op, std::make_unique<missing_interface_op>("connect"));
    }
    return ops_.start("stream.connect", op, std::make_unique<connect_op>(network_, text, due_ns));
}

tactus_status stream_interface::adopt(std::int32_t fd, tactus_id* stream) {
    const tactus_status status = gate_.enter("stream.adopt");
    if (status != TACTUS_OK) {
        return status;
    }
    if (fd < 0 || stream == nullptr) {
        return TACTUS_E_INVALID;
    }
    *stream = network_.add_stream("fd:" + std::to_string(fd)).id;
    return status;
}

tactus_status stream_interface::send(tactus_id id, const tactus_chunk* chunks, std::uint32_t n,
                                     std::uint32_t* sent) {
    const tactus_status status = gate_.enter("stream.send");
    if (status != TACTUS_OK) {
        return status;
    }
    test_stream* const on = find(id);
    if (on == nullptr || on->is_closed || on->is_reset) {
        return TACTUS_E_CLOSED;
    }
    const auto has_bytes = [](const tactus_chunk& each) {
        return each.bytes != nullptr || each.size == 0;
    };
    if (chunks == nullptr || sent == nullptr || !std::all_of(chunks, chunks + n, has_bytes)) {
        return TACTUS_E_INVALID;
    }
    *sent = 0;
    for (; *sent < n; ++*sent) {
        const tactus_chunk& chunk = chunks[*sent];
        if (chunk.size > on->send_room) {
            return TACTUS_E_AGAIN;
        }
        on->send_room -= on->send_room == std::numeric_limits<std::size_t>::max() ? 0 : chunk.size;
        on->sent.insert(on->sent.end(), chunk.bytes, chunk.bytes + chunk.size);
        on->chunks.emplace_back(chunk.bytes, chunk.bytes + chunk.size);
    }
    return TACTUS_OK;
}

tactus_status stream_interface::local(tactus_id listener, tactus_endpoint_text* to) {
    const tactus_status status = gate_.enter("stream.local");
    const test_stream* const found = find(listener);
    if (status != TACTUS_OK || found == nullptr) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (to == nullptr) {
        return TACTUS_E_INVALID;
    }
    copy(found->local, *to);
    return status;
}

tactus_status stream_interface::peer(tactus_id stream, tactus_stream_peer* to) {
    const tactus_status status = gate_.enter("stream.peer");
    const test_stream* const found = find(stream);
    if (status != TACTUS_OK || found == nullptr) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (!is_whole(to)) {
        return TACTUS_E_INVALID;
    }
    to->uid = found->uid;
    to->address = address_of(found->endpoint);
    copy(found->endpoint, to->endpoint);
    return status;
}

tactus_status stream_interface::refuse(tactus_id stream, const char* reason) {
    const tactus_status status = close("stream.refuse", stream);
    if (status == TACTUS_OK) {
        find(stream)->refused = reason != nullptr ? reason : "";
    }
    return status;
}

tactus_status stream_interface::close(const char* call, tactus_id stream) {
    const tactus_status status = gate_.enter(call);
    test_stream* const on = find(stream);
    if (status != TACTUS_OK || on == nullptr) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (on->is_closed) {
        gate_.breach(std::string(call) + " was called for what is closed");
    }
    on->is_closed = true;
    ops_.cancel_on(stream);
    return status;
}

} // namespace tactus::testing
