// SPDX-License-Identifier: MIT
// A plugin that never comes back from a call on the loop: the daemon cannot go on, but it says who
// it is, and of which call.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"

#include <filesystem>
#include <fmt/format.h>

using namespace tactus::test;

TEST_CASE("a plugin that never comes back from a call is named while it holds the loop") {
    const temp_dir plugins; // under the name by which a configuration finds it
    std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/life.tactus.so",
                                    plugins.path("holds_the_loop_out.tactus.so"));
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "projector"
type = "holds_the_loop"
[[route]]
from = "desk"
to = "projector"
)",
                                      port),
                          {{"TACTUS_PLUGIN_PATH=" + plugins.path()}, {}});
    const std::string message{"/n\0\0,\0\0\0", 8};

    udp_peer().send({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()}, port);

    CHECK(daemon.program().says("A plugin blocks the event loop and has not returned"));
    CHECK(daemon.program().says("instance=projector call=send"));
}
