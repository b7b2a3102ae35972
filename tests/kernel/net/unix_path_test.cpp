// SPDX-License-Identifier: MIT
#include "kernel/net/unix_path.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace tactus::net {
namespace {

TEST_CASE("a unix socket that cannot be bound is named by its kind, and a folder as a folder") {
    const test::temp_dir dir;
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
        const std::string named = (type == SOCK_DGRAM ? "unixgram://" : "unix://") + dir.path();
        const result<stream_endpoint> at = parse_stream_endpoint("unix://" + dir.path());
        REQUIRE(at.has_value());
        const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
        unix_path path;
        const result<void> bound = path.bind(fd, at->address, type, 0);
        ::close(fd);

        REQUIRE_FALSE(bound.has_value());
        CHECK_THAT(bound.error().text, Catch::StartsWith(named + " cannot be listened on") &&
                                           Catch::Contains("A folder is there; remove it"));
    }
}

} // namespace
} // namespace tactus::net
