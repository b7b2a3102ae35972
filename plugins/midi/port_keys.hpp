// SPDX-License-Identifier: MIT
// The keys of an input's ports in the daemon: the name that the system gives a port or, if several
// share a name, also a permanent distinction. Therefore a reboot or another plugging order changes
// nothing. A device that comes back gets its old key. Pure text functions; threads: one at a time.
#pragma once

#include "port_choice.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace midi {

class port_keys {
public:
    /// The key for a port that is new among those available. `is_taken(key)`: another port has that
    /// key.
    template <class IsTaken>
    std::string key_for(const port_candidate& one, std::span<const port_candidate> there,
                        IsTaken&& is_taken) {
        const std::string plain = plain_key(one);
        const std::string device = what_it_is(one, there);
        const auto known = keys_.find({plain, device});
        if (known != keys_.end() && !is_taken(known->second)) {
            return known->second;
        }
        std::string key = has_twin(one, there) ? with(plain, device) : plain;
        if (is_taken(key)) {
            key = with(plain, device);
        }
        for (int twin = 2; is_taken(key); ++twin) { // nothing distinguishes it from the other
            key = with(plain, "#" + std::to_string(twin));
        }
        if (!device.empty() && keys_.size() < known_max) {
            keys_.insert_or_assign({plain, device}, key);
        }
        return key;
    }

private:
    static constexpr std::size_t known_max = 256;

    struct device_name {
        std::string plain;
        std::string device;
        auto operator<=>(const device_name&) const = default;
    };

    static std::string plain_key(const port_candidate& one);
    static bool has_twin(const port_candidate& one, std::span<const port_candidate> there);
    static std::string what_it_is(const port_candidate& one, std::span<const port_candidate> there);
    static std::string with(const std::string& plain, const std::string& device);

    std::map<device_name, std::string> keys_;
};

} // namespace midi
