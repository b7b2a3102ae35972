// SPDX-License-Identifier: MIT
#include "port_keys.hpp"

#include "port_match.hpp"

namespace midi {
namespace {

template <class Like>
std::ptrdiff_t count(std::span<const port_candidate> there, Like&& like) {
    return std::count_if(there.begin(), there.end(), like);
}

} // namespace

std::string port_keys::plain_key(const port_candidate& one) {
    return port_key(one.name);
}

bool port_keys::has_twin(const port_candidate& one, std::span<const port_candidate> there) {
    const std::string plain = plain_key(one);
    return count(there, [&](const port_candidate& other) { return plain_key(other) == plain; }) > 1;
}

// Its serial number, unless other devices have the same: some makers use one for all their devices.
// Otherwise the sockets that it is plugged into.
std::string port_keys::what_it_is(const port_candidate& one,
                                  std::span<const port_candidate> there) {
    const port_identity& is = one.identity;
    const std::string plain = plain_key(one);
    const auto has_its_serial = [&](const port_candidate& other) {
        return plain_key(other) == plain && other.identity.usb_serial == is.usb_serial;
    };
    if (!is.usb_serial.empty() && count(there, has_its_serial) == 1) {
        return "serial " + is.usb_serial;
    }
    return is.path.empty() ? std::string() : "path " + is.path;
}

std::string port_keys::with(const std::string& plain, const std::string& device) {
    if (device.empty()) {
        return plain;
    }
    return port_key(device.front() == '#' ? plain + " " + device : plain + " (" + device + ")");
}

} // namespace midi
