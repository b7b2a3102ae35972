// SPDX-License-Identifier: MIT
// The settings that each port of one output was sent last for its channels, for an output with
// `restore`. In slots of a file that outlives the process, if there is one and it has room; else in
// memory, 6 KiB for each port. Without `restore` there is nothing. Threads: loop.
#pragma once

#include "kernel/flow/output/channels/channel_state.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/output/state_file.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::flow {

inline constexpr std::string_view channels_mark = "tactus.c";
inline constexpr std::uint32_t channel_slots = 64;
using channels_file = state_file<channel_states, channel_slots>;

class channel_memory {
public:
    // Ad-hoc peers come and go; beyond this the longest known loses what is kept of it.
    static constexpr std::size_t ports_max = 64;

    // Takes over what a file has of the output with that name, and keeps all in it from now on.
    // Bounds: before the output has ports. The file must outlive it, or end(). Allocates.
    void keep_in(channels_file& file, std::string_view output, port_table& ports) {
        file_ = &file;
        output_ = output;
        file.for_each([&](channels_file::slot& each) {
            if (!each.is_intact() || each.label().output != output) {
                return;
            }
            if (++each.starts > channels_file::starts_max || ports_.size() == ports_max) {
                channels_file::release(each);
                return;
            }
            kept one;
            one.port = ports.expect(each.label().port);
            one.slot = &each;
            ports_.push_back(std::move(one));
        });
    }
    // The output begins to restore: nothing is known of its ports, whatever the file has of that
    // name, and what is sent is kept in the file from now on. The file must outlive it, or end().
    void begin_in(channels_file& file, std::string_view output) {
        forget();
        file.for_each([&](channels_file::slot& each) {
            if (each.is_intact() && each.label().output == output) {
                channels_file::release(each);
            }
        });
        file_ = &file;
        output_ = output;
    }
    // It does not restore any more: nothing is kept, in the file neither.
    void forget() noexcept {
        for (const kept& each : ports_) {
            if (each.slot != nullptr) {
                channels_file::release(*each.slot);
            }
        }
        end();
    }
    // The file has what is kept, and is not written any more.
    void end() noexcept { ports_.clear(), file_ = nullptr; }

    // A message was sent to a port that is up. Allocates for a port's first.
    void sent(const port_table& ports, std::uint32_t port, std::span<const std::uint8_t> message) {
        if (message[0] >= 0xB0 && message[0] < 0xF0) {
            of(ports, port).states().follow(message);
        }
    }

    // Calls restore(port, states) for each port that has come up since the last call.
    template <class Restore>
    void ports_changed(const port_table& ports, Restore&& restore) {
        for (kept& each : ports_) {
            const bool is_up = ports.is_up(each.port);
            if (is_up && !std::exchange(each.was_up, is_up)) {
                if (each.slot != nullptr) {
                    each.slot->starts = 0;
                }
                restore(each.port, std::as_const(each).states());
            }
            each.was_up = is_up;
        }
    }

private:
    struct kept {
        std::uint32_t port = 0;
        bool was_up = false;
        channels_file::slot* slot = nullptr;
        std::unique_ptr<channel_states> own{}; // without a slot

        [[nodiscard]] channel_states& states() noexcept { return slot ? slot->state : *own; }
        [[nodiscard]] const channel_states& states() const noexcept {
            return slot ? slot->state : *own;
        }
    };

    [[nodiscard]] kept& of(const port_table& ports, std::uint32_t port) {
        const auto found = std::find_if(ports_.begin(), ports_.end(),
                                        [port](const kept& each) { return each.port == port; });
        if (found != ports_.end()) {
            return *found;
        }
        if (ports_.size() == ports_max) {
            if (ports_.front().slot != nullptr) {
                channels_file::release(*ports_.front().slot);
            }
            ports_.erase(ports_.begin());
        }
        kept made;
        made.port = port;
        made.was_up = true;
        made.slot = file_ != nullptr ? file_->take({output_, ports.key(port)}) : nullptr;
        if (made.slot == nullptr) {
            made.own = std::make_unique<channel_states>();
        }
        ports_.push_back(std::move(made));
        return ports_.back();
    }

    std::vector<kept> ports_;
    channels_file* file_ = nullptr;
    std::string output_;
};

} // namespace tactus::flow
