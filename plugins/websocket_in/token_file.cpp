// SPDX-License-Identifier: MIT
#include "token_file.hpp"

#include "access.hpp"

#include <tactus/cpp/firewall.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace websocket_in {
namespace {

class open_file {
public:
    explicit open_file(const std::string& path) noexcept
        : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() {
        if (fd >= 0) {
            close(fd);
        }
    }
    const int fd;
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw tactus::config_error("token_file", "\"" + path + "\" " + why);
}

} // namespace

std::string read_token(const std::string& path) {
    const open_file file(path);
    struct stat found {};
    if (file.fd < 0 || fstat(file.fd, &found) != 0) {
        refuse(path, std::string("cannot be read: ") + std::strerror(errno) + ".");
    }
    if (!S_ISREG(found.st_mode) || (found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        refuse(path, "is not a plain file that only its owner may read; use chmod 600.");
    }
    std::array<char, 256> text{};
    const ssize_t size = read(file.fd, text.data(), text.size());
    std::string token(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    token.resize(std::min(token.find_first_of("\r\n"), token.size()));
    if (!is_token(token)) {
        refuse(path, "holds no token: 16 to 128 of the letters A-Z a-z 0-9 - _ on one line.");
    }
    return token;
}

} // namespace websocket_in
