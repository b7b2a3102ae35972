// SPDX-License-Identifier: MIT
// Writes what may sound at one output into the file that a new start reads, once it was started,
// and takes over what an earlier daemon left there. A port gets its slot with the first beginning
// there after the start, and none if the file has no room: it is not recorded then. An end is
// written by the port's own record (sounding_record.hpp). Threads: loop.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/notes/in_flight.hpp"
#include "kernel/flow/output/notes/port_notes.hpp"
#include "kernel/flow/output/notes/sounding.hpp"
#include "kernel/flow/output/notes/sounding_record.hpp"
#include "kernel/flow/output/port_names.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::flow {

class sounding_recorder {
public:
    // The output's; they must outlive it.
    explicit sounding_recorder(port_notes& notes) noexcept : notes_(notes) {}
    sounding_recorder(const sounding_recorder&) = delete;
    sounding_recorder& operator=(const sounding_recorder&) = delete;

    // From now on, what may sound is written into that file, as that output's, which is so defined
    // (may_sound). All must outlive it, or stop().
    void start(sounding_file& file, std::string_view output, const port_table& ports,
               std::string_view definition = {}) {
        file_ = &file;
        output_ = output;
        ports_ = &ports;
        definition_ = may_sound::shortened(definition);
    }
    [[nodiscard]] const std::string& definition() const noexcept { return definition_; }
    [[nodiscard]] bool is_on() const noexcept { return file_ != nullptr; }
    // Whether this output can reach that port again as it is now defined.
    [[nodiscard]] bool is_for(const sounding_file::slot& one) const noexcept {
        const bool is_whole = may_sound::type_line(definition_) != definition_;
        return one.state.defined() == definition_ && (is_whole || one.label().output == output_);
    }
    // Whether it is of an output of the same type, to which a port of that key or name is the same.
    [[nodiscard]] bool is_of_type(const sounding_file::slot& one) const noexcept {
        return may_sound::type_line(one.state.defined()) == may_sound::type_line(definition_);
    }
    // Assigns no more slots. Bounds: the record of each port is finished.
    void stop() noexcept { file_ = nullptr; }

    // It is about to be sent by a sink that sends at once. Bounds: is_on().
    void will_be_sent(std::uint32_t port, std::span<const std::uint8_t> message) {
        if (sounding::effect_of(message) == sounding::effect::begins) {
            will_begin(notes_.of(port), sounding::place_of(message));
        }
    }
    void will_be_sent(const note_change& what) noexcept {
        port_notes::entry* const here = what.is_none() ? nullptr : notes_.find(what.at);
        if (here != nullptr && sounding::effect_of(what.message) == sounding::effect::begins) {
            will_begin(*here, sounding::place_of(what.message));
        }
    }
    // It has left for that port, and is known to have arrived later.
    void left(const note_change& what, port_notes::entry& at) {
        if (is_on() && sounding::effect_of(what.message) == sounding::effect::begins) {
            const std::size_t place = sounding::place_of(what.message);
            will_begin(at, place);
            at.record.left(place);
        }
    }
    static void arrived(const note_change& what, port_notes::entry& at) noexcept {
        if (at.record.slot() != nullptr &&
            sounding::effect_of(what.message) == sounding::effect::begins) {
            at.record.arrived(sounding::place_of(what.message));
        }
    }

    // The notes that a daemon that did not end properly had sounding there. They are ended when the
    // port comes up. Allocates. Bounds: a slot of the file that is passed to start() afterwards.
    void take_over(std::uint32_t port, sounding_file::slot& from, std::int64_t now_ns) {
        // Only what left as OSC takes effect later; a time of another boot may be anything.
        constexpr std::int64_t later_max_ns = 60'000'000'000;
        port_notes::entry& here = notes_.of(port, from.label().written_for);
        from.state.read().for_each([&](std::size_t place) { here.notes.begin(place); });
        here.was_up = false;
        here.is_left_over = true;
        here.latest_ns = from.state.latest_ns - now_ns <= later_max_ns ? from.state.latest_ns : 0;
        here.record.release(); // two slots for one port: this one has all from now on
        here.record = sounding_record(&from);
        here.notes.for_each([&](std::size_t place) { here.record.begin(place); });
    }

    // The same of a port that is there now; from now on it is in a slot of this output's, if there
    // is one.
    void adopt(std::uint32_t port, sounding_file::slot& from, std::int64_t now_ns) {
        const std::string written_for(from.label().written_for);
        take_over(port, from, now_ns);
        port_notes::entry& here = notes_.of(port, written_for);
        sounding_record own = new_record(here);
        if (own.slot() != nullptr) {
            here.notes.for_each([&](std::size_t place) { own.begin(place); });
            own.set_latest(here.latest_ns);
            here.record.release();
            here.record = own;
        }
    }
    // This is left in the file for whoever reaches the port again. Returns false if the file has no
    // room. Bounds: is_on().
    bool leave(port_notes::entry& at, const sounding& on) {
        if (at.record.slot() == nullptr) {
            at.record = new_record(at);
        }
        const bool is_kept = at.record.slot() != nullptr;
        at.record.set_latest(at.latest_ns);
        at.record.finish(on);
        return is_kept;
    }

private:
    void will_begin(port_notes::entry& at, std::size_t place) noexcept {
        TACTUS_ASSERT(is_on());
        if (!at.record.is_tried()) {
            at.record = new_record(at);
        }
        at.record.begin(place);
    }
    [[nodiscard]] sounding_record new_record(const port_notes::entry& at) const noexcept {
        const port_table::entry* const port = ports_->find(at.port);
        return {*file_,
                {output_, ports_->key(at.port), at.written_for},
                definition_,
                port != nullptr ? std::string_view(port->name) : std::string_view()};
    }

    port_notes& notes_;
    sounding_file* file_ = nullptr; // nullptr: off
    std::string output_;
    std::string definition_;
    const port_table* ports_ = nullptr;
};

} // namespace tactus::flow
