// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/version.hpp"

namespace tactus::daemon {

const char* const version = TACTUS_VERSION;
const char* const revision = TACTUS_REVISION;
const char* const compiler = TACTUS_COMPILER;

} // namespace tactus::daemon
