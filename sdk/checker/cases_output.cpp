// SPDX-License-Identifier: MIT
// Tests of outputs: the table, and how send treats batches of all sizes and kinds.
#include "check_case.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace tactus::checker {
namespace {

using testing::send_answer;
using testing::test_instance;

constexpr std::size_t batch_max = 64;
constexpr std::int64_t second_ns = 1'000'000'000;

void check_table(subject& plugin) {
    const auto made = plugin.make();
    static_cast<void>(made->configure());
    tactus_plugin* const raw = made->plugin();
    const tactus_output_0* const table = output_of(*made);
    require(table != nullptr, "It has no interface tactus.output/0.");
    require(table->struct_size >= sizeof *table && table->send != nullptr,
            "Its tactus.output/0 is too short, or has no send.");
    require(table->protocols != 0, "It takes no protocol.");
    require((table->flags & ~(TACTUS_OUT_MAY_BLOCK | TACTUS_OUT_SYSEX_PARTS)) == 0,
            "Its tactus.output/0 has unknown flags.");
    require(table->reserved == 0, "The reserved field of its tactus.output/0 is not 0.");
    const bool may_block = (table->flags & TACTUS_OUT_MAY_BLOCK) != 0;
    require(!may_block || table->want_port == nullptr,
            "It has want_port beside TACTUS_OUT_MAY_BLOCK, where it is never called.");
    const bool takes_midi = (table->protocols & 1u << TACTUS_PROTO_MIDI) != 0;
    require((table->flags & TACTUS_OUT_SYSEX_PARTS) == 0 || takes_midi,
            "It takes SysEx in parts, and no MIDI.");
    const std::int64_t ahead = table->ahead_ns != nullptr ? table->ahead_ns(raw) : 0;
    require(ahead >= 0 && ahead <= 3600 * second_ns,
            "ahead_ns is " + std::to_string(ahead) + " ns.");
    const std::int64_t lookahead = table->lookahead_ns != nullptr ? table->lookahead_ns(raw) : 0;
    require(lookahead >= 0 && lookahead <= second_ns,
            "lookahead_ns is " + std::to_string(lookahead) + " ns, and may be up to a second.");
    require(lookahead == 0 || may_block, "It has a lookahead without TACTUS_OUT_MAY_BLOCK.");
    subject::end(*made);
}

std::unique_ptr<test_instance> start_output(subject& plugin) {
    auto made = plugin.start();
    stimulate(made->host, 0);
    made->host.settle();
    if (!made->is_running() || made->host.ports.empty()) {
        made->host.settle();
    }
    return made;
}

// The rules for every answer of send.
void check_answer(const send_answer& answer, std::size_t n) {
    const std::string said = " (status " + std::to_string(answer.status) + ", " +
                             std::to_string(answer.accepted) + " accepted, of " +
                             std::to_string(n) + ")";
    require(answer.status <= TACTUS_OK, "send returns a positive status" + said + ".");
    require(answer.accepted != 0xffffffff, "send does not set *accepted" + said + ".");
    require(answer.accepted <= n, "send accepts more events than there are" + said + ".");
    require(answer.status != TACTUS_OK || answer.accepted == n,
            "send returns OK, and has not accepted all" + said + ".");
    require(answer.status == TACTUS_OK || answer.accepted < n,
            "send returns a failure, and has accepted all" + said + ".");
}

// Whether they are equal, byte by byte.
bool are_same(std::span<const tactus_event> a, std::span<const tactus_event> b) {
    return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

// As the daemon does: the event that failed is dropped, the rest is offered again.
void send_all(test_instance& made, std::span<const tactus_event> events) {
    while (!events.empty() && made.is_running()) {
        const std::vector<tactus_event> before(events.begin(), events.end());
        const send_answer answer = made.send(events);
        check_answer(answer, events.size());
        require(are_same(before, events), "send writes into the batch, which is the host's.");
        if (answer.status == TACTUS_E_AGAIN) {
            return; // it keeps the rest waiting until ports.writable
        }
        events = events.subspan(answer.accepted);
        events = answer.status == TACTUS_OK ? events : events.subspan(1);
    }
}

void send_batches(subject& plugin) {
    const auto made = start_output(plugin);
    for (std::size_t n = 1; n <= batch_max && made->is_running(); ++n) {
        const std::vector<tactus_event> events = events_for(*made, n);
        send_all(*made, events);
        made->host.settle();
        require(made->is_running(), "After send it ends by itself. " + made->host.error_text);
    }
    made->stop();
    subject::end(*made);
}

bool has_port_up(const test_instance& made) {
    return std::any_of(made.host.ports.begin(), made.host.ports.end(),
                       [](const auto& port) { return port.second.is_up; });
}

// Whether it takes an event, or says that it can, within a minute of the host's clock.
bool makes_room(test_instance& made, std::span<const tactus_event> events) {
    using namespace std::chrono_literals;
    for (int second = 0; second < 60 && made.is_running() && has_port_up(made); ++second) {
        const send_answer answer = made.send(events);
        if (answer.status != TACTUS_E_AGAIN || answer.accepted != 0) {
            return true;
        }
        made.host.settle();
        if (!made.host.writable_ports.empty()) {
            return true;
        }
        std::this_thread::sleep_for(1ms); // for a thread of its own
        made.host.advance_to(made.host.now_ns() + second_ns);
    }
    return !made.is_running() || !has_port_up(made); // it has said that the device is away
}

void wait_for_room(subject& plugin) {
    const auto made = start_output(plugin);
    const std::vector<tactus_event> events = events_for(*made, 1);
    if (events.empty() || !has_port_up(*made)) {
        skip("It has no port that is up.");
    }
    require(makes_room(*made, events),
            "send answers TACTUS_E_AGAIN for a minute, and it does not call ports.writable: its "
            "events wait for ever.");
    subject::end(*made);
}

void send_nothing(subject& plugin) {
    const auto made = start_output(plugin);
    const send_answer answer = made->send({});
    require(answer.status <= TACTUS_OK && (answer.accepted == 0 || answer.accepted == 0xffffffff),
            "send of an empty batch accepts events, or returns a positive status.");
    subject::end(*made);
}

send_answer send_strided(test_instance& made, std::span<const tactus_event> events,
                         std::size_t stride) {
    std::vector<std::uint64_t> room(events.size() * stride / sizeof(std::uint64_t) + 1,
                                    0xa5a5a5a5a5a5a5a5);
    auto* const bytes = reinterpret_cast<unsigned char*>(room.data());
    for (std::size_t i = 0; i < events.size(); ++i) {
        std::memcpy(bytes + i * stride, &events[i], sizeof(tactus_event));
    }
    const tactus_batch batch{sizeof batch, static_cast<std::uint32_t>(events.size()),
                             static_cast<std::uint32_t>(stride), 0,
                             reinterpret_cast<const tactus_event*>(bytes)};
    const tactus_output_0& output = *output_of(made);
    send_answer answer{TACTUS_OK, 0xffffffff};
    const auto call = [&] { answer.status = output.send(made.plugin(), &batch, &answer.accepted); };
    made.host.call_plugin("send", [&] {
        if ((output.flags & TACTUS_OUT_MAY_BLOCK) != 0) {
            made.host.on_worker(call);
        } else {
            call();
        }
    });
    return answer;
}

// A later host has longer events, with the same fields in front.
void send_longer_events(subject& plugin) {
    const auto made = start_output(plugin);
    const std::vector<tactus_event> events = events_for(*made, 8);
    const send_answer plain = made->send(events);
    if (plain.status != TACTUS_OK) {
        skip("It takes no events in the test's scenario: status " + std::to_string(plain.status) +
             ".");
    }
    const send_answer strided = send_strided(*made, events, sizeof(tactus_event) + 24);
    check_answer(strided, events.size());
    require(strided.status == TACTUS_OK, "It does not go by event_stride: events of a later host "
                                         "fail with status " +
                                             std::to_string(strided.status) + ".");
    subject::end(*made);
}

void send_what_is_new(subject& plugin) {
    const auto made = start_output(plugin);
    std::vector<tactus_event> events = events_for(*made, 4);
    for (tactus_event& each : events) {
        each.flags = static_cast<std::uint16_t>(each.flags | 0xff00);
    }
    send_all(*made, events);
    for (tactus_event& each : events) {
        each.protocol = 77;
    }
    send_all(*made, events);
    for (tactus_event& each : events_for(*made, 4)) {
        each.port = 4'000'000'000; // of a port that has gone
        send_all(*made, {&each, 1});
    }
    made->host.settle();
    subject::end(*made);
}

void send_long_and_short(subject& plugin) {
    const auto made = start_output(plugin);
    std::vector<std::uint8_t> sysex(TACTUS_SYSEX_SIZE_MAX, 0x11);
    sysex.front() = 0xf0;
    sysex.back() = 0xf7;
    std::vector<std::uint8_t> blob(TACTUS_EVENT_SIZE_MAX, 0);
    const std::array<std::uint8_t, 12> head{'/', 'b', 0, 0, ',', 'b', 0, 0, 0, 0, 0xff, 0xf4};
    std::memcpy(blob.data(), head.data(), head.size());
    for (tactus_event each : events_for(*made, 2)) {
        const bool is_midi = each.protocol == TACTUS_PROTO_MIDI;
        const std::vector<std::uint8_t>& bytes = is_midi ? sysex : blob;
        each.bytes = bytes.data();
        each.size = static_cast<std::uint32_t>(bytes.size());
        send_all(*made, {&each, 1});
    }
    subject::end(*made);
}

void flush_any_port(subject& plugin) {
    const auto made = start_output(plugin);
    const tactus_output_0& output = *output_of(*made);
    if (output.flush == nullptr) {
        skip("It has no flush.");
    }
    static_cast<void>(made->send(events_for(*made, 8)));
    const bool may_block = (output.flags & TACTUS_OUT_MAY_BLOCK) != 0;
    for (const std::uint32_t port : {0U, 1U, 4'000'000'000U}) {
        const auto call = [&] { output.flush(made->plugin(), port); };
        made->host.call_plugin("flush", [&] { may_block ? made->host.on_worker(call) : call(); });
        made->host.settle();
    }
    send_all(*made, events_for(*made, 8));
    require(made->is_running(), "After flush it ends by itself. " + made->host.error_text);
    subject::end(*made);
}

void want_ports(subject& plugin) {
    const auto made = start_output(plugin);
    const tactus_output_0& output = *output_of(*made);
    if (output.want_port == nullptr || (output.flags & TACTUS_OUT_MAY_BLOCK) != 0) {
        skip("It makes no ports from names.");
    }
    for (const std::string& name :
         {std::string("10.0.0.7:9000"), std::string("\xff\xfe"), std::string(255, 'x'),
          std::string("a\0b", 3), std::string(":"), std::string("[::1]:99999")}) {
        const std::size_t before = made->host.ports.size();
        const tactus_status status = made->host.call_plugin("want_port", [&] {
            return output.want_port(made->plugin(), tactus_str{name.data(), name.size()});
        });
        require(status <= TACTUS_OK, "want_port returns a positive status.");
        require(status != TACTUS_OK || made->host.ports.size() > before,
                "want_port returns OK, and has added no port.");
        made->host.settle();
        require(made->is_running(), "After want_port it ends by itself. " + made->host.error_text);
    }
    subject::end(*made);
}

constexpr std::array cases = std::to_array<check_case>({
    {"output-table", "The table has send, protocols, and times in their ranges.", scope::output,
     &check_table},
    {"send-batches", "send answers batches of 1 to 64 events correctly.", scope::output,
     &send_batches},
    {"send-again", "After TACTUS_E_AGAIN it says when there is room.", scope::output,
     &wait_for_room},
    {"send-nothing", "send takes an empty batch.", scope::output, &send_nothing},
    {"send-stride", "send goes by event_stride.", scope::output, &send_longer_events},
    {"send-unknown", "send takes flags, protocols and ports that are new to it.", scope::output,
     &send_what_is_new},
    {"send-long", "send takes the longest events.", scope::output, &send_long_and_short},
    {"flush", "flush may come for each port.", scope::output, &flush_any_port},
    {"want-port", "want_port answers any name.", scope::output, &want_ports},
});

} // namespace

std::span<const check_case> output_cases() {
    return cases;
}

} // namespace tactus::checker
