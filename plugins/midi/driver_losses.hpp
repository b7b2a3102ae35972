// SPDX-License-Identifier: MIT
// What a raw MIDI device's driver has thrown away of what the device sent: its buffer (4096 bytes,
// unless its module was told otherwise) was full, since the kernel did not come to empty it. Nobody
// is told of that; /proc/asound counts it. Where that may not be seen, nothing is known.
//
// What is missing was behind a whole buffer when it was thrown away. So whoever looks each time
// that half a buffer has come sees it before what is behind the gap comes. Threads: one at a time.
#pragma once

#include "alsa_port.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace midi {

class driver_losses {
public:
    struct look {
        std::uint64_t lost = 0;  // bytes, since it was opened
        std::size_t waiting = 0; // bytes
        std::size_t size = 0;    // of the buffer, bytes
        bool operator==(const look&) const = default;
    };

    explicit driver_losses(const alsa_port& of);

    /// Before so many bytes that came are used: whether more has been lost. Blocks: some 30 us at
    /// most, once for half a buffer, to read /proc.
    bool has_lost_before(std::size_t bytes) noexcept;
    /// Whether nothing waits in the driver any more.
    bool is_drained() const noexcept;

    /// What /proc/asound/card1/midi0 says of that input. Empty: it is not open.
    static std::optional<look> parse(std::string_view text, int subdevice) noexcept;

private:
    std::optional<look> ask() const noexcept;

    std::string path_;
    int subdevice_;
    std::size_t unchecked_ = 0; // bytes that came since the last look
    std::size_t check_every_;   // bytes
    std::uint64_t lost_ = 0;    // bytes, at the last look
};

} // namespace midi
