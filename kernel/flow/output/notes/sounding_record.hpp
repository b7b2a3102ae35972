// SPDX-License-Identifier: MIT
// The notes that may sound at one port, in a slot of a file that outlives the process: a new start
// ends them. It never has less than what sounds: a beginning is written before it is sent, and an
// end when it was sent. It may have more for a moment, which costs a note-off for a silent note
// after a crash. Without a slot it does nothing. No system call, no allocation but the first.
// Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"
#include "kernel/flow/output/state_file.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::flow {

// By place: one bit each, place 0 first.
struct may_sound {
    static constexpr std::size_t bits = 64;
    static constexpr std::size_t words = (sounding::places + bits - 1) / bits;

    std::int64_t latest_ns; // CLOCK_MONOTONIC: when the last that left as OSC is due
    std::array<std::uint64_t, words> on;
    // The output's table as TOML, without its name, and a 0 behind: what it takes to open it again.
    // Of one that is too long, the first line only, which is its type.
    std::array<char, 1024> definition;
    // The port's name when it last was up, and a 0 behind; empty if it is too long.
    std::array<char, 256> name;

    [[nodiscard]] std::string_view named() const noexcept {
        return {name.data(),
                static_cast<std::size_t>(std::find(name.begin(), name.end(), '\0') - name.begin())};
    }
    void name_as(std::string_view text) noexcept {
        name = {};
        if (text.size() < name.size()) {
            std::copy(text.begin(), text.end(), name.begin());
        }
    }
    [[nodiscard]] std::string_view defined() const noexcept {
        const auto* const end = std::find(definition.begin(), definition.end(), '\0');
        return {definition.data(), static_cast<std::size_t>(end - definition.begin())};
    }
    void define(std::string_view as) noexcept {
        as = shortened(as);
        std::copy(as.begin(), as.end(), definition.begin());
    }
    // As the file has it.
    [[nodiscard]] static std::string_view shortened(std::string_view whole) noexcept {
        const std::string_view type = type_line(whole);
        return whole.size() < sizeof definition  ? whole
               : type.size() < sizeof definition ? type
                                                 : std::string_view();
    }
    [[nodiscard]] static std::string_view type_line(std::string_view of) noexcept {
        return of.substr(0, of.find('\n') == of.npos ? of.size() : of.find('\n') + 1);
    }

    [[nodiscard]] sounding read() const noexcept {
        sounding what;
        for (std::size_t place = 0; place < sounding::places; ++place) {
            if ((on[place / bits] >> place % bits & 1U) != 0) {
                what.begin(place);
            }
        }
        return what;
    }
};

inline constexpr std::string_view sounding_mark = "tactus.s";
using sounding_file = state_file<may_sound>;

class sounding_record {
public:
    sounding_record() = default;
    // A slot of the file's own; none if it is full, or the label does not fit.
    sounding_record(sounding_file& file, const state_label& label, std::string_view definition = {},
                    std::string_view name = {}) noexcept
        : sounding_record(file.take(label)) {
        if (slot_ != nullptr) {
            slot_->state.define(definition);
            slot_->state.name_as(name);
        }
    }
    // A slot that is in use already. nullptr: none.
    explicit sounding_record(sounding_file::slot* slot) noexcept : slot_(slot), is_tried_(true) {}
    // The file's slot is free again, whatever it has.
    void release() noexcept {
        if (slot_ != nullptr) {
            sounding_file::release(*std::exchange(slot_, nullptr));
        }
    }

    // Whether it was made with a file, even if it got no slot.
    [[nodiscard]] bool is_tried() const noexcept { return is_tried_; }
    // nullptr: none.
    [[nodiscard]] sounding_file::slot* slot() const noexcept { return slot_; }

    // A beginning is about to be sent.
    void begin(std::size_t place) noexcept {
        if (slot_ != nullptr) {
            change(place / may_sound::bits, ~std::uint64_t{0}, mask_of(place));
        }
    }
    // An end was sent. A beginning that is under way may come after it.
    void end(std::size_t place) noexcept {
        if (slot_ != nullptr && (under_way_.empty() || under_way_[place] == 0)) {
            change(place / may_sound::bits, ~mask_of(place), 0);
        }
    }
    void end_notes_of(std::size_t channel) noexcept {
        for (std::size_t i = 0; slot_ != nullptr && i < 128; ++i) {
            end(channel * 128 + i);
        }
    }
    // A beginning leaves, and is known to have arrived later; in between, it may have. Allocates
    // the first time.
    void left(std::size_t place) {
        if (slot_ == nullptr) {
            return;
        }
        if (under_way_.empty()) {
            under_way_.resize(sounding::places);
        }
        ++under_way_[place];
        begin(place);
    }
    void arrived(std::size_t place) noexcept {
        if (!under_way_.empty() && under_way_[place] > 0) {
            --under_way_[place];
        }
    }
    // The port came up with that name, so it is not one that never returns.
    void came_up(std::string_view name) noexcept {
        if (slot_ != nullptr) {
            slot_->starts = 0;
            slot_->state.name_as(name);
        }
    }
    void set_latest(std::int64_t due_ns) noexcept {
        if (slot_ != nullptr) {
            std::atomic_ref(slot_->state.latest_ns).store(due_ns, std::memory_order_relaxed);
        }
    }
    // The last word: exactly these, whatever is under way. Nothing is written afterwards.
    void finish(const sounding& what) noexcept {
        if (what.to_end() == 0) {
            release();
        } else if (slot_ != nullptr) {
            std::array<std::uint64_t, may_sound::words> on{};
            what.for_each(
                [&](std::size_t place) { on[place / may_sound::bits] |= mask_of(place); });
            for (std::size_t word = 0; word < on.size(); ++word) {
                change(word, 0, on[word]);
            }
            slot_ = nullptr;
        }
    }
    void add(const std::bitset<sounding::places>& places) noexcept {
        for (std::size_t i = places._Find_first(); slot_ != nullptr && i < sounding::places;
             i = places._Find_next(i)) {
            begin(i);
        }
    }

private:
    static constexpr std::uint64_t mask_of(std::size_t place) noexcept {
        return std::uint64_t{1} << place % may_sound::bits;
    }
    // Relaxed: one thread writes. Atomic, so that the word is written as a whole and at this place.
    void change(std::size_t word, std::uint64_t kept, std::uint64_t added) noexcept {
        const std::atomic_ref<std::uint64_t> at(slot_->state.on[word]);
        at.store((at.load(std::memory_order_relaxed) & kept) | added, std::memory_order_relaxed);
        keep_order();
    }

    sounding_file::slot* slot_ = nullptr;
    bool is_tried_ = false;
    // By place: beginnings that left and are not known to have arrived. Empty until there is one.
    std::vector<std::uint32_t> under_way_;
};

} // namespace tactus::flow
