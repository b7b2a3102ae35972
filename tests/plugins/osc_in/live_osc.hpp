// SPDX-License-Identifier: MIT
// The built plugin behind a fake host, with an endpoint for connections, and peers of it.
#pragma once

#include <tactus/testhost/instance.hpp>

#include <string>

namespace live_osc {

inline const char* const door = "tcp://127.0.0.1:9100";
inline const std::string sized_a("\0\0\0\x08/a\0\0,\0\0\0", 12);
inline const std::string slip_a("\xc0/a\0\0,\0\0\0\xc0", 10);

class osc_in : public tactus::testing::test_instance {
public:
    explicit osc_in(const std::string& url = door)
        : test_instance(tactus::testing::load_entry(PLUGIN_FILE), "osc_in") {
        config.add("listen", "\"" + url + "\"");
    }
    tactus::testing::test_stream& client(const std::string& from = "tcp://127.0.0.1:5000") {
        tactus::testing::test_stream& made = host.connect_to(door, from);
        host.settle();
        return made;
    }
};

} // namespace live_osc
