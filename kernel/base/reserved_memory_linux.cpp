// SPDX-License-Identifier: MIT
// reserved_memory on Linux: mmap, madvise.
#include "kernel/base/reserved_memory.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace tactus::base {

namespace {

std::size_t page_size() noexcept {
    static const std::size_t bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return bytes;
}

std::size_t round_up(std::size_t bytes) noexcept {
    return (bytes + page_size() - 1) / page_size() * page_size();
}

} // namespace

result<reserved_memory> reserved_memory::reserve(std::size_t bytes) {
    const std::size_t whole = round_up(bytes);
    // NORESERVE: the limit is a promise to the operator, not memory taken now. A process that locks
    // its memory must do so with MCL_ONFAULT, or all of the range would become resident.
    void* const at = whole == 0 ? MAP_FAILED
                                : ::mmap(nullptr, whole, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        const std::string why =
            whole == 0 ? "nothing was asked for" : std::generic_category().message(errno);
        return fail(error_kind::limit,
                    "cannot reserve " + std::to_string(bytes) + " bytes of address space: " + why +
                        "; lower the limits of the queue, or raise that of the process (\"ulimit "
                        "-v\", MemoryMax=)");
    }
    // A huge page is zeroed in one step when it is touched: a pause of 100 us or more, where a
    // small one costs under 1 us. A refusal (a kernel without huge pages) has the same effect.
    static_cast<void>(::madvise(at, whole, MADV_NOHUGEPAGE));
    return reserved_memory(static_cast<std::byte*>(at), whole);
}

reserved_memory::reserved_memory(reserved_memory&& other) noexcept
    : begin_(std::exchange(other.begin_, nullptr)), size_(std::exchange(other.size_, 0)) {}

reserved_memory& reserved_memory::operator=(reserved_memory&& other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(size_, other.size_);
    return *this;
}

reserved_memory::~reserved_memory() {
    if (begin_ != nullptr) {
        TACTUS_ASSERT(::munmap(begin_, size_) == 0);
    }
}

void reserved_memory::give_back(std::size_t first, std::size_t last) noexcept {
    TACTUS_ASSERT(last <= size_);
    const std::size_t from = round_up(first);
    const std::size_t to = last / page_size() * page_size();
    if (from >= to) {
        return;
    }
    // Plain DONTNEED refuses locked pages. If both fail (an old kernel and locked memory), the
    // pages stay resident, which is what a process that locks its memory requested.
#ifdef MADV_DONTNEED_LOCKED
    if (::madvise(begin_ + from, to - from, MADV_DONTNEED_LOCKED) == 0) {
        return;
    }
#endif
    static_cast<void>(::madvise(begin_ + from, to - from, MADV_DONTNEED));
}

} // namespace tactus::base
