// SPDX-License-Identifier: MIT
// mapped_file on Linux: flock, posix_fallocate, mmap.
#include "kernel/base/mapped_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::base {
namespace {

std::string why(int code) {
    return std::generic_category().message(code);
}

unexpected<error> fail_with(error_kind kind, const std::string& path, const std::string& what) {
    return fail(kind, "The file " + path + " " + what);
}

// Its size; 0 if it is new or empty. Errors: invalid, io.
result<std::size_t> check(int fd, const std::string& path, std::string_view mark) {
    struct stat found {};
    if (::fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
        return fail_with(error_kind::invalid, path, "is not a regular file. Name another.");
    }
    const auto size = static_cast<std::size_t>(found.st_size);
    std::string begin(mark.size(), '\0');
    const ssize_t got = ::pread(fd, begin.data(), begin.size(), 0);
    if (got < 0) {
        return fail_with(error_kind::io, path, "cannot be read: " + why(errno));
    }
    const bool is_fresh = begin.find_first_not_of('\0') == std::string::npos;
    if (size > 0 && begin != mark && !is_fresh) {
        return fail_with(error_kind::invalid, path,
                         "was not written by tactus, and is left as it is. Name another, or "
                         "remove it.");
    }
    return size;
}

// Provides all of it. A file of another size is emptied first. Returns 0 or an error of the system.
int resize(int fd, std::size_t bytes, std::size_t before) noexcept {
    if (before != bytes && ::ftruncate(fd, 0) != 0) {
        return errno;
    }
    return ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
}

} // namespace

result<mapped_file> mapped_file::open(const std::string& path, std::string_view mark,
                                      std::size_t bytes, missing if_missing) {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    mapped_file made;
    made.fd_ = ::open(path.c_str(), flags);
    made.was_there_ = made.fd_ >= 0;
    if (made.fd_ < 0 && errno == ENOENT && if_missing == missing::make) {
        made.fd_ = ::open(path.c_str(), flags | O_CREAT, 0600);
    }
    if (made.fd_ < 0) {
        const int code = errno;
        return fail_with(code == ENOENT ? error_kind::not_found : error_kind::io, path,
                         "cannot be opened: " + why(code));
    }
    if (::flock(made.fd_, LOCK_EX | LOCK_NB) != 0) {
        return fail_with(error_kind::limit, path, "is in use: a daemon that writes it is running.");
    }
    const result<std::size_t> before = check(made.fd_, path, mark);
    if (!before) {
        return unexpected<error>(before.error());
    }
    if (*before != bytes && if_missing == missing::refuse) {
        return fail_with(error_kind::unsupported, path,
                         *before == 0 ? "is empty." : "has another size than this version writes.");
    }
    made.was_resized_ = *before != 0 && *before != bytes;
    if (const int code = resize(made.fd_, bytes, *before); code != 0) {
        return fail_with(error_kind::io, path, "cannot be given its size: " + why(code));
    }
    void* const at =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, made.fd_, 0);
    if (at == MAP_FAILED) {
        return fail_with(error_kind::io, path, "cannot be mapped: " + why(errno));
    }
    made.bytes_ = {static_cast<std::byte*>(at), bytes};
    return made;
}

mapped_file::mapped_file(mapped_file&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), bytes_(std::exchange(other.bytes_, {})),
      was_resized_(other.was_resized_), was_there_(other.was_there_) {}

mapped_file& mapped_file::operator=(mapped_file&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(bytes_, other.bytes_);
    std::swap(was_resized_, other.was_resized_);
    std::swap(was_there_, other.was_there_);
    return *this;
}

mapped_file::~mapped_file() {
    if (!bytes_.empty()) {
        ::munmap(bytes_.data(), bytes_.size());
    }
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

} // namespace tactus::base
