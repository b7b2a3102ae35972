// SPDX-License-Identifier: MIT
// All that is known of the ports of all outputs, in a piece of memory that outlives the process (a
// mapped file): one slot for each port that has something to tell. It can be read after a SIGKILL
// at any moment. The layout, in the byte order of the machine:
//
//   file   := header slot{slots}
//   header := mark[8] version:u32 slot_size:u32 slots:u32 paths_size:u32 checksum:u32 zero:u32
//             paths[4064]         the configuration's files, absolute, then its arguments of
//                                 --set, as argument_mark and the argument; each with a 0 behind
//   slot   := checksum:u32 used:u32 starts:u32 zero:u32 output[72] port[256] written_for[256] state
//             texts end with a 0; port is the port's key; used is 1, or 0 if the slot is free
//   checksum := FNV-1a, 32 bits, of what follows it: of the header, from paths on; of a slot, its
//             three texts
//
// A state has no checksum: it is written word by word while events leave, and each word is valid at
// each moment. Threads: loop.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace tactus::flow {

inline constexpr std::string_view argument_mark = "--set ";

// Whose state a slot has.
struct state_label {
    std::string_view output;        // its name
    std::string_view port;          // its key
    std::string_view written_for{}; // see port_notes
};

// `kept` is written before what comes next, as far as a killed process goes: the processor's order
// is the program's for everyone, so only the compiler must be held.
inline void keep_order() noexcept {
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

// FNV-1a. Source: draft-eastlake-fnv-21, section 2.
inline std::uint32_t fnv_1a(std::span<const std::byte> bytes) noexcept {
    std::uint32_t hash = 2'166'136'261U;
    for (const std::byte each : bytes) {
        hash = (hash ^ std::to_integer<std::uint32_t>(each)) * 16'777'619U;
    }
    return hash;
}

// State: trivial; all zero is the state of a port that has nothing to tell.
template <class State, std::uint32_t Slots = 512>
class state_file {
public:
    static constexpr std::uint32_t slots = Slots;
    // How often a slot is taken over by a new start whose port does not come: a peer that will
    // never return must not use a slot for ever.
    static constexpr std::uint32_t starts_max = 16;

    struct slot {
        std::uint32_t checksum;
        std::uint32_t used;
        std::uint32_t starts;
        std::uint32_t zero;
        std::array<char, 72> output;
        std::array<char, 256> port;
        std::array<char, 256> written_for;
        State state;

        // Bounds: an intact slot.
        [[nodiscard]] state_label label() const noexcept {
            return {output.data(), port.data(), written_for.data()};
        }
        [[nodiscard]] bool is_intact() const noexcept {
            return checksum == fnv_1a(texts()) && output.back() == 0 && port.back() == 0 &&
                   written_for.back() == 0;
        }
        [[nodiscard]] std::span<const std::byte> texts() const noexcept {
            return std::as_bytes(std::span(this, 1))
                .subspan(offsetof(slot, output), output.size() + port.size() + written_for.size());
        }
    };

    // Bounds: `memory` has size() bytes and outlives the object. Reads nothing.
    state_file(std::span<std::byte> memory, std::string_view mark) noexcept
        : header_(reinterpret_cast<header*>(memory.data())),
          slots_(reinterpret_cast<slot*>(memory.data() + sizeof(header))), mark_(mark) {}
    [[nodiscard]] static constexpr std::size_t size() noexcept {
        return sizeof(header) + slots * sizeof(slot);
    }

    // Whether the header is whole and of this version.
    [[nodiscard]] bool is_intact() const noexcept {
        return std::string_view(header_->mark.data(), header_->mark.size()) == mark_ &&
               header_->version == version && header_->slot_size == sizeof(slot) &&
               header_->slots == slots && header_->paths_size <= header_->paths.size() &&
               header_->checksum == fnv_1a(paths_bytes());
    }
    // Whether nothing was ever written.
    [[nodiscard]] bool is_blank() const noexcept {
        return header_->mark.front() == 0 && header_->version == 0;
    }
    // Empties it. The mark is written last, so a part of this is no intact file.
    void format() noexcept {
        header_->mark = {};
        keep_order();
        std::memset(slots_, 0, slots * sizeof(slot));
        header_->version = version;
        header_->slot_size = sizeof(slot);
        header_->slots = slots;
        write_paths({});
        keep_order();
        std::copy(mark_.begin(), mark_.end(), header_->mark.begin());
    }

    // The configuration's files, each with a 0 at its end. Those that have no room are left out.
    [[nodiscard]] std::string_view paths() const noexcept {
        return {header_->paths.data(), header_->paths_size};
    }
    void set_paths(std::string_view all) noexcept {
        if (all != paths()) { // a part of this write is no intact file
            write_paths(all.size() <= header_->paths.size() ? all : std::string_view());
        }
    }

    // A free slot, labelled, with an empty state. nullptr if there is none, or if a text is empty
    // that must not be, or too long.
    [[nodiscard]] slot* take(const state_label& label) noexcept {
        if (label.output.empty() || label.output.size() >= sizeof(slot::output) ||
            label.port.empty() || label.port.size() >= sizeof(slot::port) ||
            label.written_for.size() >= sizeof(slot::written_for)) {
            return nullptr;
        }
        slot* const found =
            std::find_if(slots_, slots_ + slots, [](const slot& each) { return each.used == 0; });
        if (found == slots_ + slots) {
            return nullptr;
        }
        *found = slot{};
        std::copy(label.output.begin(), label.output.end(), found->output.begin());
        std::copy(label.port.begin(), label.port.end(), found->port.begin());
        std::copy(label.written_for.begin(), label.written_for.end(), found->written_for.begin());
        found->checksum = fnv_1a(found->texts());
        keep_order();
        found->used = 1;
        keep_order();
        return found;
    }
    // Bounds: a slot of this file, in use.
    static void release(slot& one) noexcept {
        one.used = 0;
        keep_order();
    }
    // Calls visit(slot&) for each that is in use; it may release it.
    template <class Visitor>
    void for_each(Visitor&& visit) {
        for (slot& each : std::span(slots_, slots)) {
            if (each.used != 0) {
                visit(each);
            }
        }
    }

private:
    static constexpr std::uint32_t version = 1;

    struct header {
        std::array<char, 8> mark;
        std::uint32_t version;
        std::uint32_t slot_size;
        std::uint32_t slots;
        std::uint32_t paths_size;
        std::uint32_t checksum;
        std::uint32_t zero;
        std::array<char, 4064> paths;
    };
    static_assert(sizeof(header) == 4096 && alignof(slot) <= alignof(std::max_align_t));

    void write_paths(std::string_view all) noexcept {
        header_->paths = {};
        std::copy(all.begin(), all.end(), header_->paths.begin());
        header_->paths_size = static_cast<std::uint32_t>(all.size());
        header_->checksum = fnv_1a(paths_bytes());
    }
    [[nodiscard]] std::span<const std::byte> paths_bytes() const noexcept {
        return std::as_bytes(std::span(header_->paths));
    }

    header* header_;
    slot* slots_;
    std::string_view mark_;
};

} // namespace tactus::flow
