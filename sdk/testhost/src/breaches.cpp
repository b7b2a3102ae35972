// SPDX-License-Identifier: MIT
#include <tactus/testhost/breaches.hpp>

#include <utility>

namespace tactus::testing {

void breach_list::breach(std::string what) {
    const std::lock_guard lock(mutex_);
    breaches.push_back(std::move(what));
}

} // namespace tactus::testing
