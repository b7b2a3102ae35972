// SPDX-License-Identifier: MIT
#include "kernel/metrics/proc_stat.hpp"
#include "kernel/metrics/process.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <pthread.h>
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
    process_reader reader;
    const auto before = reader.read().open_fds;
    CHECK(reader.read().open_fds == before);

    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const auto with_one_more = reader.read().open_fds;
    close(fd);

    CHECK(with_one_more.value() == before.value() + 1);
}

TEST_CASE("a file that opens and cannot be read has no figures, as that of a thread that ends") {
    for (const char* path : {"/proc/self/mem", "/proc/self", "/proc/none/stat"}) {
        CAPTURE(path);
        CHECK_FALSE(tactus::metrics::proc_stat(path).cpu_s().has_value());
    }
}

TEST_CASE("a thread may have any name") {
    std::optional<double> spent_s;
    std::thread odd([&] {
        pthread_setname_np(pthread_self(), "a) R\n(b\nc) 1");
        spent_s = tactus::metrics::proc_stat("/proc/thread-self/stat").cpu_s();
    });
    odd.join();

    CHECK(spent_s.has_value());
}

TEST_CASE("the start does not tremble from one reading to the next") {
    process_reader reader;

    CHECK(reader.read().start_unix_s == reader.read().start_unix_s);
}

TEST_CASE("the time of threads is told by what they do, and what ended keeps its own") {
    using tactus::base::thread_role;
    const auto of = [](const auto& row, thread_role role) {
        return row.threads_s.value()[static_cast<std::size_t>(role)];
    };
    process_reader reader;
    std::atomic<bool> is_seen = false;
    std::thread busy([&is_seen] {
        const tactus::base::thread_role_holder held(thread_role::tap);
        while (!is_seen) { // until it is seen to have spent some time
        }
    });
    tactus::metrics::process_row row = reader.read();
    while (of(row, thread_role::tap) < 0.03) {
        row = reader.read();
    }
    is_seen = true;
    busy.join();
    const auto after = reader.read();

    CHECK(of(after, thread_role::tap) >= of(row, thread_role::tap));
    CHECK(of(after, thread_role::worker) == 0);
    double all = 0;
    for (const double each : *after.threads_s) {
        all += each;
    }
    CHECK(std::abs(all - after.cpu_s.value()) < 0.1);
}
