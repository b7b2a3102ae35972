// SPDX-License-Identifier: MIT
// How often tactus::loss_log writes, in virtual time.
#include <tactus/cpp/loss_log.hpp>

#include "tests/sdk/context/probe.hpp"

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t ms_ns = 1'000'000;

class loss_case {
public:
    loss_case() {
        made_.start();
        made_.host.settle();
    }

    void lose(std::uint64_t n = 1) {
        lost_->say("lost", n);
        made_.host.settle();
    }
    void pass(std::int64_t ms) { made_.host.advance_to(made_.host.now_ns() + ms * ms_ns); }
    [[nodiscard]] const std::vector<std::string>& lines() const { return made_.host.log; }
    // As many as all lines together tell of; each line stands for one, or gives its number.
    [[nodiscard]] std::uint64_t told() const {
        std::uint64_t sum = 0;
        for (const std::string& line : lines()) {
            const std::size_t number = line.find("; ");
            sum += number == std::string::npos ? 1 : std::stoull(line.substr(number + 2));
        }
        return sum;
    }
    void finish() { lost_->finish(); }

private:
    static task<> body(context& here) {
        loss_log lost(here);
        lost_ = &lost;
        co_await lost.run();
    }

    static inline loss_log* lost_ = nullptr;
    probe_instance made_{body};
};

} // namespace

TEST_CASE_METHOD(loss_case, "a single loss is logged at once, and so are some after it") {
    for (std::size_t n = 1; n <= loss_log::lines_in_a_row; ++n) {
        lose();
        CHECK(lines().size() == n);
        pass(1'050);
    }
    CHECK(told() == 6);
}

TEST_CASE_METHOD(loss_case, "losses that come singly for long are logged each ten seconds") {
    constexpr std::uint64_t losses = 400;
    const std::int64_t gap_ms = GENERATE(as<std::int64_t>(), 850, 1'000, 1'050, 2'000, 5'000);
    for (std::uint64_t i = 0; i < losses; ++i) {
        lose();
        pass(gap_ms);
    }
    const std::size_t tens = losses * static_cast<std::size_t>(gap_ms) / 10'000;
    CHECK(lines().size() >= tens);
    CHECK(lines().size() <= tens + 6);

    pass(10'000);
    CHECK(told() == losses);
}

TEST_CASE_METHOD(loss_case, "of losses ten seconds apart each is logged at once") {
    for (std::size_t n = 1; n <= 50; ++n) {
        lose();
        CHECK(lines().size() == n);
        pass(10'000);
    }
}

TEST_CASE_METHOD(loss_case, "after a quiet time losses are logged at once again") {
    for (int i = 0; i < 100; ++i) {
        lose();
        pass(1'050);
    }
    pass(60'000);
    const std::size_t before = lines().size();

    lose();
    CHECK(lines().size() == before + 1);
    pass(1'050);
    lose();
    CHECK(lines().size() == before + 2);
}

TEST_CASE_METHOD(loss_case, "the end logs what is left, also beyond the lines in a row") {
    for (std::uint64_t i = 0; i < loss_log::lines_in_a_row; ++i) {
        lose();
        pass(1'050);
    }
    lose();
    pass(1'050);
    REQUIRE(lines().size() == 6);

    finish();
    CHECK(told() == 6 + 1);
}
