/* SPDX-License-Identifier: MIT
 *
 * The whole C ABI. A plugin in C++ includes <tactus/cpp/plugin.hpp> instead.
 */
#ifndef TACTUS_H
#define TACTUS_H

#include <tactus/abi.h>
#include <tactus/event.h>
#include <tactus/host.h>
#include <tactus/iface/clock.h>
#include <tactus/iface/discover.h>
#include <tactus/iface/emit.h>
#include <tactus/iface/exec.h>
#include <tactus/iface/fd.h>
#include <tactus/iface/log.h>
#include <tactus/iface/metrics.h>
#include <tactus/iface/outcome.h>
#include <tactus/iface/output.h>
#include <tactus/iface/ports.h>
#include <tactus/iface/stream.h>
#include <tactus/iface/timer.h>
#include <tactus/iface/udp.h>
#include <tactus/limits.h>
#include <tactus/option.h>
#include <tactus/plugin.h>

#endif
