// SPDX-License-Identifier: MIT
// With second_unit.cpp: all headers in two units of one program define nothing twice.
#include <tactus/cpp/plugin.hpp>

const void* first_unit_name() {
    return reinterpret_cast<const void*>(&tactus::name_of);
}
