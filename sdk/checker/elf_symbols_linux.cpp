// SPDX-License-Identifier: MIT
#include "elf_symbols.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

#include <elf.h>
#include <link.h>

namespace tactus::checker {
namespace {

using file_header = ElfW(Ehdr);
using section_header = ElfW(Shdr);
using symbol = ElfW(Sym);

template <class T>
bool read_at(const std::string& bytes, std::uint64_t at, T& into) {
    if (at > bytes.size() || bytes.size() - at < sizeof into) {
        return false;
    }
    std::memcpy(&into, bytes.data() + at, sizeof into);
    return true;
}

std::string name_at(const std::string& bytes, std::uint64_t at) {
    return at < bytes.size() ? std::string(bytes.c_str() + at) : std::string();
}

// Protected symbols do not count: no symbol is protected by default. Therefore such a function is
// exported on purpose, for a library that the plugin needs.
bool is_exported(const symbol& each) {
    const unsigned binding = each.st_info >> 4U;
    const unsigned kind = each.st_info & 0xfU;
    return each.st_shndx != SHN_UNDEF && each.st_shndx != SHN_ABS && binding != STB_LOCAL &&
           kind != STT_SECTION && kind != STT_FILE && (each.st_other & 3U) == STV_DEFAULT;
}

} // namespace

std::vector<std::string> exported_symbols(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf(); // nothing if it cannot be read
    const std::string bytes = all.str();
    std::vector<std::string> names;
    file_header header{};
    if (!read_at(bytes, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_shentsize != sizeof(section_header)) {
        return names;
    }
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        section_header section{};
        section_header texts{};
        if (!read_at(bytes, header.e_shoff + i * sizeof section, section) ||
            section.sh_type != SHT_DYNSYM ||
            !read_at(bytes, header.e_shoff + section.sh_link * sizeof texts, texts)) {
            continue;
        }
        symbol each{};
        for (std::uint64_t at = 0;
             at + sizeof each <= section.sh_size && read_at(bytes, section.sh_offset + at, each);
             at += sizeof each) {
            if (is_exported(each)) {
                names.push_back(name_at(bytes, texts.sh_offset + each.st_name));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace tactus::checker
