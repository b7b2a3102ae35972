// SPDX-License-Identifier: MIT
// Stops a compiler that cannot compile this layer, with one sentence: every header of the layer
// includes this one first. After an #error a compiler reads on, and buries it under other errors; a
// header that does not exist ends the compiler at once.
#pragma once

#if defined(__clang__)
#if __clang_major__ < 14
#error "tactus needs clang 14, GCC 12, or a later one of these: this clang is too old"
#include <tactus/the_error_above>
#endif
#elif defined(__GNUC__) && __GNUC__ < 12
#error "tactus needs GCC 12, clang 14, or a later one of these: this GCC is too old"
#include <tactus/the_error_above>
#endif

#if __cplusplus < 202002L
#error "tactus needs C++20: compile with -std=c++20"
#include <tactus/the_error_above>
#endif
