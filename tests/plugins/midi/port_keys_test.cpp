// SPDX-License-Identifier: MIT
// The keys of an input's ports: the same after a reboot, and in whatever order devices come.
#include "plugins/midi/port_keys.hpp"

#include "tests/support/catch.hpp"

#include <set>

using midi::port_candidate;

namespace {

port_candidate device(const std::string& numbers, const std::string& serial,
                      const std::string& path) {
    port_candidate made{"Organ:Organ MIDI 1 " + numbers, {}};
    made.identity.usb_serial = serial;
    made.identity.path = path;
    return made;
}

// A start of the daemon, with what is there, and what comes and goes.
struct daemon_life {
    midi::port_keys keys;
    std::map<std::string, std::string> now; // by name

    void plug(const std::vector<port_candidate>& there) {
        std::erase_if(now, [&](const auto& each) {
            return std::none_of(there.begin(), there.end(),
                                [&](const auto& one) { return one.name == each.first; });
        });
        for (const port_candidate& each : there) {
            if (!now.contains(each.name)) {
                now[each.name] = keys.key_for(each, there, [&](const std::string& key) {
                    return std::any_of(now.begin(), now.end(),
                                       [&](const auto& other) { return other.second == key; });
                });
            }
        }
    }
};

const std::string plain = "Organ:Organ MIDI 1";

} // namespace

TEST_CASE("a device without twins is called by its name") {
    daemon_life one;
    one.plug({device("20:0", "A", "1-1")});
    CHECK(one.now["Organ:Organ MIDI 1 20:0"] == plain);
}

TEST_CASE("twins are called by their serial numbers, in whatever order they are listed") {
    const auto a = device("20:0", "A", "1-1");
    const auto b = device("24:0", "B", "1-2");
    for (const std::vector<port_candidate>& order : {std::vector{a, b}, std::vector{b, a}}) {
        daemon_life one;
        one.plug(order);
        CHECK(one.now[a.name] == plain + " (serial A)");
        CHECK(one.now[b.name] == plain + " (serial B)");
    }
}

TEST_CASE("twins that share a serial number, or have none, are called by their sockets") {
    const std::string serial = GENERATE("", "0001");
    const auto a = device("20:0", serial, "1-1");
    const auto b = device("24:0", serial, "1-2");
    daemon_life one;
    one.plug({b, a});
    CHECK(one.now[a.name] == plain + " (path 1-1)");
    CHECK(one.now[b.name] == plain + " (path 1-2)");
}

TEST_CASE("a device that goes gets its key again, whatever number it has then") {
    daemon_life one;
    one.plug({device("20:0", "A", "1-1")});
    one.plug({device("20:0", "A", "1-1"), device("24:0", "B", "1-2")});
    CHECK(one.now["Organ:Organ MIDI 1 24:0"] == plain + " (serial B)");
    one.plug({device("24:0", "B", "1-2")});
    one.plug({device("24:0", "B", "1-2"), device("28:0", "A", "1-5")});
    CHECK(one.now["Organ:Organ MIDI 1 28:0"] == plain);
    one.plug({});
    one.plug({device("32:0", "B", "1-1")});
    CHECK(one.now["Organ:Organ MIDI 1 32:0"] == plain + " (serial B)");
}

TEST_CASE("where nothing tells twins apart they are counted, and no two have one key") {
    daemon_life one;
    one.plug({device("20:0", "", ""), device("24:0", "", ""), device("28:0", "", "")});
    std::set<std::string> keys;
    for (const auto& [name, key] : one.now) {
        keys.insert(key);
    }
    CHECK(keys == std::set<std::string>{plain, plain + " #2", plain + " #3"});
}

TEST_CASE("a key has 255 bytes at most") {
    port_candidate a{std::string(400, 'x') + ":y", {}};
    port_candidate b = a;
    b.name += " 2:0";
    a.identity.usb_serial = "A";
    b.identity.usb_serial = "B";
    daemon_life one;
    one.plug({a, b});
    CHECK(one.now[a.name].size() <= 255);
    CHECK(one.now[b.name].size() <= 255);
    CHECK(one.now[a.name] != one.now[b.name]);
}
