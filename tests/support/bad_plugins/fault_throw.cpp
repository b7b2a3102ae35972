// SPDX-License-Identifier: MIT
// An exception that leaves a plugin in C: fault.h, throws.
#include <stdexcept>

extern "C" void fault_throw();

void fault_throw() {
    throw std::runtime_error("the cable is out");
}
