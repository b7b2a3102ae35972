// SPDX-License-Identifier: MIT
#include "kernel/host/loading/file_trust.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <unistd.h>

namespace tactus::host {
namespace {

constexpr int links_max = 40; // as the kernel follows

bool is_others(const struct stat& is) noexcept {
    return is.st_uid != 0 && is.st_uid != ::geteuid();
}

// Empty if nobody else may write it. In a folder that is sticky, only the owner of a file may
// replace it.
std::string who_else_writes(const std::string& path, const struct stat& is) {
    if (is_others(is)) {
        return path + " belongs to another user, who may change it: chown root " + path +
               (S_ISDIR(is.st_mode) ? ", or install the plugin elsewhere" : "");
    }
    const bool is_sticky_folder = S_ISDIR(is.st_mode) && (is.st_mode & S_ISVTX) != 0;
    const bool is_groups = (is.st_mode & S_IWGRP) != 0 && is.st_gid != 0;
    if (!is_sticky_folder && (is_groups || (is.st_mode & S_IWOTH) != 0)) {
        return "other users may write " + path + ": chmod go-w " + path;
    }
    return {};
}

// Each folder of the path, from / on, and the file. The owner of a link may change it; its target
// is checked in the same way.
std::string who_else_leads(const std::filesystem::path& path, int links) {
    std::filesystem::path here;
    for (const std::filesystem::path& part : path) {
        here /= part;
        struct stat is {};
        if (::lstat(here.c_str(), &is) != 0) {
            return {};
        }
        if (!S_ISLNK(is.st_mode)) {
            if (std::string why = who_else_writes(here.string(), is); !why.empty()) {
                return why;
            }
            continue;
        }
        if (is_others(is)) {
            return "the link " + here.string() + " belongs to another user, who may change it";
        }
        std::error_code failed;
        const std::filesystem::path target = std::filesystem::read_symlink(here, failed);
        if (failed || links == 0) {
            return {}; // it cannot be opened either
        }
        const std::filesystem::path folder = std::filesystem::canonical(here.parent_path(), failed);
        std::string why = who_else_leads(folder / target, links - 1); // an absolute one replaces it
        if (!why.empty()) {
            return why;
        }
    }
    return {};
}

} // namespace

std::string why_untrusted(const std::string& path) {
    std::error_code failed;
    const std::filesystem::path whole = std::filesystem::absolute(path, failed);
    if (failed || !std::filesystem::exists(whole, failed)) {
        return {};
    }
    const std::string why = who_else_leads(whole, links_max);
    return why.empty() ? why : why + "; `[plugins] trust = \"any\"` opens it nevertheless";
}

} // namespace tactus::host
