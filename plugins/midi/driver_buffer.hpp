// SPDX-License-Identifier: MIT
// How many bytes a raw MIDI device's driver still takes. The sequencer does not say: what does not
// fit into the driver's buffer (4096 bytes, unless its module was told otherwise) it throws away,
// and only the kernel's log tells. /proc/asound shows how full each is. It is read only when what
// was written since the last look may have filled it. Where /proc/asound may not be seen, the
// buffer is taken to be of that size and to be emptied at a MIDI cable's speed, which no device is
// slower than. Threads: one at a time.
#pragma once

#include "alsa_port.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace midi {

/// A long SysEx goes to a device in such parts, each when no more than so much is left in the
/// driver's buffer, of 4096 bytes: what comes behind it, as a clock tick, waits the less.
inline constexpr std::size_t device_part = 256;
inline constexpr std::size_t part_queued_max = 1024;

class driver_buffer {
public:
    static constexpr std::size_t usual_size = 4096;

    struct fill {
        std::size_t size = 0;
        std::size_t free = 0;
        bool operator==(const fill&) const = default;
    };

    explicit driver_buffer(const alsa_port& of);

    /// Whether that many bytes find room, and, where `queued_max` is given, no more than so many
    /// wait before them. Blocks: some 30 us at most, to read /proc.
    bool has_room(std::size_t bytes, std::int64_t now_ns,
                  std::optional<std::size_t> queued_max = std::nullopt) noexcept;
    void took(std::size_t bytes) noexcept;
    std::size_t size() const noexcept { return size_; }

    /// What /proc/asound/card1/midi0 says: of that output, or, where the kernel writes what a
    /// program reads (snd-virmidi), of the fullest input that is open. Empty: nothing of it.
    static std::optional<fill> parse(std::string_view text, alsa_kind kind, int subdevice) noexcept;

private:
    std::optional<fill> look() const noexcept;
    void estimate(std::int64_t now_ns) noexcept;

    std::string path_;
    alsa_kind kind_;
    int subdevice_;
    std::size_t size_ = usual_size;
    std::size_t free_ = 0; // at least so much, as far as we know
    std::int64_t estimated_ns_ = 0;
};

} // namespace midi
