/* SPDX-License-Identifier: MIT
 *
 * The golden layout of the C ABI, with 64 bits (x86-64, arm64) and with 32 bits where int64_t has
 * an alignment of 8 (armhf): a released struct never changes. Included by layout.c (as C) and
 * headers_test.cpp (as C++); cross_layout.cmake compiles it for each processor. tests/abi holds the
 * headers to the same, with types and constants.
 */
#include <tactus/tactus.h>

#ifdef __cplusplus
#define CHECK_LAYOUT(claim) static_assert(claim, #claim)
#else
#define CHECK_LAYOUT(claim) _Static_assert(claim, #claim)
#endif
#if UINTPTR_MAX == UINT64_MAX
#define OF_BITS(bytes64, bytes32) (bytes64)
#else
#define OF_BITS(bytes64, bytes32) (bytes32)
#endif
#define SIZE(type, bytes64, bytes32) CHECK_LAYOUT(sizeof(type) == OF_BITS(bytes64, bytes32))
#define AT(type, field, bytes64, bytes32) \
    CHECK_LAYOUT(offsetof(type, field) == OF_BITS(bytes64, bytes32))

CHECK_LAYOUT(sizeof(void*) == OF_BITS(8, 4) && sizeof(size_t) == sizeof(void*));
struct tactus_aligned {
    char first;
    int64_t second;
};
AT(struct tactus_aligned, second, 8, 8);

SIZE(tactus_str, 16, 8);
AT(tactus_str, ptr, 0, 0);
AT(tactus_str, len, 8, 4);

SIZE(tactus_op, 72, 36);
AT(tactus_op, done, 0, 0);
AT(tactus_op, host_private, 8, 4);

SIZE(tactus_event, 48, 48);
AT(tactus_event, due_ns, 0, 0);
AT(tactus_event, received_ns, 8, 8);
AT(tactus_event, bytes, 16, 16);
AT(tactus_event, size, 24, 20);
AT(tactus_event, port, 28, 24);
AT(tactus_event, tag, 32, 28);
AT(tactus_event, protocol, 36, 32);
AT(tactus_event, flags, 38, 34);
AT(tactus_event, source, 40, 36);
AT(tactus_event, group, 44, 40);

SIZE(tactus_batch, 24, 20);
AT(tactus_batch, struct_size, 0, 0);
AT(tactus_batch, count, 4, 4);
AT(tactus_batch, event_stride, 8, 8);
AT(tactus_batch, flags, 12, 12);
AT(tactus_batch, events, 16, 16);

SIZE(tactus_host, 72, 40);
AT(tactus_host, struct_size, 0, 0);
AT(tactus_host, abi_minor, 4, 4);
AT(tactus_host, impl, 8, 8);
AT(tactus_host, name, 16, 12);
AT(tactus_host, version, 24, 16);
AT(tactus_host, get_interface, 32, 20);
AT(tactus_host, now_ns, 40, 24);
AT(tactus_host, cancel, 48, 28);
AT(tactus_host, set_error, 56, 32);
AT(tactus_host, stopped, 64, 36);

SIZE(tactus_option, 72, 44);
AT(tactus_option, type, 0, 0);
AT(tactus_option, flags, 4, 4);
AT(tactus_option, key, 8, 8);
AT(tactus_option, default_toml, 16, 12);
AT(tactus_option, doc, 24, 16);
AT(tactus_option, min_toml, 32, 20);
AT(tactus_option, max_toml, 40, 24);
AT(tactus_option, choices, 48, 28);
AT(tactus_option, children, 56, 32);
AT(tactus_option, n_children, 64, 36);
AT(tactus_option, reserved, 68, 40);

SIZE(tactus_config, 56, 32);
AT(tactus_config, struct_size, 0, 0);
AT(tactus_config, reserved, 4, 4);
AT(tactus_config, impl, 8, 8);
AT(tactus_config, count, 16, 12);
AT(tactus_config, get_int, 24, 16);
AT(tactus_config, get_float, 32, 20);
AT(tactus_config, get_str, 40, 24);
AT(tactus_config, child, 48, 28);

SIZE(tactus_plugin, 56, 32);
AT(tactus_plugin, struct_size, 0, 0);
AT(tactus_plugin, flags, 4, 4);
AT(tactus_plugin, impl, 8, 8);
AT(tactus_plugin, configure, 16, 12);
AT(tactus_plugin, start, 24, 16);
AT(tactus_plugin, stop, 32, 20);
AT(tactus_plugin, destroy, 40, 24);
AT(tactus_plugin, get_interface, 48, 28);

SIZE(tactus_descriptor, 80, 48);
AT(tactus_descriptor, struct_size, 0, 0);
AT(tactus_descriptor, kinds, 4, 4);
AT(tactus_descriptor, id, 8, 8);
AT(tactus_descriptor, type, 16, 12);
AT(tactus_descriptor, version, 24, 16);
AT(tactus_descriptor, vendor, 32, 20);
AT(tactus_descriptor, license, 40, 24);
AT(tactus_descriptor, doc, 48, 28);
AT(tactus_descriptor, requires_interfaces, 56, 32);
AT(tactus_descriptor, options, 64, 36);
AT(tactus_descriptor, n_options, 72, 40);
AT(tactus_descriptor, option_size, 76, 44);

SIZE(tactus_entry, 40, 28);
AT(tactus_entry, struct_size, 0, 0);
AT(tactus_entry, abi_minor, 4, 4);
AT(tactus_entry, sdk_version, 8, 8);
AT(tactus_entry, n_descriptors, 16, 12);
AT(tactus_entry, reserved, 20, 16);
AT(tactus_entry, descriptors, 24, 20);
AT(tactus_entry, create, 32, 24);

SIZE(tactus_clock_0, 32, 20);
AT(tactus_clock_0, struct_size, 0, 0);
AT(tactus_clock_0, reserved, 4, 4);
AT(tactus_clock_0, from_ntp, 8, 8);
AT(tactus_clock_0, to_ntp, 16, 12);
AT(tactus_clock_0, from_unix, 24, 16);

SIZE(tactus_outcome_0, 24, 16);
AT(tactus_outcome_0, struct_size, 0, 0);
AT(tactus_outcome_0, reserved, 4, 4);
AT(tactus_outcome_0, wants, 8, 8);
AT(tactus_outcome_0, report, 16, 12);
SIZE(tactus_outcome, 80, 56);
AT(tactus_outcome, kind, 0, 0);
AT(tactus_outcome, tag, 4, 4);
AT(tactus_outcome, late_ns, 8, 8);
AT(tactus_outcome, reason, 16, 16);
AT(tactus_outcome, output, 32, 24);
AT(tactus_outcome, port, 48, 32);
AT(tactus_outcome, known, 64, 40);
AT(tactus_outcome, n_known, 72, 44);
AT(tactus_outcome, reserved, 76, 48);
SIZE(tactus_discover_0, 16, 12);
AT(tactus_discover_0, struct_size, 0, 0);
AT(tactus_discover_0, reserved, 4, 4);
AT(tactus_discover_0, list, 8, 8);

SIZE(tactus_emit_0, 64, 36);
AT(tactus_emit_0, struct_size, 0, 0);
AT(tactus_emit_0, reserved, 4, 4);
AT(tactus_emit_0, emit, 8, 8);
AT(tactus_emit_0, wait_writable, 16, 12);
AT(tactus_emit_0, cancel, 24, 16);
AT(tactus_emit_0, reject, 32, 20);
AT(tactus_emit_0, end_sender, 40, 24);
AT(tactus_emit_0, panic, 48, 28);
AT(tactus_emit_0, end_with_instance, 56, 32);

SIZE(tactus_exec_0, 24, 16);
AT(tactus_exec_0, struct_size, 0, 0);
AT(tactus_exec_0, reserved, 4, 4);
AT(tactus_exec_0, post, 8, 8);
AT(tactus_exec_0, work, 16, 12);

SIZE(tactus_fd_0, 16, 12);
AT(tactus_fd_0, struct_size, 0, 0);
AT(tactus_fd_0, reserved, 4, 4);
AT(tactus_fd_0, wait, 8, 8);

SIZE(tactus_log_0, 24, 16);
AT(tactus_log_0, struct_size, 0, 0);
AT(tactus_log_0, reserved, 4, 4);
AT(tactus_log_0, enabled, 8, 8);
AT(tactus_log_0, write, 16, 12);

SIZE(tactus_metrics_0, 32, 20);
AT(tactus_metrics_0, struct_size, 0, 0);
AT(tactus_metrics_0, reserved, 4, 4);
AT(tactus_metrics_0, create, 8, 8);
AT(tactus_metrics_0, add, 16, 12);
AT(tactus_metrics_0, set, 24, 16);

SIZE(tactus_output_0, 56, 36);
AT(tactus_output_0, struct_size, 0, 0);
AT(tactus_output_0, flags, 4, 4);
AT(tactus_output_0, protocols, 8, 8);
AT(tactus_output_0, reserved, 12, 12);
AT(tactus_output_0, ahead_ns, 16, 16);
AT(tactus_output_0, send, 24, 20);
AT(tactus_output_0, flush, 32, 24);
AT(tactus_output_0, want_port, 40, 28);
AT(tactus_output_0, lookahead_ns, 48, 32);

SIZE(tactus_port_info, 40, 24);
AT(tactus_port_info, struct_size, 0, 0);
AT(tactus_port_info, flags, 4, 4);
AT(tactus_port_info, key, 8, 8);
AT(tactus_port_info, name, 24, 16);

SIZE(tactus_ports_0, 48, 28);
AT(tactus_ports_0, struct_size, 0, 0);
AT(tactus_ports_0, reserved, 4, 4);
AT(tactus_ports_0, add, 8, 8);
AT(tactus_ports_0, update, 16, 12);
AT(tactus_ports_0, remove, 24, 16);
AT(tactus_ports_0, writable, 32, 20);
AT(tactus_ports_0, resolve, 40, 24);

SIZE(tactus_timer_0, 16, 12);
AT(tactus_timer_0, struct_size, 0, 0);
AT(tactus_timer_0, reserved, 4, 4);
AT(tactus_timer_0, wait_until, 8, 8);

SIZE(tactus_address, 32, 32);
AT(tactus_address, bytes, 0, 0);
AT(tactus_address, size, 28, 28);

SIZE(tactus_datagram, 64, 64);
AT(tactus_datagram, bytes, 0, 0);
AT(tactus_datagram, capacity, 8, 4);
AT(tactus_datagram, size, 12, 8);
AT(tactus_datagram, received_ns, 16, 16);
AT(tactus_datagram, peer, 24, 24);
AT(tactus_datagram, truncated, 56, 56);
AT(tactus_datagram, flags, 60, 60);

SIZE(tactus_udp_options, 64, 40);
AT(tactus_udp_options, struct_size, 0, 0);
AT(tactus_udp_options, reserved, 4, 4);
AT(tactus_udp_options, local, 8, 8);
AT(tactus_udp_options, remote, 24, 16);
AT(tactus_udp_options, device, 40, 24);
AT(tactus_udp_options, hops, 56, 32);
AT(tactus_udp_options, mode, 60, 36);

SIZE(tactus_udp_0, 80, 44);
AT(tactus_udp_0, struct_size, 0, 0);
AT(tactus_udp_0, reserved, 4, 4);
AT(tactus_udp_0, parse, 8, 8);
AT(tactus_udp_0, open, 16, 12);
AT(tactus_udp_0, local, 24, 16);
AT(tactus_udp_0, recv, 32, 20);
AT(tactus_udp_0, send, 40, 24);
AT(tactus_udp_0, writable, 48, 28);
AT(tactus_udp_0, overflows, 56, 32);
AT(tactus_udp_0, close, 64, 36);
AT(tactus_udp_0, open_with, 72, 40);

SIZE(tactus_endpoint_text, 128, 128);

SIZE(tactus_stream_peer, 168, 168);
AT(tactus_stream_peer, struct_size, 0, 0);
AT(tactus_stream_peer, uid, 4, 4);
AT(tactus_stream_peer, address, 8, 8);
AT(tactus_stream_peer, endpoint, 40, 40);

SIZE(tactus_listen, 24, 16);
AT(tactus_listen, struct_size, 0, 0);
AT(tactus_listen, mode, 4, 4);
AT(tactus_listen, endpoint, 8, 8);

SIZE(tactus_chunk, 16, 12);
AT(tactus_chunk, bytes, 0, 0);
AT(tactus_chunk, size, 8, 4);
AT(tactus_chunk, reserved, 12, 8);

SIZE(tactus_stream_0, 128, 68);
AT(tactus_stream_0, struct_size, 0, 0);
AT(tactus_stream_0, reserved, 4, 4);
AT(tactus_stream_0, resolve, 8, 8);
AT(tactus_stream_0, listen, 16, 12);
AT(tactus_stream_0, accept, 24, 16);
AT(tactus_stream_0, connect, 32, 20);
AT(tactus_stream_0, adopt, 40, 24);
AT(tactus_stream_0, read, 48, 28);
AT(tactus_stream_0, write, 56, 32);
AT(tactus_stream_0, send, 64, 36);
AT(tactus_stream_0, writable, 72, 40);
AT(tactus_stream_0, shutdown, 80, 44);
AT(tactus_stream_0, local, 88, 48);
AT(tactus_stream_0, peer, 96, 52);
AT(tactus_stream_0, refuse, 104, 56);
AT(tactus_stream_0, close, 112, 60);
AT(tactus_stream_0, ended, 120, 64);
