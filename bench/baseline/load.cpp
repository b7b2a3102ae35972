// SPDX-License-Identifier: MIT
// One load for three designs: idle for a while, 1,000 events at once, then a sustained rate in
// batches every 10 ms, due 30 to 50 ms ahead. The outlet is the same for all of them.
//   --design 0 (the replaced one) | 1 (its proposed successor) | 2 (ours) |
//            3 (ours, real-time) | 4 (ours, real-time and spinning)
//   --rate EVENTS/S --seconds N --idle_seconds N
#include "bench/baseline/design.hpp"
#include "bench/measure.hpp"

#include "kernel/codec/osc_writer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <random>
#include <span>
#include <utility>

namespace tactus::bench {

outlet::outlet()
    : in_fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      out_fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(in_fd_, generic, size) != 0 || ::getsockname(in_fd_, generic, &size) != 0 ||
        ::connect(out_fd_, generic, size) != 0) {
        fail("the outlet has no socket.");
    }
    late_ns_.reserve(1 << 20);
}

outlet::~outlet() {
    ::close(in_fd_);
    ::close(out_fd_);
}

// Nobody reads the socket: what it has no room for is dropped by the system, after the same way.
void outlet::send(std::int64_t due_ns, const std::uint8_t* bytes, std::size_t size) noexcept {
    late_ns_.push_back(now_ns() - due_ns);
    static_cast<void>(::send(out_fd_, bytes, size, MSG_DONTWAIT));
    sent_.fetch_add(1, std::memory_order_release);
}

std::vector<std::int64_t> outlet::take_late_ns() {
    std::vector<std::int64_t> taken;
    taken.swap(late_ns_);
    late_ns_.reserve(taken.capacity());
    return taken;
}

namespace {

constexpr std::int64_t step_ns = 10'000'000;
constexpr std::int64_t ahead_min_ns = 30'000'000;
constexpr std::int64_t ahead_max_ns = 50'000'000;
constexpr std::size_t at_once = 1000;
constexpr std::int64_t patience_ns = 10'000'000'000;

std::vector<std::uint8_t> note() {
    std::vector<std::uint8_t> bytes(64);
    codec::osc_writer writer(bytes);
    writer.begin_message("/synth/on", "iii");
    writer.int32(1).int32(60).int32(100);
    bytes.resize(writer.finish().value());
    return bytes;
}

// False where that many never come.
template <class Count>
bool await(std::size_t wanted, std::int64_t look_every_ns, const Count& count) {
    const std::int64_t until_ns = now_ns() + patience_ns;
    while (count() < wanted && now_ns() < until_ns) {
        if (look_every_ns != 0) {
            sleep_until_ns(now_ns() + look_every_ns);
        }
    }
    return count() >= wanted;
}

class measurement {
public:
    explicit measurement(int which) {
        using maker = std::unique_ptr<design> (*)(outlet&);
        constexpr std::array<maker, 5> makers{make_replaced, make_successor, make_ours,
                                              make_ours_realtime, make_ours_spinning};
        if (which < 0 || which >= static_cast<int>(makers.size())) {
            fail("there is no such design.");
        }
        tested_ = makers[static_cast<std::size_t>(which)](to_);
    }

    void idle(std::int64_t for_ns) {
        const process_use before = used_by_process();
        sleep_until_ns(now_ns() + for_ns);
        const process_use after = used_by_process();
        const double seconds = static_cast<double>(for_ns) / 1e9;
        constexpr std::int64_t our_own = 1; // the sleep above
        result.add("idle_waits_per_s",
                   static_cast<double>(after.waits - before.waits - our_own) / seconds);
        result.add("idle_cpu_share",
                   static_cast<double>(after.cpu_ns - before.cpu_ns) / 1e9 / seconds);
    }

    // One call for each, as a player's callback makes them.
    void enqueue_many() {
        std::vector<std::vector<timed_event>> singles;
        for (std::size_t i = 0; i < at_once; ++i) {
            singles.push_back({make_event(now_ns() + 500'000'000)});
        }
        const std::size_t before = tested_->taken();
        const std::int64_t began_ns = now_ns();
        for (std::vector<timed_event>& each : singles) {
            tested_->enqueue(std::move(each));
        }
        const bool are_in = await(before + at_once, 0, [&] { return tested_->taken(); });
        result.add("enqueue_1000_ms", are_in ? static_cast<double>(now_ns() - began_ns) / 1e6 : -1);
        enqueued_ += at_once;
        static_cast<void>(await(enqueued_, step_ns, [&] { return to_.sent(); }));
        static_cast<void>(to_.take_late_ns());
    }

    void sustain(double rate, std::int64_t for_ns) {
        const process_use before = used_by_process();
        const std::int64_t own_before_ns = thread_cpu_ns();
        const std::int64_t resident_before = resident_bytes();
        const std::int64_t began_ns = now_ns();
        const std::size_t sent_before = to_.sent();
        for (std::int64_t at_ns = began_ns; at_ns < began_ns + for_ns; at_ns += step_ns) {
            sleep_until_ns(at_ns);
            const auto share = static_cast<double>(at_ns + step_ns - began_ns) / 1e9 * rate;
            std::vector<timed_event> batch;
            while (enqueued_ - sent_before < static_cast<std::size_t>(share)) {
                batch.push_back(make_event(now_ns() + ahead_(random_)));
                ++enqueued_;
            }
            tested_->enqueue(std::move(batch));
        }
        const bool are_out = await(enqueued_, step_ns, [&] { return to_.sent(); });
        const auto took_ns = static_cast<double>(now_ns() - began_ns);
        const process_use after = used_by_process();
        const std::int64_t own_ns = thread_cpu_ns() - own_before_ns;
        std::vector<std::int64_t> late_ns = to_.take_late_ns();
        result.add("lost", are_out ? 0 : static_cast<double>(enqueued_ - to_.sent()));
        result.add("rate", static_cast<double>(late_ns.size()) * 1e9 / took_ns);
        result.add("active_cpu_share",
                   static_cast<double>(after.cpu_ns - before.cpu_ns - own_ns) / took_ns);
        result.add("resident_growth_bytes",
                   static_cast<double>(resident_bytes() - resident_before));
        result.add_spread("late", late_ns);
    }

    answer result;

private:
    timed_event make_event(std::int64_t due_ns) const { return {due_ns, "bus 1", note_}; }

    outlet to_;
    std::unique_ptr<design> tested_;
    std::vector<std::uint8_t> note_ = note();
    std::size_t enqueued_ = 0;
    std::mt19937_64 random_{1};
    std::uniform_int_distribution<std::int64_t> ahead_{ahead_min_ns, ahead_max_ns};
};

} // namespace
} // namespace tactus::bench

int main(int count, char** words) {
    using namespace tactus::bench;
    const arguments given(count, words,
                          {{"design", 2}, {"rate", 2000}, {"seconds", 5}, {"idle_seconds", 3}});
    measurement all(static_cast<int>(given.whole("design")));
    sleep_until_ns(now_ns() + 200'000'000); // its threads have begun
    all.idle(given.whole("idle_seconds") * 1'000'000'000);
    all.enqueue_many();
    all.sustain(given.number("rate"), given.whole("seconds") * 1'000'000'000);
    all.result.print();
    return 0;
}
