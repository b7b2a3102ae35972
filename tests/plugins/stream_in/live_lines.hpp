// SPDX-License-Identifier: MIT
// The built plugin behind a fake host, and clients that write lines to it.
#pragma once

#include <tactus/testhost/instance.hpp>

#include <string>
#include <string_view>

namespace live_lines {

inline constexpr const char* socket_path = "unix:///run/tactus/events";

class stream_in : public tactus::testing::test_instance {
public:
    stream_in() : test_instance(tactus::testing::load_entry(PLUGIN_FILE), "stream_in") {
        config.set("listen", "\"unix:///run/tactus/events\"");
    }
    tactus::testing::test_stream& client() {
        tactus::testing::test_stream& made = host.connect_to(socket_path);
        host.settle();
        return made;
    }
    void feed(tactus::testing::test_stream& to, std::string_view text) {
        host.feed(to, std::string(text));
        host.settle();
    }
};

} // namespace live_lines
