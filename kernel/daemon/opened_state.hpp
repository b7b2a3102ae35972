// SPDX-License-Identifier: MIT
// A file of flow/output/state_file.hpp while it is open: its lock, its memory and its contents.
// Threads: loop.
#pragma once

#include "kernel/base/mapped_file.hpp"
#include "kernel/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tactus::daemon {

template <class File>
struct opened_state {
    base::mapped_file memory;
    File file;
    std::string ignored; // why its contents were, in a sentence; empty: they were not
};

// Errors: as base::mapped_file::open.
template <class File>
[[nodiscard]] result<opened_state<File>> open_state(const std::string& path, std::string_view mark,
                                                    base::mapped_file::missing if_missing) {
    result<base::mapped_file> memory =
        base::mapped_file::open(path, mark, File::size(), if_missing);
    if (!memory) {
        return unexpected<error>(memory.error());
    }
    const File file(memory->bytes(), mark);
    opened_state<File> made{std::move(*memory), file, {}};
    if (made.memory.was_resized()) {
        made.ignored = "It has another size than this version writes.";
    } else if (!file.is_intact() && !file.is_blank()) {
        made.ignored = "Its header is damaged, or of another version.";
    } else if (file.is_blank() && made.memory.was_there()) {
        made.ignored = "It is empty, as after a loss of power.";
    }
    if (!file.is_intact() && if_missing == base::mapped_file::missing::make) {
        made.file.format();
    }
    return made;
}

} // namespace tactus::daemon
