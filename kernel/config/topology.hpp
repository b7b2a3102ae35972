// SPDX-License-Identifier: MIT
// The lists of the file: [[input]], [[output]] and [[route]], and their relations. Part of
// load.cpp, called only by it, after the sections are read (outputs inherit from them).
#pragma once

#include "kernel/config/load.hpp"
#include "kernel/config/schema/check.hpp"

namespace tactus::config {

struct topology_reader {
    checker& check;
    const plugin_types& types;
    settings& into;

    void read(const node& root);
    void read_outputs(const node& root); // and nothing else
};

} // namespace tactus::config
