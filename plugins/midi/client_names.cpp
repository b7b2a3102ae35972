// SPDX-License-Identifier: MIT
#include "client_names.hpp"

#include "port_match.hpp"

#include <map>
#include <mutex>
#include <tuple>

namespace midi::client_names {
namespace {

// Below JACK's 63, since JACK appends "-01" to a name in use. Patch bays store the cut names;
// therefore it stays as it is.
constexpr std::size_t bytes_max = 56;

std::mutex mutex; // guards the map below
// Maps each plain name to the instance that asked for it first; kept for the process's life.
std::map<std::string, std::tuple<std::string, bool>>& first_of() {
    static std::map<std::string, std::tuple<std::string, bool>> all;
    return all;
}

} // namespace

std::string name_for(const asking& who) {
    if (who.has_virtual_port) {
        const std::tuple<std::string, bool> me(who.instance, who.is_input);
        const std::lock_guard lock(mutex);
        if (first_of().try_emplace(who.client, me).first->second == me) {
            return who.client;
        }
    }
    return shortened(who.client + "-" + who.instance, bytes_max);
}

} // namespace midi::client_names
