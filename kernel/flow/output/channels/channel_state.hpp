// SPDX-License-Identifier: MIT
// The lasting settings of one MIDI channel, as they were sent last, and the messages that give a
// device that lost them all of them back. Not restored: notes and what holds them (pedals: the foot
// may have left them while the device was away), channel mode (120 to 127), and what acts only once
// (84 portamento control, 88 high resolution velocity, 96 and 97 data increment and decrement).
// Sources: MIDI 1.0, tables 3 and 3a; RP-015 (what controller 121 resets). Threads: one at a time.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

// Trivial, and all zero while nothing was sent: it may be in a file (state_file.hpp). Therefore a
// value is kept as value + 1, with 0 for none.
class channel_state {
public:
    // RPN and NRPN together; values of further ones are not kept.
    static constexpr std::size_t parameters_max = 48;

    // Follows a message of this channel that was sent. Bounds: codec::midi_check accepts it.
    void follow(std::span<const std::uint8_t> message) noexcept {
        switch (message[0] & 0xF0) {
        case 0xB0:
            control(message[1], message[2]);
            break;
        case 0xC0:
            program_ = plus_one(message[1]);
            bank_ = {controllers_[bank_msb], controllers_[bank_lsb]};
            break;
        case 0xD0:
            pressure_ = plus_one(message[1]);
            break;
        case 0xE0:
            bend_ = {plus_one(message[1]), plus_one(message[2])};
            break;
        default:
            break;
        }
    }

    // Calls send(message) for each message, in the order that devices need: the bank before its
    // program, whatever a program resets after it, the selection of a parameter before its value,
    // the last selection after all values.
    template <class Send>
    void restore(std::uint8_t channel, Send&& send) const {
        const auto give = [&](std::uint8_t controller, std::uint8_t kept) {
            if (kept != 0) {
                send(sounding::message_bytes{static_cast<std::uint8_t>(0xB0 | channel), controller,
                                             minus_one(kept)});
            }
        };
        give_program(channel, give, send);
        give_parameters(give);
        for (std::uint8_t i = 0; i < controllers_.size(); ++i) {
            if (kind_of(i) == kind::plain) {
                give(i, controllers_[i]);
            }
        }
        if (bend_[1] != 0) {
            send(sounding::message_bytes{static_cast<std::uint8_t>(0xE0 | channel),
                                         minus_one(bend_[0]), minus_one(bend_[1])});
        }
        if (pressure_ != 0) {
            send(sounding::message_bytes{static_cast<std::uint8_t>(0xD0 | channel),
                                         minus_one(pressure_), 0});
        }
    }

private:
    enum class kind : std::uint8_t { plain, bank, value, step, selection, mode, passing };
    enum class space : std::uint8_t { none, registered, others }; // RPN, NRPN

    struct parameter {
        space of;
        std::array<std::uint8_t, 2> number; // MSB, LSB; both plus one
        std::array<std::uint8_t, 2> value;  // likewise
    };

    static constexpr std::uint8_t bank_msb = 0;
    static constexpr std::uint8_t bank_lsb = 32;
    static constexpr std::uint8_t data_msb = 6;
    static constexpr std::uint8_t data_lsb = 38;
    static constexpr std::uint8_t reset_all = 121;

    static constexpr std::uint8_t plus_one(std::uint8_t value) noexcept {
        return static_cast<std::uint8_t>(value + 1);
    }
    static constexpr std::uint8_t minus_one(std::uint8_t kept) noexcept {
        return static_cast<std::uint8_t>((kept - 1) & 0x7F); // also of a damaged file
    }
    static constexpr kind kind_of(std::uint8_t controller) noexcept {
        switch (controller) {
        case bank_msb:
        case bank_lsb:
            return kind::bank;
        case data_msb:
        case data_lsb:
            return kind::value;
        case 96:
        case 97:
            return kind::step;
        case 98:
        case 99:
        case 100:
        case 101:
            return kind::selection;
        case 64:
        case 66:
        case 69: // sounding::pedals
        case 84:
        case 88:
            return kind::passing;
        default:
            return controller >= 120 ? kind::mode : kind::plain;
        }
    }

    void control(std::uint8_t controller, std::uint8_t value) noexcept {
        switch (kind_of(controller)) {
        case kind::selection:
            selected_ = controller >= 100 ? space::registered : space::others;
            [[fallthrough]];
        case kind::plain:
        case kind::bank:
            controllers_[controller] = plus_one(value);
            break;
        case kind::value:
            if (parameter* const chosen = selected()) {
                chosen->value[controller == data_msb ? 0 : 1] = plus_one(value);
            }
            break;
        case kind::step: // how far a device steps differs: no value is better than a wrong one
            if (parameter* const chosen = selected()) {
                chosen->value = {};
            }
            break;
        case kind::mode:
            if (controller == reset_all) {
                reset();
            }
            break;
        case kind::passing:
            break;
        }
    }
    void reset() noexcept {
        const auto set_if_known = [](std::uint8_t& kept, std::uint8_t value) {
            kept = kept == 0 ? std::uint8_t{0} : plus_one(value);
        };
        set_if_known(controllers_[1], 0);
        set_if_known(controllers_[33], 0);
        set_if_known(controllers_[11], 127);
        set_if_known(controllers_[43], 127);
        set_if_known(controllers_[65], 0);
        set_if_known(controllers_[67], 0);
        set_if_known(controllers_[68], 0);
        set_if_known(pressure_, 0);
        set_if_known(bend_[0], 0);
        set_if_known(bend_[1], 64);
        for (std::uint8_t i = 98; i <= 101; ++i) {
            set_if_known(controllers_[i], 127); // no parameter is selected
        }
    }

    // The controllers that select, MSB and LSB.
    static constexpr std::array<std::uint8_t, 2> selectors(space of) noexcept {
        return of == space::registered ? std::array<std::uint8_t, 2>{101, 100}
                                       : std::array<std::uint8_t, 2>{99, 98};
    }
    // The parameter that data entry acts on; nullptr: none, or the table is full.
    [[nodiscard]] parameter* selected() noexcept {
        if (selected_ == space::none) {
            return nullptr;
        }
        const std::array<std::uint8_t, 2> by = selectors(selected_);
        const std::array<std::uint8_t, 2> number = {controllers_[by[0]], controllers_[by[1]]};
        const bool is_null = number[0] == 128 && number[1] == 128;
        if (number[0] == 0 || number[1] == 0 || is_null) {
            return nullptr;
        }
        const auto found =
            std::find_if(parameters_.begin(), parameters_.end(), [&](const parameter& each) {
                return each.of == space::none || (each.of == selected_ && each.number == number);
            });
        if (found == parameters_.end()) {
            return nullptr;
        }
        found->of = selected_;
        found->number = number;
        return &*found;
    }

    template <class Give, class Send>
    void give_program(std::uint8_t channel, const Give& give, Send& send) const {
        const std::array<std::uint8_t, 2> now = {controllers_[bank_msb], controllers_[bank_lsb]};
        if (program_ != 0) {
            give(bank_msb, bank_[0]);
            give(bank_lsb, bank_[1]);
            send(sounding::message_bytes{static_cast<std::uint8_t>(0xC0 | channel),
                                         minus_one(program_), 0});
        }
        if (program_ == 0 || now != bank_) { // for the next program
            give(bank_msb, now[0]);
            give(bank_lsb, now[1]);
        }
    }
    template <class Give>
    void give_parameters(const Give& give) const {
        bool is_any = false;
        for (const parameter& each : parameters_) {
            if (each.of == space::none || (each.value[0] == 0 && each.value[1] == 0)) {
                continue;
            }
            const std::array<std::uint8_t, 2> by = selectors(each.of);
            give(by[0], each.number[0]);
            give(by[1], each.number[1]);
            give(data_msb, each.value[0]);
            give(data_lsb, each.value[1]);
            is_any = true;
        }
        if (selected_ != space::none && (is_any || controllers_[selectors(selected_)[0]] != 0)) {
            const std::array<std::uint8_t, 2> by = selectors(selected_);
            give(by[0], controllers_[by[0]]);
            give(by[1], controllers_[by[1]]);
        }
    }

    std::array<std::uint8_t, 128> controllers_; // also the bank and the selections
    std::array<std::uint8_t, 2> bank_;          // when the program was sent
    std::array<std::uint8_t, 2> bend_;          // LSB, MSB
    std::uint8_t program_;
    std::uint8_t pressure_;
    space selected_;
    std::array<parameter, parameters_max> parameters_;
};

// Of all channels of a port.
struct channel_states {
    std::array<channel_state, sounding::channels> of;

    void follow(std::span<const std::uint8_t> message) noexcept {
        if (message[0] >= 0xB0 && message[0] < 0xF0) { // neither a note nor of the system
            of[message[0] & 0x0FU].follow(message);
        }
    }
    // See channel_state::restore.
    template <class Send>
    void restore(Send&& send) const {
        for (std::uint8_t channel = 0; channel < of.size(); ++channel) {
            of[channel].restore(channel, send);
        }
    }
};

} // namespace tactus::flow
