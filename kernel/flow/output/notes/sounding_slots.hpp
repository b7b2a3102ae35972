// SPDX-License-Identifier: MIT
// The slots of the file of what may sound, over all outputs: whose each is, and those that are
// aside. These are of an output that is not there any more, or has another definition: nobody is
// about to end what they have, until a port of the same key or name comes up at an output of the
// same type.
// Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding_record.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/output/output_table.hpp"
#include "kernel/time/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace tactus::flow {

class sounding_slots {
public:
    // All must outlive it.
    sounding_slots(output_table& outputs, output_account& account,
                   const time::clock& clock) noexcept
        : outputs_(outputs), account_(account), clock_(clock) {}

    // The notes that may sound at the output with that name and definition (may_sound) are written
    // into the file from now on. Notes that the file has of it already are left from a daemon that
    // did not end properly: they are ended when their port comes up, whatever the settings are.
    // Returns how many notes and pedals that is. Bounds: before the output has ports. The file must
    // outlive it, or end().
    std::size_t record_in(sounding_file& file, std::uint16_t output, std::string_view name,
                          std::string_view definition = {});
    using slot_visitor = std::function<void(const sounding_file::slot&)>;
    // All outputs of a new start are recorded: the slots of others are set aside. Visits the slots
    // that are given up, since they were there in starts_max starts, or are damaged.
    void begin_aside(const slot_visitor& given_up);
    // Sets aside the slots of the notes that sound at this output. Bounds: its sink has no event.
    output_notes::left_behind set_aside(output& of);
    void for_each_aside(const slot_visitor& visit);
    // Takes over the slots that were set aside for ports of this output that are up.
    void adopt(output& by);
    // Nothing more is sent: the file has what still sounds; with keeps false, nothing. Notes that
    // are aside stay.
    void end(bool keeps);

private:
    [[nodiscard]] bool is_recorded_in(const sounding_file::slot& slot) noexcept;
    void count_aside();

    output_table& outputs_;
    output_account& account_;
    const time::clock& clock_;
    sounding_file* file_ = nullptr; // from record_in() to end()
    std::size_t aside_ = 0;
};

} // namespace tactus::flow
