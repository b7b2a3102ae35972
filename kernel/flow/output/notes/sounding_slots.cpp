// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/sounding_slots.hpp"

namespace tactus::flow {

std::size_t sounding_slots::record_in(sounding_file& file, std::uint16_t output,
                                      std::string_view name, std::string_view definition) {
    flow::output& of = outputs_[output];
    file_ = &file;
    of.notes.recorder().start(file, name, of.ports, definition);
    std::size_t found = 0;
    file.for_each([&](sounding_file::slot& each) {
        if (!each.is_intact() || !of.notes.recorder().is_for(each) || is_recorded_in(each)) {
            return;
        }
        const std::size_t on = each.state.read().to_end();
        if (on == 0) {
            sounding_file::release(each);
            return;
        }
        if (each.starts >= sounding_file::starts_max) { // begin_aside() gives it up
            return;
        }
        ++each.starts;
        found += on;
        of.notes.recorder().take_over(of.ports.expect(each.label().port), each, clock_.now_ns());
    });
    return found;
}

void sounding_slots::begin_aside(const slot_visitor& given_up) {
    file_->for_each([&](sounding_file::slot& each) {
        if (is_recorded_in(each)) {
            return;
        }
        const bool is_intact = each.is_intact();
        const bool is_silent = is_intact && each.state.read().to_end() == 0;
        if (!is_intact || is_silent || ++each.starts > sounding_file::starts_max) {
            if (!is_silent) {
                given_up(each);
            }
            sounding_file::release(each);
        }
    });
    count_aside();
}

void sounding_slots::for_each_aside(const slot_visitor& visit) {
    if (aside_ > 0) {
        file_->for_each([&](const sounding_file::slot& each) {
            if (each.is_intact() && !is_recorded_in(each)) {
                visit(each);
            }
        });
    }
}

void sounding_slots::count_aside() {
    aside_ = 1; // for_each_aside() looks
    std::size_t found = 0;
    for_each_aside([&](const sounding_file::slot&) { ++found; });
    aside_ = found;
}

void sounding_slots::adopt(output& by) {
    if (aside_ == 0 || !by.notes.recorder().is_on()) {
        return;
    }
    file_->for_each([&](sounding_file::slot& each) {
        if (!each.is_intact() || !by.notes.recorder().is_of_type(each) || is_recorded_in(each)) {
            return;
        }
        by.ports.for_each([&](const port_table::entry& port) {
            const bool is_same = port.key == each.label().port ||
                                 (!port.name.empty() && port.name == each.state.named());
            if (port.is_up && each.used != 0 && is_same) {
                by.notes.recorder().adopt(port.number, each, clock_.now_ns());
            }
        });
    });
    count_aside();
}

// A reload replaces an output by one of the same name: for a moment both are there.
bool sounding_slots::is_recorded_in(const sounding_file::slot& slot) noexcept {
    bool found = false;
    outputs_.for_each([&](output& of) {
        for (const port_notes::entry& each : of.notes.ports()) {
            found = found || each.record.slot() == &slot;
        }
    });
    return found;
}

void sounding_slots::end(bool keeps) {
    outputs_.for_each([&](output& of) {
        account_.collect(of);
        of.notes.end_record(keeps);
    });
    file_ = nullptr;
    aside_ = 0;
}

output_notes::left_behind sounding_slots::set_aside(output& of) {
    account_.collect(of);
    const output_notes::left_behind left = of.notes.set_aside();
    if (left.kept > 0) {
        count_aside();
    }
    return left;
}

} // namespace tactus::flow
