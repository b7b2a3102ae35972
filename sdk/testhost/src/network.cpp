// SPDX-License-Identifier: MIT
#include <tactus/testhost/network.hpp>

#include <algorithm>
#include <utility>

namespace tactus::testing {

void test_network::deliver(const std::string& local, test_datagram datagram) {
    test_socket* socket = socket_at(local);
    if (socket == nullptr) {
        breaches_.breach("the test delivered to a socket that is not open: " + local);
        return;
    }
    socket->inbound.push_back(std::move(datagram));
}

test_socket* test_network::socket_to(const std::string& remote) {
    for (auto& [id, socket] : sockets_) {
        if (socket.remote == remote) {
            return &socket;
        }
    }
    return nullptr;
}

test_socket* test_network::socket_at(const std::string& local) {
    for (auto& [id, socket] : sockets_) {
        if (socket.local == local) {
            return &socket;
        }
    }
    return nullptr;
}

test_stream& test_network::connect_to(const std::string& local, const std::string& from) {
    for (auto& [id, each] : streams_) {
        if (each.is_listener && !each.is_closed && each.local == local) {
            test_stream& made = add_stream(from);
            each.waiting.push_back(made.id);
            return made;
        }
    }
    breaches_.breach("the test connected to where nobody listens: " + local);
    return add_stream(from);
}

void test_network::feed(test_stream& to, std::string_view bytes) {
    to.inbound.insert(to.inbound.end(), bytes.begin(), bytes.end());
}

test_stream* test_network::stream_to(const std::string& remote) {
    test_stream* latest = nullptr;
    for (auto& [id, each] : streams_) {
        latest = !each.is_listener && each.endpoint == remote ? &each : latest;
    }
    return latest;
}

test_stream* test_network::listener_at(const std::string& local) {
    for (auto& [id, each] : streams_) {
        if (each.is_listener && each.local == local) {
            return &each;
        }
    }
    return nullptr;
}

std::size_t test_network::open_streams() const {
    return static_cast<std::size_t>(std::count_if(
        streams_.begin(), streams_.end(), [](const auto& each) { return !each.second.is_closed; }));
}

tactus_id test_network::add_socket(test_socket made) {
    const tactus_id id = ++last_id_;
    sockets_.emplace(id, std::move(made));
    return id;
}

test_stream& test_network::add_stream(const std::string& peer) {
    const tactus_id id = ++last_id_;
    test_stream& made = streams_[id];
    made.id = id;
    made.endpoint = peer;
    return made;
}

} // namespace tactus::testing
