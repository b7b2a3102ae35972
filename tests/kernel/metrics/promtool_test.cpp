// SPDX-License-Identifier: MIT
// What Prometheus's own checker says about a scrape. promtool comes from the PATH or from
// TACTUS_PROMTOOL; without it these cases fail, they are never skipped.
#include "kernel/metrics/exposition.hpp"
#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/support/catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/wait.h>

namespace {

// The exit status of `promtool check metrics`: 0 clean, 1 not readable, 3 findings.
int check_metrics(const std::string& scrape) {
    const char* given = std::getenv("TACTUS_PROMTOOL");
    const std::string promtool = given != nullptr ? given : "promtool";
    std::FILE* pipe = popen((promtool + " check metrics").c_str(), "w");
    REQUIRE(pipe != nullptr);
    std::fwrite(scrape.data(), 1, scrape.size(), pipe);
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("promtool finds nothing in a full scrape") {
    CHECK(check_metrics(tactus::metrics::expose_text(tactus::testing::full_snapshot())) == 0);
}

TEST_CASE("promtool finds nothing in the scrape of a daemon without inputs and outputs") {
    CHECK(check_metrics(tactus::metrics::expose_text(tactus::metrics::snapshot())) == 0);
}

TEST_CASE("promtool does find a counter without _total") {
    CHECK(check_metrics("# HELP notes Notes.\n# TYPE notes counter\nnotes 1\n") == 3);
}
