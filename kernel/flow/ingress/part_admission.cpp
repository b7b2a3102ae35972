// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/part_admission.hpp"

namespace tactus::flow {

part_admission::finding part_admission::find(const message& part) noexcept {
    return {codec::sysex_part_of(part.bytes),
            dispatcher_.sysex().streams().find(part.input, part.packet->source)};
}

sysex_streams::stream* part_admission::open(const message& first, const finding& found) noexcept {
    if (found.under_way != nullptr) {
        end(*found.under_way);
    }
    sysex_streams::stream* const place = dispatcher_.sysex().streams().find_place(first.arrival_ns);
    if (place != nullptr) {
        if (place->is_open) {
            end(*place);
        }
        sysex_streams::open(*place, first.input, first.packet->source);
        place->last_ns = first.arrival_ns;
    }
    return place;
}

void part_admission::cut(sysex_streams::stream& broken, rejected why) noexcept {
    dispatcher_.sysex().cut(broken, dropped::cancelled);
    broken.refused = why;
}

void part_admission::cut(std::uint16_t input, rejected why) noexcept {
    dispatcher_.sysex().streams().for_each_open([&](sysex_streams::stream& each) {
        if (each.input == input && !each.refused) {
            cut(each, why);
        }
    });
}

void part_admission::end(std::uint16_t input) noexcept {
    dispatcher_.sysex().streams().for_each_open([&](sysex_streams::stream& each) {
        if (each.input == input) {
            end(each);
        }
    });
}

void part_admission::end(sysex_streams::stream& gone) noexcept {
    dispatcher_.sysex().cut(gone, dropped::cancelled);
    close(gone);
}

} // namespace tactus::flow
