// SPDX-License-Identifier: MIT
// Parses /proc/asound/card1/midi0 of a raw MIDI device: how full the driver's buffers are, and how
// much did not fit into them. Any program may read it, also for devices that the sequencer has
// open.
//
//   Input 0
//     Rx bytes     : 60003
//     Buffer size  : 4096
//     Avail        : 0
//     Overruns     : 7856
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace midi {

class raw_midi_status {
public:
    static constexpr std::size_t text_max = 8192; // some 150 bytes for each cable and direction

    /// One cable in one direction. Units: bytes.
    struct substream {
        bool is_input = false;
        int number = -1;       // the cable, from 0
        std::size_t size = 0;  // of the buffer; 0: it is not open
        std::size_t avail = 0; // of an input: bytes waiting to be read; of an output: bytes free
        std::uint64_t overruns = 0; // of an input: bytes lost since it was opened
    };

    static std::string path_of(int card, int device) {
        return "/proc/asound/card" + std::to_string(card) + "/midi" + std::to_string(device);
    }
    /// Reads the file into `into`; empty if it cannot be read. Blocks: 30 us at most.
    static std::optional<std::string_view> read(const std::string& path,
                                                std::span<char, text_max> into) noexcept;

    explicit raw_midi_status(std::string_view text) noexcept : text_(text) {}

    /// Calls `take(const substream&)` for each that is open.
    template <class Take>
    void for_each(Take&& take) const {
        std::string_view rest = text_;
        while (const auto found = next(rest)) {
            if (found->size > 0) {
                take(*found);
            }
        }
    }

private:
    static std::optional<substream> next(std::string_view& rest) noexcept;

    std::string_view text_;
};

} // namespace midi
