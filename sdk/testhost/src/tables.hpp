// SPDX-License-Identifier: MIT
// The C tables of test_host: each function finds the parts of its host in host->impl. Not
// installed.
#pragma once

#include <string>

#include <tactus/tactus.h>

namespace tactus::testing {

struct host_parts;

/// Empty for a text without bytes, and for one that says to have some at NULL.
inline std::string text_of(tactus_str text) {
    return text.ptr == nullptr ? std::string() : std::string(text.ptr, text.len);
}

inline bool is_text(tactus_str text) {
    return text.ptr != nullptr || text.len == 0;
}
/// A table or an argument that is as long as its struct, as the daemon demands it.
template <class Table>
bool is_whole(const Table* table) {
    return table != nullptr && table->struct_size >= sizeof(Table);
}

/// The host's own table, for these parts, which outlive it.
tactus_host host_table(host_parts& parts, const char* name);

inline host_parts& parts_of(const tactus_host* host) {
    return *static_cast<host_parts*>(host->impl);
}

const tactus_stream_0& stream_table();
const tactus_udp_0& udp_table();

} // namespace tactus::testing
