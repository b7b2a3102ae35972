// SPDX-License-Identifier: MIT
// Input and output within the process: the memory inputs of a channel emit the events that its
// memory outputs are sent. For tests and examples, which need no device. Bytes are copied into the
// input's inbox, which the input's own task empties; a full inbox pauses the output. All instances
// of an image run on one loop thread; therefore nothing here is locked.
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using tactus::context;
using tactus::send_result;
using tactus::task;

class memory_in;
class memory_out;

/// The present members of a channel.
struct channel_members {
    std::vector<memory_in*> inputs;
    std::vector<memory_out*> outputs;
};

/// The only state that instances share. Threads: loop. Entries without members are removed.
std::map<std::string, channel_members>& channels() {
    static std::map<std::string, channel_members> all;
    return all;
}

/// A member of a channel for its lifetime; see `announced` for the notification of outputs.
template <class Member>
class membership {
public:
    membership(const std::string& channel, std::vector<Member*> channel_members::*role,
               Member& member)
        : channel_(channel), role_(role), member_(member) {
        (channels()[channel_].*role_).push_back(&member_);
    }
    membership(const membership&) = delete;
    membership& operator=(const membership&) = delete;
    ~membership() {
        auto& members = channels()[channel_];
        std::erase(members.*role_, &member_);
        if (members.inputs.empty() && members.outputs.empty()) {
            channels().erase(channel_);
        }
    }

private:
    const std::string& channel_;
    std::vector<Member*> channel_members::*role_;
    Member& member_;
};

void notify_outputs(const std::string& channel) noexcept;

class memory_in {
public:
    struct config {
        std::string channel;
        std::uint32_t events = 0;
        tactus::byte_count bytes;
    };

    static constexpr tactus::plugin_info info{
        "memory_in", "memory", "0.1.0",
        "tactus",    "MIT",    "Receives the events that the memory outputs of its channel send."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::channel, "channel", "\"main\"", "The channel's name."),
        tactus::option(&config::events, "events", "1024", "Events that may wait in the inbox.")
            .range("1", "1000000"),
        tactus::option(&config::bytes, "bytes", "\"1MiB\"", "Bytes that may wait in the inbox.")
            .range("\"64KiB\"", "\"1024MiB\""));
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0};

    explicit memory_in(config settings)
        : config_(std::move(settings)), first_(config_.events, config_.bytes.value),
          second_(config_.events, config_.bytes.value) {}

    task<> run(context& here) {
        here.ports().add(tactus::port_info(config_.channel, tactus::port_state::up));
        const announced joined(config_.channel, *this);
        for (;;) {
            co_await has_come_.wait();
            has_come_.reset();
            std::swap(inbox_, outgoing_);
            notify_outputs(config_.channel); // there is room again
            co_await here.emit(outgoing_->view());
            outgoing_->clear();
        }
    }

    bool has_room(const tactus_event& event) noexcept {
        return inbox_->size() < config_.events && event.size <= inbox_->room().size();
    }
    /// Bounds: has_room().
    void put(const tactus_event& event) noexcept {
        tactus_event* copy = inbox_->add(event.protocol, tactus::bytes_of(event));
        if (copy != nullptr) {
            copy->flags = event.flags & TACTUS_EVENT_CRITICAL;
            has_come_.set();
        }
    }

private:
    /// The membership; the outputs are notified when it begins and when it ends.
    struct announced {
        announced(const std::string& of_channel, memory_in& input)
            : channel(of_channel),
              taken(std::in_place, of_channel, &channel_members::inputs, input) {
            notify_outputs(channel);
        }
        ~announced() {
            taken.reset();
            notify_outputs(channel);
        }
        const std::string& channel;
        std::optional<membership<memory_in>> taken;
    };

    config config_;
    tactus::batch_builder first_;
    tactus::batch_builder second_;
    tactus::batch_builder* inbox_ = &first_;
    tactus::batch_builder* outgoing_ = &second_;
    tactus::event has_come_;
};

class memory_out {
public:
    struct config {
        std::string channel;
    };

    static constexpr tactus::plugin_info info{
        "memory_out", "memory", "0.1.0",
        "tactus",     "MIT",    "Hands events to the memory inputs of its channel."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::channel, "channel", "\"main\"", "The channel's name."));
    static constexpr const char* const interfaces[] = {TACTUS_PORTS_0};
    static constexpr std::uint32_t protocols =
        tactus::protocol_bit(TACTUS_PROTO_MIDI) | tactus::protocol_bit(TACTUS_PROTO_OSC);

    memory_out(config settings, context& here) : here_(here), config_(std::move(settings)) {}

    task<> run(context& here) {
        port_ = here.ports().add(tactus::port_info(config_.channel, state()));
        const membership<memory_out> taken(config_.channel, &channel_members::outputs, *this);
        update();
        co_await here.until_stop();
    }

    /// Either all inputs of the channel get an event, or none.
    send_result send(tactus::batch_view batch) noexcept {
        const auto found = channels().find(config_.channel);
        if (found == channels().end() || found->second.inputs.empty()) {
            return send_result(0, TACTUS_E_CLOSED);
        }
        const std::vector<memory_in*>& inputs = found->second.inputs;
        std::uint32_t accepted = 0;
        for (const tactus_event& event : batch) {
            const auto has_room = [&event](memory_in* input) { return input->has_room(event); };
            if (!std::all_of(inputs.begin(), inputs.end(), has_room)) {
                is_paused_ = true;
                return send_result(accepted, TACTUS_E_AGAIN);
            }
            for (memory_in* input : inputs) {
                input->put(event);
            }
            ++accepted;
        }
        return send_result::all(batch);
    }

    /// An input came, went, or has room again.
    void update() noexcept {
        const tactus::port_state now = state();
        try {
            if (std::exchange(told_, now) != now) {
                here_.ports().update(port_, tactus::port_info(config_.channel, now));
            }
        } catch (const tactus::failure& failed) {
            here_.log().error("The port of this output could not be updated: " + failed.text() +
                              ".");
        }
        if (std::exchange(is_paused_, false)) {
            here_.ports().writable(port_);
        }
    }

private:
    tactus::port_state state() const {
        const auto found = channels().find(config_.channel);
        const bool is_heard = found != channels().end() && !found->second.inputs.empty();
        return is_heard ? tactus::port_state::up : tactus::port_state::offline;
    }

    context& here_;
    config config_;
    std::uint32_t port_ = 0;
    tactus::port_state told_ = tactus::port_state::offline;
    bool is_paused_ = false;
};

void notify_outputs(const std::string& channel) noexcept {
    const auto found = channels().find(channel);
    if (found != channels().end()) {
        for (memory_out* output : found->second.outputs) {
            output->update();
        }
    }
}

} // namespace

TACTUS_PLUGINS(memory_in, memory_out);
