// SPDX-License-Identifier: MIT
// This build's environment, as CMake gives it.
#pragma once

#include "tests/docs/run_block.hpp"

namespace tactus::docs {

inline build_environment here() {
    return {DOCS_ROOT, TACTUS_PROGRAM, DOCS_PLUGINS, DOCS_CMAKE, DOCS_C, DOCS_CPP};
}

} // namespace tactus::docs
