// SPDX-License-Identifier: MIT
#include "kernel/base/file_stamp.hpp"

#include <sys/stat.h>

namespace tactus::base {
namespace {

std::int64_t ns_of(const timespec& at) noexcept {
    return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

file_stamp stamp_of(const struct stat& file) noexcept {
    if (!S_ISREG(file.st_mode)) {
        return {};
    }
    return {true, file.st_dev, file.st_ino, file.st_size, ns_of(file.st_mtim), ns_of(file.st_ctim)};
}

} // namespace

file_stamp file_stamp::of(int fd) noexcept {
    struct stat file {};
    return ::fstat(fd, &file) == 0 ? stamp_of(file) : file_stamp{};
}

bool file_stamp::differs_from(const std::string& path) const noexcept {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) {
        return true;
    }
    return is_known && stamp_of(file) != *this;
}

} // namespace tactus::base
