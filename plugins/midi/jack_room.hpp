// SPDX-License-Identifier: MIT
// Where the messages of one JACK period are written; libjack's is in jack_output.cpp. Threads:
// JACK's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace midi {

/// One period's room at the port.
class jack_room {
public:
    /// The size of the longest message that fits now. Units: bytes.
    virtual std::size_t left() noexcept = 0;
    /// Returns where to write a message for that frame, which is not before that of the last one;
    /// nullptr if the message is not taken.
    virtual std::uint8_t* reserve(std::uint32_t frame, std::size_t size) noexcept = 0;

protected:
    ~jack_room() = default;
};

} // namespace midi
