// SPDX-License-Identifier: MIT
#include "stream_operations.hpp"

#include "endpoint_rules.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <string_view>

namespace tactus::testing {

void copy(const std::string& from, tactus_endpoint_text& to) {
    to = {};
    std::memcpy(to.text, from.data(), std::min(from.size(), sizeof to.text - 1));
}

bool stream_op::can_end(std::int64_t) {
    if (kind == "accept") {
        return accept();
    }
    if (on.is_reset) {
        status = TACTUS_E_CLOSED;
        return true;
    }
    if (kind == "read") {
        return read();
    }
    if (kind == "write") {
        return write();
    }
    if (kind == "stream_writable") {
        return on.send_room != 0;
    }
    if (kind == "ended") {
        return on.is_ended;
    }
    on.is_shut = true;
    return true;
}

bool stream_op::accept() {
    if (on.waiting.empty()) {
        return false;
    }
    result = on.waiting.front();
    on.waiting.pop_front();
    return true;
}

bool stream_op::read() {
    if (on.inbound.empty() && !on.is_ended) {
        return false;
    }
    const std::size_t size = std::min<std::size_t>(n, on.inbound.size());
    std::copy_n(on.inbound.begin(), size, bytes);
    on.inbound.erase(on.inbound.begin(), on.inbound.begin() + static_cast<std::ptrdiff_t>(size));
    result = size;
    return true;
}

bool stream_op::write() {
    const std::size_t size = std::min<std::size_t>(n, on.send_room);
    on.sent.insert(on.sent.end(), bytes, bytes + size);
    on.send_room -= size;
    bytes += size;
    n -= static_cast<std::uint32_t>(size);
    return n == 0;
}

bool missing_interface_op::can_end(std::int64_t) {
    status = TACTUS_E_IO;
    result = ENODEV;
    return true;
}

bool resolve_op::can_end(std::int64_t) {
    if (network.is_resolve_held) {
        return false;
    }
    const std::string_view name = endpoint_of(endpoint).host;
    const auto at = static_cast<std::size_t>(name.data() - endpoint.data());
    const auto known = network.names.find(std::string(name));
    if (known == network.names.end()) {
        status = TACTUS_E_IO;
        result = TACTUS_STREAM_NAME_ERROR + 2; // EAI_NONAME
        return true;
    }
    std::istringstream addresses(known->second);
    for (std::string each; addresses >> each && result < n;) {
        std::string one = endpoint;
        one.replace(at, known->first.size(), each);
        copy(one, found[result++]);
    }
    return true;
}

bool connect_op::can_end(std::int64_t) {
    if (network.is_connect_held) {
        return false;
    }
    const auto refused = network.unreachable.find(endpoint);
    if (refused != network.unreachable.end()) {
        status = TACTUS_E_IO;
        result = static_cast<std::uint64_t>(refused->second);
        return true;
    }
    result = network.add_stream(endpoint).id;
    return true;
}

} // namespace tactus::testing
