// SPDX-License-Identifier: MIT
// The ends that one output must let in, although it refuses other messages. It keeps who began each
// note that was let in, and how many ends those notes still need; what has left, and what sounds,
// is for output_notes to follow. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/note_owners.hpp"
#include "kernel/flow/output/notes/port_notes.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace tactus::flow {

// The place where a message begins or ends something: its port, and how it is written there.
struct note_place {
    std::uint32_t port = 0;
    std::string_view written_for{}; // see port_notes
};

class note_admission {
public:
    // The notes of the output; they must outlive it.
    explicit note_admission(port_notes& ports) noexcept : ports_(ports) {}

    // A message was let in; it leaves later, or never. With has_own_end it ends by itself, and no
    // other message need end it. Bounds: sounding::effect_of it is not none. Allocates for a port's
    // first.
    void let_in(const note_place& where, std::span<const std::uint8_t> message,
                const note_owner& by, bool has_own_end);
    // Whether something that was let in waits for this end.
    [[nodiscard]] bool owes(const note_place& where,
                            std::span<const std::uint8_t> message) const noexcept;
    [[nodiscard]] bool owes_any() const noexcept { return ports_.owed() > 0; }

    // Whether this end must be let in whatever waits: it ends what sounds now, is due soon, and
    // none of its kind was let in this way within the last second. Then call passed().
    static constexpr std::int64_t soon_ns = 1'000'000'000;
    [[nodiscard]] bool must_pass(const note_place& where, std::span<const std::uint8_t> message,
                                 std::int64_t due_ns, std::int64_t now_ns) const noexcept;
    // Allocates for a port's first.
    void passed(const note_place& where, std::span<const std::uint8_t> message,
                std::int64_t now_ns);

private:
    port_notes& ports_;
};

} // namespace tactus::flow
