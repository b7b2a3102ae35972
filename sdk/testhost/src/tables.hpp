// SPDX-License-Identifier: MIT
// The C tables of test_host: each function finds its test_host in host->impl. Not installed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <tactus/tactus.h>

namespace tactus::testing {

class test_host;

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

/// As the daemon's loop would find out. resources_linux.cpp.
bool can_be_awaited(std::int32_t fd);
/// What tells the open file from others; 0 for none. resources_linux.cpp.
std::uint64_t file_of(std::int32_t fd);

struct host_tables {
    static tactus_host host();
    static const void* find(const tactus_host* host, const char* id) noexcept;

    // The address alone, without a port; size 0 where the endpoint has none.
    static tactus_address address_of(const std::string& endpoint);

    // What the functions of stream() share (streams.cpp).
    struct stream_call {
        const char* kind;
        tactus_id stream;
        std::uint8_t* bytes;
        std::uint32_t size;
        std::int64_t due_ns;
    };
    static tactus_status begin_on_stream(const tactus_host* host, tactus_op* op,
                                         const stream_call& call);
    static tactus_status begin_resolve(const tactus_host* host, tactus_op* op,
                                       const std::string& endpoint,
                                       std::span<tactus_endpoint_text> found, std::int64_t due_ns);
    static tactus_status begin_connect(const tactus_host* host, tactus_op* op,
                                       const std::string& endpoint, std::int64_t due_ns);

private:
    static tactus_status take_from_thread(test_host& host, const tactus_batch& batch,
                                          std::uint32_t* accepted);
    static const tactus_clock_0& clock();
    static const tactus_emit_0& emit();
    static const tactus_exec_0& exec();
    static const tactus_fd_0& fd();
    static const tactus_log_0& log();
    static const tactus_metrics_0& metrics();
    static const tactus_ports_0& ports();
    static const tactus_stream_0& stream();
    static const tactus_timer_0& timer();
    static const tactus_udp_0& udp();
    static tactus_status add_port(const tactus_host* host, const tactus_port_info* info,
                                  std::uint32_t* port) noexcept;
    static tactus_status recv(const tactus_host* host, tactus_op* op, tactus_id socket,
                              tactus_datagram* datagrams, std::uint32_t n) noexcept;
    static tactus_status open_with(const tactus_host* host, const tactus_udp_options* options,
                                   tactus_id* socket) noexcept;
};

} // namespace tactus::testing
