// SPDX-License-Identifier: MIT
// A MIDI device in memory: which notes sound and which pedals are down, by port.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace tactus::flow::test {

// What really sounds behind an output: it goes on while nobody is connected.
class model_device {
public:
    void play(const std::string& message, const std::string& port) {
        const auto status = static_cast<std::uint8_t>(message[0]);
        const std::pair channel(port, status & 0x0F);
        const auto first = static_cast<std::uint8_t>(message[1]);
        if ((status & 0xF0) == 0x90) {
            sounding_.insert({channel, first});
        } else if ((status & 0xF0) == 0x80) {
            sounding_.erase({channel, first});
        } else if (first == 120 || first == 123) {
            std::erase_if(sounding_, [=](const auto& note) { return note.first == channel; });
        } else if ((status & 0xF0) == 0xB0 && first == 64) {
            message[2] > 0 ? (void)pedals_.insert(channel) : (void)pedals_.erase(channel);
        }
    }
    [[nodiscard]] std::size_t sounding() const { return sounding_.size(); }
    [[nodiscard]] std::size_t pedals() const { return pedals_.size(); }

private:
    // Port and channel, note.
    std::set<std::pair<std::pair<std::string, int>, std::uint8_t>> sounding_;
    std::set<std::pair<std::string, int>> pedals_;
};

} // namespace tactus::flow::test
