// SPDX-License-Identifier: MIT
#include "kernel/metrics/process.hpp"
#include "tests/support/catch.hpp"

#include <chrono>

#include <fcntl.h>
#include <unistd.h>

using tactus::metrics::process_reader;

TEST_CASE("the system tells all figures of this process") {
    const auto row = process_reader().read();
    const double now_s =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

    REQUIRE(row.cpu_s.has_value());
    CHECK(*row.cpu_s >= 0);
    REQUIRE(row.start_unix_s.has_value());
    CHECK(*row.start_unix_s > now_s - 86'400);
    CHECK(*row.start_unix_s < now_s + 1);
    REQUIRE(row.resident_bytes.has_value());
    CHECK(*row.resident_bytes > 1'000'000);
    REQUIRE(row.max_fds.has_value());
    REQUIRE(row.open_fds.has_value());
    CHECK(*row.open_fds <= *row.max_fds);
}

TEST_CASE("an open descriptor is counted, the reading itself is not") {
    const process_reader reader;
    const auto before = reader.read().open_fds;
    CHECK(reader.read().open_fds == before);

    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const auto with_one_more = reader.read().open_fds;
    close(fd);

    CHECK(with_one_more.value() == before.value() + 1);
}

TEST_CASE("the start does not tremble from one reading to the next") {
    const process_reader reader;

    CHECK(reader.read().start_unix_s == reader.read().start_unix_s);
}
