// SPDX-License-Identifier: MIT
#include <tactus/testhost/host.hpp>

#include "parts.hpp"
#include "tables.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tactus::testing {

using namespace std::chrono_literals;

test_host::test_host(std::string name)
    : test_network(static_cast<breach_list&>(*this)), name_(std::move(name)),
      parts_(std::make_unique<host_parts>(*this)), raw_(host_table(*parts_, name_.c_str())) {}

test_host::~test_host() = default;

bool test_host::step() {
    parts_->end.finish();
    return parts_->posts.run_one() || parts_->work.run_one() || parts_->ops.end_one(parts_->now_ns);
}

void test_host::settle() {
    for (std::uint64_t steps = 0; !is_busy_ && step(); ++steps) {
        if (steps == steps_max) {
            breach("the plugin keeps the loop busy: each call leads to another, without a wait");
            is_busy_ = true;
            return;
        }
    }
    parts_->ops.examine();
}

void test_host::await_stopped() {
    const auto end = std::chrono::steady_clock::now() + stop_patience;
    settle();
    while (is_started && !stopped.has_value() && !is_busy_) {
        const bool has_others = parts_->work.has_threads(); // asked before what they may have done
        parts_->descriptors.poll();
        settle();
        if (!has_others || std::chrono::steady_clock::now() > end) {
            return;
        }
        if (parts_->work.worker().wait_idle(500us)) {
            std::this_thread::sleep_for(500us);
        }
    }
}

void test_host::advance_to(std::int64_t time_ns) {
    if (time_ns < now_ns()) {
        throw std::invalid_argument("advance_to() cannot move the time back");
    }
    settle();
    for (;;) {
        const std::int64_t next_ns = std::max(next_deadline_ns().value_or(time_ns + 1), now_ns());
        if (next_ns > time_ns || is_busy_) {
            skip_to(std::max(now_ns(), time_ns));
            return;
        }
        skip_to(next_ns);
        settle();
    }
}

void test_host::skip_to(std::int64_t time_ns) {
    parts_->now_ns = time_ns;
}

std::int64_t test_host::now_ns() const {
    return parts_->now_ns;
}

std::optional<std::int64_t> test_host::next_deadline_ns() const {
    return parts_->ops.next_deadline_ns();
}

std::size_t test_host::pending(const std::string& kind) const {
    return parts_->ops.count(kind);
}

std::size_t test_host::pending() const {
    return parts_->ops.count();
}

bool test_host::make_ready(std::int32_t fd, std::uint32_t events) {
    return parts_->descriptors.make_ready(fd, events);
}

void test_host::complete(const std::string& kind, tactus_status status, std::uint64_t result) {
    parts_->ops.complete(kind, status, result);
}

void test_host::on_worker(const std::function<void()>& call) {
    parts_->work.worker().run(call);
}

void test_host::end_worker() {
    parts_->work.worker().end();
}

bool test_host::is_working() {
    return !parts_->work.worker().is_idle();
}

} // namespace tactus::testing
