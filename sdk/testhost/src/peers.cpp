// SPDX-License-Identifier: MIT
// The other ends of a test_host's streams, as the test uses them.
#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace tactus::testing {

test_stream& test_host::connect_to(const std::string& local, const std::string& from) {
    for (auto& [id, each] : streams_) {
        if (each.is_listener && !each.is_closed && each.local == local) {
            test_stream& made = add_stream(from);
            each.waiting.push_back(made.id);
            return made;
        }
    }
    breach("the test connected to where nobody listens: " + local);
    return add_stream(from);
}

test_stream& test_host::add_stream(const std::string& peer) {
    const tactus_id id = ++last_socket_;
    test_stream& made = streams_[id];
    made.id = id;
    made.endpoint = peer;
    return made;
}

void test_host::feed(test_stream& to, std::string_view bytes) {
    to.inbound.insert(to.inbound.end(), bytes.begin(), bytes.end());
}

test_stream* test_host::stream_to(const std::string& remote) {
    test_stream* latest = nullptr;
    for (auto& [id, each] : streams_) {
        latest = !each.is_listener && each.endpoint == remote ? &each : latest;
    }
    return latest;
}

test_stream* test_host::listener_at(const std::string& local) {
    for (auto& [id, each] : streams_) {
        if (each.is_listener && each.local == local) {
            return &each;
        }
    }
    return nullptr;
}

std::size_t test_host::open_streams() const {
    return static_cast<std::size_t>(std::count_if(
        streams_.begin(), streams_.end(), [](const auto& each) { return !each.second.is_closed; }));
}

} // namespace tactus::testing
