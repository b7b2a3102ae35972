// SPDX-License-Identifier: MIT
#include "kernel/host/loading/elf_check.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <elf.h>
#include <link.h>

namespace tactus::host {
namespace {

using file_header = ElfW(Ehdr);
using program_header = ElfW(Phdr);

template <class Header>
bool read_at(std::ifstream& file, std::uint64_t at, Header& into) {
    file.seekg(static_cast<std::streamoff>(at));
    return static_cast<bool>(file.read(reinterpret_cast<char*>(&into), sizeof into));
}

} // namespace

std::string missing_of_image(const std::string& path) {
    std::error_code failed;
    const std::uint64_t size = std::filesystem::file_size(path, failed);
    std::ifstream file(path, std::ios::binary);
    file_header header{};
    if (failed || !file || !read_at(file, 0, header) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(program_header)) {
        return {};
    }
    std::uint64_t needed = header.e_phoff + std::uint64_t{header.e_phnum} * sizeof(program_header);
    program_header part{};
    for (std::uint64_t i = 0; needed <= size && i < header.e_phnum; ++i) {
        if (read_at(file, header.e_phoff + i * sizeof part, part) && part.p_type == PT_LOAD) {
            needed = std::max<std::uint64_t>(needed, part.p_offset + part.p_filesz);
        }
    }
    return needed <= size ? std::string()
                          : "it is cut off, " + std::to_string(size) + " bytes of at least " +
                                std::to_string(needed) + "; copy or install it again";
}

} // namespace tactus::host
