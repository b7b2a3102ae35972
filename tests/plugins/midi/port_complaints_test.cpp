// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include "plugins/midi/port_complaints.hpp"

#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/text.hpp>

#include <vector>

namespace {

// A host that can only log.
struct log_case {
    log_case() {
        lines.clear();
        host.get_interface = [](const tactus_host*, const char*) noexcept -> const void* {
            static constexpr tactus_log_0 table = {sizeof(tactus_log_0), 0, nullptr, write};
            return &table;
        };
        log.look_up(host);
    }
    static void write(const tactus_host*, std::uint32_t, tactus_str text) noexcept {
        lines.emplace_back(tactus::to_view(text));
    }

    static inline std::vector<std::string> lines;

    tactus_host host{};
    tactus::detail::facility<tactus_log_0> log{TACTUS_LOG_0};
    midi::port_complaints complaints{tactus::logger(host, log), "Port \"a\": "};
};

using texts = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(log_case, "the same text in a row is logged once") {
    complaints.log("it is busy.");
    complaints.log("it is busy.");
    complaints.log("it is gone.");
    complaints.log("it is busy.");

    CHECK(lines ==
          texts{"Port \"a\": it is busy.", "Port \"a\": it is gone.", "Port \"a\": it is busy."});
}

TEST_CASE_METHOD(log_case, "what is wrong after it was right is new") {
    CHECK(complaints.is_clear());
    complaints.log("it is busy.");
    CHECK_FALSE(complaints.is_clear());

    complaints.clear();
    CHECK(complaints.is_clear());
    complaints.log("it is busy.");
    CHECK(lines.size() == 2);
}

TEST_CASE_METHOD(log_case, "that a port is missing is logged unless something else is known") {
    complaints.was_logged("it went away");
    complaints.log_missing("");
    CHECK(lines.empty());

    complaints.clear();
    complaints.log_missing("");
    complaints.log_missing("");
    CHECK(lines == texts{"Port \"a\": there is no such port yet; it is waited for."});
}

TEST_CASE_METHOD(log_case, "a new suggestion is logged, whatever is known, and once") {
    complaints.was_logged("it went away");
    complaints.log_missing(" Perhaps \"b\"?");
    complaints.log_missing(" Perhaps \"b\"?");
    REQUIRE(lines.size() == 1);

    complaints.log_missing(" Perhaps \"c\"?");
    complaints.log("several match.");
    complaints.log_missing(" Perhaps \"c\"?");
    REQUIRE(lines.size() == 3);

    complaints.forget_hint();
    complaints.log_missing(" Perhaps \"c\"?");
    CHECK(lines.size() == 4);
}
