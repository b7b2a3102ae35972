// SPDX-License-Identifier: MIT
#include "kernel/control/socket_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tactus::control {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view system_folder = "/run/tactus";
constexpr std::size_t path_size_max = sizeof(sockaddr_un::sun_path) - 1;

// The variable's first folder (systemd separates several by colons); empty if it is not set.
std::string folder_in(const char* variable) {
    const char* const set = std::getenv(variable);
    const std::string_view all = set == nullptr ? std::string_view() : set;
    return std::string(all.substr(0, all.find(':')));
}

constexpr const char* service_variable = "RUNTIME_DIRECTORY";
constexpr const char* user_variable = "XDG_RUNTIME_DIR";

// The part that programs in different folders would read differently; empty: none.
std::string why_not_absolute(const char* variable) {
    const std::string folder = folder_in(variable);
    return folder.empty() || folder.starts_with('/')
               ? std::string()
               : std::string(variable) + " is \"" + folder +
                     "\", which is not an absolute path. Set it to one that begins with /.";
}

// The folder that a client looks in; empty if there is none.
std::string absolute_in(const char* variable) {
    return why_not_absolute(variable).empty() ? folder_in(variable) : std::string();
}

// The folder that holds a folder for each daemon.
std::string parent_folder() {
    const std::string own = folder_in(user_variable);
    return own.empty() ? std::string(system_folder) : own + "/tactus";
}

result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) {
        return {};
    }
    return fail(error_kind::io, "The folder " + path + " cannot be made: " + std::strerror(errno) +
                                    ". Set XDG_RUNTIME_DIR to a folder of your own, or let an "
                                    "administrator make that one.");
}

// A user who may write there could put another socket in place of ours.
result<void> check_owner(const std::string& path) {
    struct stat folder {};
    if (::stat(path.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) {
        return fail(error_kind::io, path + " is not a folder. Remove it.");
    }
    if ((folder.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(error_kind::io, "Others may write to " + path + ". Run: chmod go-w " + path);
    }
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
        return fail(error_kind::io, path + " belongs to another user. Give this daemon a name of "
                                           "its own: name = \"...\" at the top of the file.");
    }
    return {};
}

enum class listener : std::uint8_t { none, open, closed };

// Whether a daemon listens there, and this user may connect to it.
listener listener_at(const std::string& path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > path_size_max) {
        return listener::none;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return listener::none;
    }
    const int done = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int failure = done == 0 ? 0 : errno;
    ::close(fd);
    if (failure == EACCES) {
        return listener::closed;
    }
    return done == 0 || failure == EAGAIN ? listener::open : listener::none;
}

// The folders in it, in order of their names.
std::vector<std::string> folders_in(const std::string& parent) {
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator at(parent, failed); !failed && at != fs::directory_iterator();
         at.increment(failed)) {
        std::error_code unknown;
        const bool is_folder = at->is_directory(unknown);
        // A dynamic user's is closed to others: it is mentioned, so that they learn what they need.
        if (is_folder || unknown == std::errc::permission_denied) {
            names.push_back(at->path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Those in which a daemon may have that file, those of services first, each once.
std::vector<found_socket> places_of(std::string_view file_name) {
    std::vector<found_socket> all;
    const auto add = [&](const std::string& folder, std::string name) {
        std::string path = folder + "/" + std::string(file_name);
        const bool is_known = std::any_of(
            all.begin(), all.end(), [&](const found_socket& each) { return each.path == path; });
        if (!is_known) {
            all.push_back({std::move(path), std::move(name), false});
        }
    };
    const auto add_all_in = [&](const std::string& parent) {
        add(parent, {}); // a service's RuntimeDirectory=tactus
        for (const std::string& name : folders_in(parent)) {
            add(parent + "/" + name, name);
        }
    };
    if (const std::string service = absolute_in(service_variable); !service.empty()) {
        add(service, {});
    }
    add_all_in(std::string(system_folder));
    if (const std::string own = absolute_in(user_variable); !own.empty()) {
        add_all_in(own + "/tactus");
    }
    return all;
}

} // namespace

result<std::string> make_socket_folder(std::string_view name) {
    std::string folder = folder_in(service_variable);
    const std::string why = why_not_absolute(folder.empty() ? user_variable : service_variable);
    if (!why.empty()) {
        return fail(error_kind::invalid, why);
    }
    if (folder.empty()) {
        const std::string parent = parent_folder();
        folder = parent + "/" + std::string(name);
        if (const result<void> made = make_folder(parent); !made) {
            return unexpected<error>(made.error());
        }
    }
    if (folder.size() + 1 + control_socket.size() > path_size_max) {
        return fail(error_kind::invalid,
                    "The path " + folder + "/" + std::string(control_socket) +
                        " is too long for a socket; " + std::to_string(path_size_max) +
                        " bytes are the most. Give the daemon a shorter name.");
    }
    if (const result<void> made = make_folder(folder); !made) {
        return unexpected<error>(made.error());
    }
    if (const result<void> checked = check_owner(folder); !checked) {
        return unexpected<error>(checked.error());
    }
    return folder;
}

std::string find_namesake(std::string_view name, const std::string& own) {
    if (!folder_in(service_variable).empty()) {
        return {};
    }
    const std::string user = absolute_in(user_variable);
    for (const std::string& parent :
         {std::string(system_folder), user.empty() ? std::string() : user + "/tactus",
          "/run/user/" + std::to_string(::geteuid()) + "/tactus"}) {
        const std::string folder = parent + "/" + std::string(name);
        const std::string path = folder + "/" + std::string(control_socket);
        std::error_code unknown;
        const bool is_own = folder == own || fs::equivalent(folder, own, unknown);
        if (!parent.empty() && !is_own && listener_at(path) == listener::open) {
            return path;
        }
    }
    return {};
}

std::string why_variable_ignored() {
    const std::string service = why_not_absolute(service_variable);
    return service.empty() ? why_not_absolute(user_variable) : service;
}

std::vector<found_socket> find_sockets(std::string_view file_name) {
    std::vector<found_socket> found;
    for (found_socket& each : places_of(file_name)) {
        const listener there = listener_at(each.path);
        if (there != listener::none) {
            each.is_closed = there == listener::closed;
            found.push_back(std::move(each));
        }
    }
    return found;
}

std::vector<found_socket> find_files(std::string_view file_name) {
    std::vector<found_socket> found = places_of(file_name);
    std::erase_if(found, [](const found_socket& each) {
        std::error_code unknown;
        return !fs::exists(each.path, unknown);
    });
    return found;
}

} // namespace tactus::control
