// SPDX-License-Identifier: MIT
// The texts of a configuration, files and arguments of `--set`, and the document of each. Part of
// load.cpp.
#pragma once

#include "kernel/config/source/document.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::config {

// In the order in which they are added. If there are errors, not every source has a document.
struct source_reader {
    std::vector<source_text> sources;
    std::vector<node> documents;
    std::vector<diagnostic> errors; // of reading and of syntax

    void add_text(std::string path, std::string text, const base::file_stamp& stamp = {});
    // Never waits for a pipe without a writer. Blocks: reads the file.
    void add_file(const std::string& path);
    void add_argument(const std::string& text);

private:
    [[nodiscard]] std::uint32_t newest() const noexcept;
    void add(result<node, diagnostic> parsed);
};

} // namespace tactus::config
