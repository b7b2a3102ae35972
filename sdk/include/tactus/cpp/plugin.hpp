// SPDX-License-Identifier: MIT
// What every plugin includes; parts that few need have headers of their own, which the SDK's README
// names beside them (midi_stream.hpp, json_writer.hpp, ...). A plugin is a class with a
// `plugin_info info`, and
//   task<> run(context&)                      inputs: must; outputs: may      [loop]
//   send_result send(batch_view)              outputs: must                   [loop], or the worker
//                                             with `static constexpr bool may_block = true`
//   static constexpr std::uint32_t protocols  outputs: must
//   static constexpr bool takes_sysex_parts   outputs: may; see TACTUS_OUT_SYSEX_PARTS
// and optionally: `struct config` with `options` and a constructor from it (and a context&);
// `static void check(const config&)`, which throws config_error; `ahead()`; `lookahead()`;
// `flush(port)`;
// `port_answer want_port(name)`; `static void list_ports(const port_visitor&)`; and `static
// constexpr const char* const interfaces[]`, the host interfaces it needs. Inputs that inform their
// senders: `outcomes_wanted() const`, TACTUS_OUTCOME_* bits, and `report(outcomes, lost)`.
// TACTUS_PLUGINS(a, b) at the end of the file makes them visible. Everything between here and the
// host is noexcept; anything that a plugin throws, in any function, becomes a status and a text
// that names the function, and ends the instance. A noexcept function is the author's own promise.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/batch.hpp>
#include <tactus/cpp/context.hpp>
#include <tactus/cpp/coroutine.hpp>
#include <tactus/cpp/descriptor.hpp>
#include <tactus/cpp/endpoint.hpp>
#include <tactus/cpp/options.hpp>
#include <tactus/cpp/osc_address.hpp>
#include <tactus/cpp/osc_reader.hpp>
#include <tactus/cpp/osc_stream.hpp>
#include <tactus/cpp/osc_writer.hpp>
#include <tactus/cpp/pacing.hpp>
#include <tactus/cpp/packet_deadline.hpp>
#include <tactus/cpp/plugin_traits.hpp>
#include <tactus/cpp/stream.hpp>
#include <tactus/cpp/udp_socket.hpp>

/// Defines the one symbol that a plugin exports, for one class or several.
#define TACTUS_PLUGINS(...)                                                                        \
    constinit const tactus_entry tactus_entry_v0 = ::tactus::detail::entry_of<__VA_ARGS__>()
