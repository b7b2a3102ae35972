// SPDX-License-Identifier: MIT
// A table of functions that a plugin gave is taken whole or not at all: a released table never gets
// another function (sdk/ABI.md). Therefore one that is shorter than its struct is not an older one,
// but wrong.
#pragma once

#include <tactus/abi.h>

namespace tactus::host {

template <class Table>
[[nodiscard]] bool is_whole(const Table& table) noexcept {
    return table.struct_size >= sizeof(Table);
}

} // namespace tactus::host
