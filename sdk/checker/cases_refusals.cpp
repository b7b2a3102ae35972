// SPDX-License-Identifier: MIT
// Tests of a plugin whose host refuses: an interface that is missing, and each call in turn.
#include "check_case.hpp"
#include "scenario.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace tactus::checker {
namespace {

using testing::test_host;
using testing::test_instance;

constexpr std::uint64_t refusals_max = 40; // of one call in one life

void end_well(test_instance& made, const std::string& after) {
    if (made.is_running()) {
        made.stop();
    }
    require(!made.host.is_started || made.host.stopped.has_value(),
            after + ", it does not call stopped() when it is stopped.");
    const std::vector<std::string> faults = made.end();
    require(faults.empty(), faults.empty() ? "" : after + ": " + faults.front() + ".");
}

void miss_interfaces(subject& plugin) {
    for (const char* id :
         {TACTUS_CLOCK_0, TACTUS_EMIT_0, TACTUS_EXEC_0, TACTUS_FD_0, TACTUS_LOG_0, TACTUS_METRICS_0,
          TACTUS_PORTS_0, TACTUS_STREAM_0, TACTUS_TIMER_0, TACTUS_UDP_0}) {
        const auto made =
            plugin.make([id](test_host& host) { host.missing_interfaces.insert(id); });
        if (made->start() == TACTUS_OK) {
            live(*made);
        }
        end_well(*made, std::string("Without the interface ") + id);
    }
}

struct refusal {
    std::string_view call;
    tactus_status status;
};

// The call's use number `at` is refused, once or from then on. False where there was none.
bool live_refused(subject& plugin, const refusal& wanted, std::uint64_t at, bool for_good) {
    std::uint64_t seen = 0;
    const auto refuse = [&](std::string_view call, std::uint64_t) -> tactus_status {
        if (call != wanted.call) {
            return TACTUS_OK;
        }
        const std::uint64_t number = seen++;
        return number == at || (for_good && number > at) ? wanted.status : TACTUS_OK;
    };
    const auto made = plugin.make([&](test_host& host) { host.refuse = refuse; });
    const std::string after = "When the host refuses " + std::string(wanted.call) + " number " +
                              std::to_string(at + 1) + " with status " +
                              std::to_string(wanted.status);
    const tactus_status status = made->start();
    require(status <= TACTUS_OK, after + ", start returns a positive status.");
    if (status == TACTUS_OK) {
        live(*made);
    }
    made->host.refuse_by(nullptr);
    end_well(*made, after);
    return seen > at;
}

void refuse_each(subject& plugin, std::span<const refusal> all) {
    bool was_called = false;
    for (const refusal& each : all) {
        for (std::uint64_t at = 0; at < refusals_max && live_refused(plugin, each, at, false);
             ++at) {
            was_called = true;
        }
        if (was_called) {
            live_refused(plugin, each, 0, true);
        }
    }
    if (!was_called) {
        skip("It makes no such call in the test's scenario.");
    }
}

template <std::size_t N>
void refuse_each(subject& plugin, const refusal (&all)[N]) {
    refuse_each(plugin, std::span<const refusal>(all));
}

void refuse_timer(subject& plugin) {
    refuse_each(plugin, {{"timer", TACTUS_E_NOMEM}});
}
void refuse_fd(subject& plugin) {
    refuse_each(plugin, {{"fd.wait", TACTUS_E_NOMEM}, {"fd.wait", TACTUS_E_INVALID}});
}
void refuse_post(subject& plugin) {
    refuse_each(plugin, {{"post", TACTUS_E_AGAIN}});
}
void refuse_work(subject& plugin) {
    refuse_each(plugin, {{"work", TACTUS_E_NOMEM}});
}
void refuse_ports(subject& plugin) {
    refuse_each(plugin, {{"ports.add", TACTUS_E_NOMEM},
                         {"ports.add", TACTUS_E_INVALID},
                         {"ports.resolve", TACTUS_E_NOMEM}});
}
void refuse_metrics(subject& plugin) {
    refuse_each(plugin, {{"metrics.create", TACTUS_E_NOMEM}});
}
void refuse_udp(subject& plugin) {
    refuse_each(plugin, {{"udp.open", TACTUS_E_IO},
                         {"udp.open", TACTUS_E_INVALID},
                         {"udp.parse", TACTUS_E_IO},
                         {"udp.local", TACTUS_E_IO}});
}
void refuse_udp_transfer(subject& plugin) {
    refuse_each(plugin, {{"udp.recv", TACTUS_E_NOMEM},
                         {"udp.send", TACTUS_E_AGAIN},
                         {"udp.send", TACTUS_E_IO},
                         {"udp.writable", TACTUS_E_NOMEM}});
}
void refuse_listen(subject& plugin) {
    refuse_each(plugin, {{"stream.listen", TACTUS_E_IO},
                         {"stream.accept", TACTUS_E_NOMEM},
                         {"stream.adopt", TACTUS_E_INVALID}});
}
void refuse_connect(subject& plugin) {
    refuse_each(plugin, {{"stream.connect", TACTUS_E_NOMEM},
                         {"stream.connect", TACTUS_E_INVALID},
                         {"stream.resolve", TACTUS_E_NOMEM}});
}
void refuse_stream(subject& plugin) {
    refuse_each(plugin, {{"stream.read", TACTUS_E_CLOSED},
                         {"stream.write", TACTUS_E_CLOSED},
                         {"stream.send", TACTUS_E_AGAIN},
                         {"stream.send", TACTUS_E_CLOSED},
                         {"stream.local", TACTUS_E_CLOSED},
                         {"stream.stream_writable", TACTUS_E_NOMEM}});
}
void refuse_emit(subject& plugin) {
    refuse_each(plugin, {{"emit", TACTUS_E_INVALID}, {"wait_writable", TACTUS_E_NOMEM}});
}

constexpr std::array cases = std::to_array<check_case>({
    {"refused-interfaces", "Each interface may be missing.", scope::instance, &miss_interfaces},
    {"refused-timer", "A timer may be refused.", scope::instance, &refuse_timer},
    {"refused-fd", "Waiting for a descriptor may be refused.", scope::instance, &refuse_fd},
    {"refused-post", "A post may be refused.", scope::instance, &refuse_post},
    {"refused-work", "Work may be refused.", scope::instance, &refuse_work},
    {"refused-ports", "A port may be refused.", scope::instance, &refuse_ports},
    {"refused-metrics", "A metric may be refused.", scope::instance, &refuse_metrics},
    {"refused-udp", "A socket may be refused.", scope::instance, &refuse_udp},
    {"refused-datagrams", "A socket may refuse to send and to receive.", scope::instance,
     &refuse_udp_transfer},
    {"refused-listen", "A listener may be refused.", scope::instance, &refuse_listen},
    {"refused-connect", "A connection may be refused.", scope::instance, &refuse_connect},
    {"refused-stream", "A connection may end at each call.", scope::instance, &refuse_stream},
    {"refused-emit", "A batch may be refused.", scope::input, &refuse_emit},
});

} // namespace

std::span<const check_case> refusal_cases() {
    return cases;
}

} // namespace tactus::checker
