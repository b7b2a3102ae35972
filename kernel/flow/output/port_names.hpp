// SPDX-License-Identifier: MIT
// Ports by name. An event may ask for its destination by name ("bus 1"). Names are interned once
// into handles, and a handle is looked up among an output's ports: the only one that fits it best
// (sdk: tactus/cpp/port_name.hpp). The answer is cached until ports come or go, so events need no
// search. Names across several outputs: name_choice.hpp. Threads: loop.
#pragma once

#include <tactus/limits.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tactus::flow {

// The names that events ask for, for the daemon's life. Handles count from 1. Callers that intern
// for others limit how many each of those may add.
class name_table {
public:
    static constexpr std::size_t names_max = 65'536;
    static constexpr std::size_t name_bytes_max = TACTUS_PORT_KEY_SIZE_MAX;

    // Returns 0 if the table is full.
    [[nodiscard]] std::uint32_t intern(std::string_view name);
    // Returns 0 if it was not interned.
    [[nodiscard]] std::uint32_t find(std::string_view name) const;
    // Bounds: a handle that intern() returned, 1 to size().
    [[nodiscard]] std::string_view text(std::uint32_t handle) const;
    [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }

private:
    std::unordered_map<std::string, std::uint32_t> handles_;
    std::vector<const std::string*> texts_; // keys of handles_, whose addresses are stable
};

// The meaning of a name at one output: a port, or why there is none.
enum class name_answer : std::uint8_t { found, unknown, not_allowed };
struct found_port {
    std::uint32_t port = 0; // port_table::none if not found
    name_answer answer = name_answer::unknown;

    // For callers that need the port only.
    constexpr operator std::uint32_t() const noexcept { return port; }
};

// Properties of a port besides up or offline.
struct port_traits {
    bool is_by_name = false; // never used for events that ask for no port
    bool is_group = false;   // represents several of the others
};

// The ports of one output, or of one input.
class port_table {
public:
    static constexpr std::size_t ports_max = TACTUS_PORTS_MAX;
    static constexpr std::uint32_t none = 0;

    struct entry {
        std::uint32_t number;
        std::string key;
        std::string name;
        bool is_up;
        port_traits is;
        std::uint64_t ups = 0;      // how often it came up
        std::uint64_t failures = 0; // failed attempts to connect

        // Neither a group nor by name: shown to operators.
        [[nodiscard]] bool is_counted() const noexcept { return !is.is_by_name && !is.is_group; }
    };

    // Returns the new port's number, counted from 1. A key that comes back gets its number again,
    // so that what waits for it finds it. Returns none if the key is taken or the set is full.
    std::uint32_t add(std::string_view key, std::string_view name, bool is_up, port_traits is = {});
    // A port with that key was there before this process: returns the number it will get.
    std::uint32_t expect(std::string_view key);
    // Returns false if there is no such port.
    bool update(std::uint32_t port, std::string_view name, bool is_up);
    bool remove(std::uint32_t port);
    // Counts a failed attempt to connect it.
    void count_failure(std::uint32_t port) noexcept;
    // Of all counted ports that were ever added.
    [[nodiscard]] std::uint64_t ups() const noexcept { return ups_; }
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
    // Removes all.
    void clear();

    [[nodiscard]] bool is_any_up() const noexcept;
    [[nodiscard]] bool is_up(std::uint32_t port) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return ports_.size(); }

    // nullptr if there is no such port. Valid until ports change.
    [[nodiscard]] const entry* find(std::uint32_t port) const noexcept;
    // Empty if there is no such port. Valid until ports change.
    [[nodiscard]] std::string_view key(std::uint32_t port) const noexcept;

    // The first port that is up, or else the first; none if there are no ports.
    [[nodiscard]] std::uint32_t first() const noexcept;
    // The name of the whole output, as configured; a handle, 0 = none. An event that asks for it
    // leaves the choice of the port to the output.
    void set_owner(std::uint32_t handle) noexcept {
        owner_ = handle;
        forget();
    }
    // Increments `changes` whenever a port comes, goes, or changes its name or state.
    void count_changes_in(std::uint64_t& changes) noexcept { changes_ = &changes; }
    [[nodiscard]] std::uint32_t owner() const noexcept { return owner_; }
    // Whether no answer is known for that name, and no port has exactly that name.
    [[nodiscard]] bool is_unknown(std::uint32_t handle, const name_table& names) const;
    // Whether a port has exactly that key or name.
    [[nodiscard]] bool has(std::string_view name) const noexcept {
        return search_exact(name) != none;
    }
    // The port that a name means here. `if_none` is the answer if there is none, until ports
    // change.
    [[nodiscard]] found_port look_up(std::uint32_t handle, const name_table& names,
                                     name_answer if_none = name_answer::unknown);

    // Calls visit(const entry&) for each port, in order of arrival. Valid until ports change.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (const entry& each : ports_) {
            visit(each);
        }
    }

private:
    static constexpr std::size_t gone_max = ports_max; // the oldest is forgotten

    struct gone_port {
        std::uint32_t number;
        std::string key;
    };

    [[nodiscard]] std::uint32_t number_for(std::string_view key);
    void add_gone(std::uint32_t number, std::string key);
    [[nodiscard]] entry* at(std::uint32_t number) noexcept;
    [[nodiscard]] std::uint32_t search(std::string_view name) const;
    [[nodiscard]] std::uint32_t search_exact(std::string_view name) const noexcept;
    void forget() noexcept;
    void count_up(entry& of) noexcept;

    std::vector<entry> ports_;
    std::vector<gone_port> gone_;
    std::uint32_t owner_ = 0;
    std::uint64_t* changes_ = nullptr;
    std::uint64_t ups_ = 0;
    std::uint64_t failures_ = 0;
    std::uint32_t last_number_ = 0;
    std::uint32_t first_up_ = none;
    std::unordered_map<std::uint32_t, found_port> found_; // by handle, until ports change
};

} // namespace tactus::flow
