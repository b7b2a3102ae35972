// SPDX-License-Identifier: MIT
#include "kernel/daemon/methods/player.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/control/play_events.hpp"
#include "kernel/daemon/methods/played_notes.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/notes/written_note.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace tactus::daemon {
namespace {

using control::method_result;
using control::play_event;
using control::rpc_code;
using control::rpc_error;

constexpr std::uint32_t groups = 0xFFFF;        // then their numbers begin anew
constexpr std::uint32_t first_group = 0xFE0000; // above the tags that inputs choose
// The tags of events that are played to outputs belong to no input; the tags of the last input are
// the least likely to be in use.
constexpr std::uint16_t tags_of_outputs = flow::inputs_max - 1;

unexpected<rpc_error> refuse(std::string message) {
    return unexpected<rpc_error>(rpc_error(rpc_code::invalid_params, std::move(message)));
}

template <class Settings>
std::optional<std::uint16_t> number_of(const std::vector<Settings>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(), [&name](const Settings& each) {
        return !each.is_vacant() && each.name == name;
    });
    return found == all.end() ? std::nullopt
                              : std::optional(static_cast<std::uint16_t>(found - all.begin()));
}

std::string_view reason(flow::dropped why) noexcept {
    return flow::dropped_names[static_cast<std::size_t>(why)];
}

} // namespace

// The events that one connection plays.
class player::session final : public control::attachment {
public:
    session(player& among, std::uint32_t group) noexcept
        : among_(among), of_(among.of_), group_(group), zero_ns_(of_.reactor.clock().now_ns()) {
        ++among_.sessions_;
    }
    ~session() override {
        --among_.sessions_;
        end();
    }

    [[nodiscard]] bool takes_output() const noexcept override { return false; }
    void begin() override {}

    [[nodiscard]] std::int64_t now_ns() const noexcept {
        return of_.reactor.clock().now_ns() - zero_ns_;
    }
    // Nothing if it was accepted.
    [[nodiscard]] std::string play(const play_event& one) {
        const auto number = one.is_input ? number_of(of_.settings.inputs, one.place)
                                         : number_of(of_.settings.outputs, one.place);
        if (!one.wrong.empty() || !number) {
            return !one.wrong.empty()
                       ? one.wrong
                       : std::string("there is no ") + (one.is_input ? "input \"" : "output \"") +
                             one.place + "\"";
        }
        const std::int64_t ahead_ns = of_.settings.time.max_ahead_ns;
        if (one.at_ns < 0 || one.at_ns > now_ns() + ahead_ns) {
            return "too_far_ahead: it is due before the first request, or later than max_ahead";
        }
        const std::int64_t due_ns = std::max(zero_ns_ + one.at_ns, of_.reactor.clock().now_ns());
        if (!one.is_input) {
            return to_output(*number, one.protocol, one.bytes, due_ns);
        }
        std::string wrong = to_input(*number, one.protocol, one.bytes, due_ns);
        if (wrong.empty() && one.protocol == TACTUS_PROTO_MIDI) {
            notes_[one.place].follow(one.bytes, due_ns);
        }
        return wrong;
    }

private:
    using bytes = std::span<const std::uint8_t>;

    std::string to_output(std::uint16_t output, std::uint16_t protocol, bytes message,
                          std::int64_t due_ns) {
        const flow::output& there = of_.dispatcher.outputs().at(output);
        if (there.connected.protocols == 0) {
            return std::string(reason(flow::dropped::output_down)) + ": it was never up";
        }
        if (!there.takes(protocol)) {
            return std::string(reason(flow::dropped::unsupported_type)) + ": it takes no " +
                   (protocol == TACTUS_PROTO_MIDI ? "MIDI" : "OSC") +
                   "; play it as an input, whose routes translate";
        }
        flow::delivery what;
        what.due_ns = due_ns;
        what.source.bytes = std::as_bytes(message);
        what.source.arrival_ns = of_.reactor.clock().now_ns();
        what.source.protocol = static_cast<std::uint8_t>(protocol);
        what.source.flags = TACTUS_EVENT_TIMED;
        what.source.group = flow::tag_of(tags_of_outputs, group_);
        std::optional<flow::written_note> written;
        if (protocol == TACTUS_PROTO_OSC) {
            written.emplace(codec::split_message(message)).mark(what);
        } else if (flow::sounding::effect_of(message) != flow::sounding::effect::none) {
            what.note = message;
        }
        const std::optional<flow::dropped> dropped =
            of_.dispatcher.enqueuer().deliver(output, what);
        return dropped ? std::string(reason(*dropped)) : std::string();
    }

    // The input's ledger says what became of it.
    std::string to_input(std::uint16_t input, std::uint16_t protocol, bytes message,
                         std::int64_t due_ns, std::uint16_t flags = 0) {
        tactus_event event{};
        event.due_ns = due_ns;
        event.bytes = message.data();
        event.size = static_cast<std::uint32_t>(message.size());
        event.protocol = protocol;
        event.flags = flags;
        event.group = group_;
        const tactus_batch batch = {sizeof batch, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
        const flow::input_ledger before = of_.ingress.at(input).ledger;
        of_.ingress.emit(input, batch);
        const flow::input_ledger& after = of_.ingress.at(input).ledger;
        for (std::size_t i = 0; i < flow::rejected_names.size(); ++i) {
            const auto why = static_cast<flow::rejected>(i);
            if (after.rejected_by.of(why) != before.rejected_by.of(why)) {
                return std::string("rejected: ") + std::string(flow::rejected_names[i]);
            }
        }
        for (std::size_t i = 0; i < flow::unrouted_names.size(); ++i) {
            const auto why = static_cast<flow::unrouted>(i);
            if (after.unrouted_by.of(why) != before.unrouted_by.of(why)) {
                return std::string("unrouted: ") + std::string(flow::unrouted_names[i]);
            }
        }
        return {};
    }

    // Waiting events are taken back, note-offs too, and notes that nobody else holds are ended.
    // If routes made something else of notes, only the ends at the inputs can end that.
    void end() {
        flow::silencer& silencer = of_.dispatcher.silencer();
        silencer.take_back_sender(flow::tag_of(tags_of_outputs, group_));
        for (std::uint16_t i = 0; i < of_.ingress.inputs(); ++i) {
            silencer.take_back_sender(flow::tag_of(i, group_));
        }
        const std::int64_t now_ns = of_.reactor.clock().now_ns();
        for (const auto& [name, notes] : notes_) {
            const auto number = number_of(of_.settings.inputs, name);
            notes.for_each_on(now_ns, [&](const flow::sounding::message_bytes& off) {
                if (number) {
                    to_input(*number, TACTUS_PROTO_MIDI, off, now_ns, TACTUS_EVENT_SPARE_OTHERS);
                }
            });
        }
    }

    player& among_;
    const parts& of_;
    std::uint32_t group_;
    std::int64_t zero_ns_;
    std::map<std::string, played_notes> notes_; // by the name of the input
};

player::session* player::session_of(const control::caller& by) {
    for (const auto& each : *by.attached) {
        if (auto* const found = dynamic_cast<session*>(each.get())) {
            return found;
        }
    }
    if (sessions_ >= sessions_max) {
        return nullptr;
    }
    of_.log.info(base::log_event::client_plays, "A client plays events over the control socket.",
                 {base::kv("user", by.user)});
    auto made = std::make_unique<session>(*this, first_group + begun_++ % groups);
    session* const at = made.get();
    by.attached->push_back(std::move(made));
    return at;
}

method_result player::play(const control::params& with, const control::caller& by) {
    const result<std::optional<std::string>> list = with.nested("events");
    if (!list) {
        return refuse(list.error().text);
    }
    const result<std::vector<play_event>> events = control::read_play_events(list->value_or("[]"));
    if (!events) {
        return refuse(events.error().text);
    }
    session* const mine = session_of(by);
    if (mine == nullptr) {
        return unexpected<rpc_error>(
            rpc_error(rpc_code::failed,
                      std::to_string(sessions_max) + " clients play already, which is the limit."));
    }
    control::play_result made;
    for (std::size_t i = 0; i < events->size(); ++i) {
        std::string why = mine->play((*events)[i]);
        if (why.empty()) {
            ++made.accepted;
        } else {
            made.refused.push_back({i, std::move(why)});
        }
    }
    made.now_ns = mine->now_ns();
    return control::write_play_result(made);
}

} // namespace tactus::daemon
