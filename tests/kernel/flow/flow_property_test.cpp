// SPDX-License-Identifier: MIT
// Chaos in virtual time: inputs emit, outputs fail, fill up, vanish and return, operators cancel
// and panic, in random order, and a worker sends what it has in any order, or loses it. After every
// step the ledgers are exact, and so is what is known to sound; nothing leaves early or out of
// order; and at the end, after a silence, no device sounds. TACTUS_SEED repeats a run,
// TACTUS_OPERATIONS sets how many steps it has.
#include "tests/kernel/flow/flow_support.hpp"
#include "tests/kernel/flow/model_device.hpp"
#include "tests/kernel/flow/worker_model.hpp"

#include <cstdlib>
#include <map>
#include <random>
#include <string>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint16_t direct_midi = 0;
constexpr std::uint16_t direct_osc = 1;
constexpr std::uint16_t worker_midi = 2;
constexpr std::uint16_t outputs_count = 3;
const std::string keys[] = {"left", "right"};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

output_choice choice_of(std::uint16_t output) {
    output_choice choice;
    choice.protocols = output == direct_osc ? takes_osc : takes_midi;
    choice.is_deferred = output == worker_midi;
    choice.ahead_ns = output == worker_midi ? 2 * ms_ns : 0;
    constexpr when_full policies[] = {when_full::drop_newest, when_full::drop_oldest,
                                      when_full::refuse};
    choice.settings.limits = {{128, 1 << 20}, policies[output]};
    return choice;
}

class chaos {
public:
    explicit chaos(std::uint64_t seed) : random_(seed) {
        static_cast<void>(flow_.add_input());
        static_cast<void>(flow_.add_input(20'000));
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            static_cast<void>(flow_.add_output(choice_of(i)));
            flow_.out.connections().detach(i, dropped::output_down);
            set_up_sink(i);
            if (i == worker_midi) {
                worker_.emplace(
                    flow_.sink(i),
                    [this](const worker_model::held& one) {
                        devices_[worker_midi].play(one.message, name_of(worker_midi, one.port));
                    },
                    [this] { return luck(); });
            }
            connect(i);
        }
        flow_.settings.panic_address = "/panic";
        flow_.settings.max_ahead_ns = 19 * ms_ns;
        route();
    }

    void step() {
        switch (below(16)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return emit_midi();
        case 4:
        case 5:
        case 6:
            return emit_osc();
        case 7:
            return emit_nonsense();
        case 8:
            static_cast<void>(flow_.in.cancel(any_input(), below(4)));
            return;
        case 9:
            return fill_or_free(any_output());
        case 10:
            return turn_port(any_output());
        case 11:
            return below(4) == 0 ? reconnect(any_output()) : complete(below(8));
        case 12:
            return below(8) == 0 ? flow_.out.silencer().panic() : complete(below(64));
        case 13:
            static_cast<void>(flow_.out.tidy());
            return;
        default:
            return pass_time();
        }
    }

    // Everything comes back, stops, and is silenced.
    void end() {
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            flow_.out.connections().detach(i, dropped::output_down);
            flow_.sink(i).judge = nullptr;
            flow_.sink(i).room = tactus::testing::recording_sink::endless;
            connect(i);
        }
        fails_ = false;
        flow_.out.canceller().drop(dropped::stop);
        complete(worker_->size());
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            flow_.out.silencer().silence(i, silence_cause::stop);
        }
        flow_.drain();
        complete(worker_->size());
    }

    // The ledgers, and who holds how much of the room.
    [[nodiscard]] bool balanced() {
        const std::uint64_t held = flow_.out.queue().rooms().held(0) +
                                   flow_.out.queue().rooms().held(1) +
                                   flow_.out.queue().rooms().held(no_input);
        return flow_.balanced() && held == flow_.out.queue().pending().events &&
               flow_.out.queue().events().memory() <=
                   timed_queue::memory_max(std::uint64_t{64} << 20);
    }
    // What is known to sound is what sounds; more only where a worker was cut off in a call.
    [[nodiscard]] bool knows_what_sounds() {
        const std::size_t of_worker = flow_.output(worker_midi).notes_sounding;
        return flow_.output(direct_midi).notes_sounding == devices_[direct_midi].sounding() &&
               (is_in_doubt_ ? of_worker >= devices_[worker_midi].sounding()
                             : of_worker == devices_[worker_midi].sounding());
    }
    [[nodiscard]] int mistakes() const { return mistakes_; }
    [[nodiscard]] std::size_t sent() const { return sent_.size(); }
    [[nodiscard]] std::size_t still_sounding() {
        std::size_t sum = flow_.out.account().in_flight() + flow_.out.queue().pending().events;
        for (std::uint16_t i = 0; i < outputs_count; ++i) {
            sum += devices_[i].sounding() + devices_[i].pedals() + flow_.output(i).notes_sounding +
                   flow_.out.sounding_count().to_end(i);
        }
        return sum;
    }

private:
    struct key {
        std::int64_t due_ns;
        std::uint64_t number;
        friend auto operator<=>(const key&, const key&) = default;
    };
    struct sent_one {
        key what;
        std::uint64_t at;
    };

    // Everything everywhere; and each OSC message is a note, too, that ends by itself.
    void route() {
        midi_maker notes;
        notes.makes = midi_maker::form::note;
        notes.note = *expression::compile("$2 % 8");
        notes.length = *expression::compile("$2 % 20 * 0.001");
        tactus::flow::route made{{0, 1}, std::nullopt, {direct_midi, worker_midi}};
        made.as = translation{notes};
        // And a thinned-out copy, which is not looked at by its order.
        tactus::flow::route thin{{0, 1}, *tactus::codec::osc_pattern::compile("/n"), {worker_midi}};
        midi_maker fader;
        fader.makes = midi_maker::form::cc;
        fader.controller = *expression::compile("$2 % 3");
        fader.value = *expression::compile("$2 % 128");
        thin.as = translation{fader};
        thin.gate = {3 * ms_ns, true};
        flow_.configure(
            router({{{0, 1}, std::nullopt, {0, 1, 2}}, std::move(made), std::move(thin)}));
    }

    std::uint32_t below(std::uint64_t end) { return static_cast<std::uint32_t>(random_() % end); }
    std::uint16_t any_output() { return static_cast<std::uint16_t>(below(outputs_count)); }
    std::uint16_t any_input() { return static_cast<std::uint16_t>(below(2)); }

    void set_up_sink(std::uint16_t output) {
        tactus::testing::recording_sink& sink = flow_.sink(output);
        sink.judge = [this](const tactus_event&) {
            return fails_ && below(20) == 0 ? (below(2) == 0 ? TACTUS_E_IO : TACTUS_E_CLOSED)
                                            : TACTUS_OK;
        };
        sink.on_taken = [this, output](const tactus_event& event) { took(output, event); };
    }

    void connect(std::uint16_t output) {
        flow_.sink(output).begin_anew();
        if (output == worker_midi) {
            worker_->begin_anew(); // what the last one had is lost
        }
        const output_choice& choice = flow_.choices[output];
        flow_.out.connections().attach(
            output, {&flow_.sink(output), choice.protocols, choice.ahead_ns, choice.is_deferred});
        const std::size_t first = below(2); // in any order
        ports_[output][keys[first]] = flow_.add_port(output, keys[first]);
        ports_[output][keys[1 - first]] = flow_.add_port(output, keys[1 - first]);
    }

    void reconnect(std::uint16_t output) {
        const bool is_in_call = output == worker_midi && worker_->size() > 0 && below(2) == 0;
        if (is_in_call) { // and it comes back with the message sent, when nobody listens any more
            worker_->send_untold(below(worker_->size()));
            is_in_doubt_ = true;
        }
        flow_.sink(output).is_alive = is_in_call;
        flow_.out.connections().detach(output, below(2) == 0 ? dropped::output_stalled
                                                             : dropped::output_down);
        if (below(2) == 0) {
            pass_time();
        }
        connect(output);
    }

    void turn_port(std::uint16_t output) {
        const std::string& which = keys[below(2)];
        flow_.set_up(output, ports_[output].at(which), below(3) != 0, which);
    }

    void fill_or_free(std::uint16_t output) {
        flow_.sink(output).room =
            below(3) == 0 ? below(10) : tactus::testing::recording_sink::endless;
        flow_.out.connections().writable(output);
    }

    stamp any_stamp() {
        stamp with;
        const std::int64_t ahead_ns = static_cast<std::int64_t>(below(25)) * ms_ns - 5 * ms_ns;
        const std::int64_t due_ns = (flow_.clock.now_ns() + ahead_ns) / ms_ns * ms_ns;
        with.due_ns = below(4) == 0 ? 0 : due_ns; // whole milliseconds: many are due together
        with.tag = below(4);
        with.port = below(3) == 0 ? flow_.fan.names().intern(keys[below(2)]) : 0;
        return with;
    }

    void emit_midi() {
        std::vector<wire::bytes> messages;
        for (std::uint32_t i = below(5) + 1; i > 0; --i) {
            const int note = static_cast<int>(below(8));
            const int channel = static_cast<int>(below(2));
            if (below(10) == 0) {
                const auto down = static_cast<std::uint8_t>(below(2) * 127);
                messages.push_back({static_cast<std::uint8_t>(0xB0 | channel), 64, down});
                continue;
            }
            messages.push_back(below(2) == 0 ? note_on(note, channel) : note_off(note, channel));
        }
        std::vector<tactus_event> events;
        for (const wire::bytes& each : messages) {
            events.push_back(event_of(TACTUS_PROTO_MIDI, each, any_stamp()));
        }
        static_cast<void>(flow_.in.emit(any_input(), batch_of(events, below(2) * droppable)));
    }

    // Each message says when it is due, and which one it is.
    wire::bytes numbered(std::int64_t due_ns) {
        emitted_at_[++number_] = ++moment_;
        return wire::raw("/n\0\0,hh") + wire::big_endian(static_cast<std::uint64_t>(due_ns), 8) +
               wire::big_endian(number_, 8);
    }

    void emit_osc() {
        const stamp with = any_stamp();
        const std::int64_t due_ns = with.due_ns == 0 ? flow_.clock.now_ns() : with.due_ns;
        if (below(2) == 0) {
            static_cast<void>(flow_.emit(TACTUS_PROTO_OSC, numbered(due_ns), with,
                                         below(2) * droppable, any_input()));
            return;
        }
        const std::uint64_t tag = with.due_ns == 0 ? 1 : flow_.timebase.to_ntp(due_ns);
        std::vector<wire::bytes> messages;
        for (std::uint32_t i = below(4) + 1; i > 0; --i) {
            messages.push_back(numbered(due_ns));
        }
        stamp of_bundle = with;
        of_bundle.due_ns = 0;
        static_cast<void>(flow_.emit(TACTUS_PROTO_OSC, wire::bundle(tag, messages), of_bundle,
                                     below(2) * droppable, any_input()));
    }

    void emit_nonsense() {
        wire::bytes bytes;
        for (std::uint32_t i = below(40); i > 0; --i) {
            bytes.push_back(static_cast<std::uint8_t>(below(256)));
        }
        static_cast<void>(
            flow_.emit(static_cast<std::uint16_t>(below(4)), bytes, {}, droppable, any_input()));
        static_cast<void>(flow_.in.reject(any_input(), below(3), "rate"));
        if (below(20) == 0) {
            static_cast<void>(flow_.emit_osc(osc("/panic")));
        }
        flow_.clock.step_wall_ns(static_cast<std::int64_t>(below(3)) * 1000 * ms_ns);
        flow_.timebase.refresh();
    }

    void pass_time() {
        flow_.clock.advance_ns(below(4) == 0 ? 0 : below(3'000'000));
        flow_.drain();
    }

    // The worker sends some of what it has, most often what is due first.
    void complete(std::size_t count) {
        for (; count > 0 && worker_->size() > 0; --count) {
            worker_->send(below(4) == 0 ? below(worker_->size()) : worker_->first());
        }
    }

    // Some of what it sends fails.
    finish luck() {
        const std::uint32_t drawn = fails_ ? below(20) : 2;
        return drawn == 0 ? finish::failed : drawn == 1 ? finish::refused : finish::sent;
    }

    void took(std::uint16_t output, const tactus_event& event) {
        const std::string message(reinterpret_cast<const char*>(event.bytes), event.size);
        const std::int64_t ahead_ns = flow_.choices[output].ahead_ns;
        mistakes_ += flow_.clock.now_ns() < event.due_ns - ahead_ns ? 1 : 0;
        if (output == worker_midi) {
            worker_->accepted(event);
        } else if (output == direct_midi) {
            devices_[output].play(message, name_of(output, event.port));
        } else if (message.starts_with("/n")) { // MIDI comes by as OSC, too
            check_order(event);
        }
        flow_.sink(output).records.clear();
    }

    std::string name_of(std::uint16_t output, std::uint32_t port) {
        for (const auto& [name, number] : ports_[output]) {
            if (number == port) {
                return name;
            }
        }
        ++mistakes_; // nobody has that number
        return {};
    }

    // All that left while this one waited was before it.
    void check_order(const tactus_event& event) {
        const auto number = [&](std::size_t at) {
            std::uint64_t value = 0;
            for (std::size_t i = 0; i < 8; ++i) {
                value = value << 8U | event.bytes[at + i];
            }
            return value;
        };
        const key mine{static_cast<std::int64_t>(number(8)), number(16)};
        mistakes_ += mine.due_ns != event.due_ns ? 1 : 0;
        const std::uint64_t came_at = emitted_at_.at(mine.number);
        for (auto each = sent_.rbegin(); each != sent_.rend() && each->at > came_at; ++each) {
            mistakes_ += each->what > mine ? 1 : 0;
        }
        sent_.push_back({mine, ++moment_});
    }

    std::mt19937_64 random_;
    flow_under_test flow_;
    model_device devices_[outputs_count];
    std::map<std::string, std::uint32_t> ports_[outputs_count];
    std::optional<worker_model> worker_;
    bool is_in_doubt_ = false;
    std::map<std::uint64_t, std::uint64_t> emitted_at_;
    std::vector<sent_one> sent_;
    std::uint64_t number_ = 0;
    std::uint64_t moment_ = 0;
    int mistakes_ = 0;
    bool fails_ = true;
};

} // namespace

TEST_CASE("whatever happens, every event is accounted for, in order, and no note sticks") {
    const std::uint64_t seed = from_environment("TACTUS_SEED", std::random_device{}());
    const std::uint64_t operations = from_environment("TACTUS_OPERATIONS", 2000);
    constexpr std::uint64_t runs = 10;
    std::uint64_t sent = 0;
    for (std::uint64_t run = 0; run < runs; ++run) {
        CAPTURE(seed, run);
        chaos test(seed + run);

        for (std::uint64_t i = 0; i < operations; ++i) {
            test.step();
            if (!test.balanced() || test.mistakes() > 0 || !test.knows_what_sounds()) {
                CAPTURE(i);
                REQUIRE(test.balanced());
                REQUIRE(test.knows_what_sounds());
                REQUIRE(test.mistakes() == 0);
            }
        }
        test.end();

        REQUIRE(test.balanced());
        REQUIRE(test.still_sounding() == 0);
        sent += test.sent();
    }
    REQUIRE(sent > runs * operations / 20); // a single run may have all its outputs away
}
