// SPDX-License-Identifier: MIT
// See first_unit.cpp.
#include <tactus/cpp/plugin.hpp>

const void* second_unit_name() {
    return reinterpret_cast<const void*>(&tactus::name_of);
}
