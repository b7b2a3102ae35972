// SPDX-License-Identifier: MIT
#include "kernel/host/file_trust.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <unistd.h>

namespace tactus::host {
namespace {

// Empty if nobody else may write it. In a folder that is sticky, only the owner of a file may
// replace it.
std::string who_else_writes(const std::string& path) {
    struct stat is {};
    if (::stat(path.c_str(), &is) != 0) {
        return {};
    }
    if (is.st_uid != 0 && is.st_uid != ::geteuid()) {
        return path + " belongs to another user, who may change it: chown root " + path;
    }
    const bool is_sticky_folder = S_ISDIR(is.st_mode) && (is.st_mode & S_ISVTX) != 0;
    const bool is_groups = (is.st_mode & S_IWGRP) != 0 && is.st_gid != 0;
    if (!is_sticky_folder && (is_groups || (is.st_mode & S_IWOTH) != 0)) {
        return "other users may write " + path + ": chmod go-w " + path;
    }
    return {};
}

} // namespace

std::string why_untrusted(const std::string& path) {
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::canonical(path, failed);
    if (failed) {
        return {};
    }
    std::string why = who_else_writes(real.string());
    if (why.empty()) {
        why = who_else_writes(real.parent_path().string());
    }
    return why.empty() ? why : why + "; `[plugins] trust = \"any\"` opens it nevertheless";
}

} // namespace tactus::host
