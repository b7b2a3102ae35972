// SPDX-License-Identifier: MIT
// Where exceptions of a plugin end: every function that the host calls passes through guarded(),
// which turns what was thrown into a status and tells the host why. Also the exceptions that only
// this border understands. Used by instance.hpp and plugin.hpp.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <cxxabi.h>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/check.hpp>
#include <tactus/cpp/error.hpp>
#include <tactus/cpp/foreign_work.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/host.h>

namespace tactus {
inline namespace v0_1 {

/// A configuration that cannot work, though each value is fine by itself. `key` is the option at
/// fault, `text` a full sentence; the kernel adds file, line and instance.
class config_error : public failure {
public:
    config_error(std::string key, std::string text)
        : failure(TACTUS_E_CONFIG, std::move(text)), key_(std::move(key)) {}

    const std::string& key() const noexcept { return key_; }

private:
    std::string key_;
};

/// A failure whose reason the host knows better, since it gave it by itself (set_error).
class host_failure : public failure {
public:
    using failure::failure;
};

namespace detail {

/// The status and the words for an exception: what the host is told.
class outcome {
public:
    outcome(tactus_status as, std::string_view at_key, std::string_view because) noexcept
        : status(as), key(at_key), text(because) {}

    void tell(const tactus_host& host) const noexcept {
        if (!text.empty()) {
            host.set_error(&host, status, to_str(key), to_str(text));
        }
    }

    tactus_status status;
    std::string_view key;
    std::string_view text;
};

inline tactus_status failing(tactus_status status) noexcept {
    return status < 0 ? status : TACTUS_E_INTERNAL;
}

/// Calls `say(const outcome&)` with what the exception means. Its texts live during that call.
template <class Say>
tactus_status explain(const std::exception_ptr& error, Say say) noexcept {
    const auto told = [&say](const outcome& means) noexcept {
        say(means);
        return means.status;
    };
    try {
        std::rethrow_exception(error);
    } catch (const host_failure& thrown) {
        return told(outcome(failing(thrown.status()), "", ""));
    } catch (const config_error& thrown) {
        return told(outcome(TACTUS_E_CONFIG, thrown.key(), thrown.text()));
    } catch (const failure& thrown) {
        return told(outcome(failing(thrown.status()), "", thrown.text()));
    } catch (const canceled&) {
        return told(outcome(TACTUS_E_CANCELED, "", "a wait was canceled that nobody had stopped"));
    } catch (const std::bad_alloc&) {
        return told(outcome(TACTUS_E_NOMEM, "", "the plugin found no memory"));
    } catch (const std::exception& thrown) {
        return told(outcome(TACTUS_E_INTERNAL, "", thrown.what()));
    } catch (...) {
        return told(outcome(TACTUS_E_INTERNAL, "", "the plugin threw what is no std::exception"));
    }
}

/// Threads: loop.
inline tactus_status report(const tactus_host& host, const std::exception_ptr& error) noexcept {
    return explain(error, [&host](const outcome& means) noexcept { means.tell(host); });
}

/// Runs the callable; what it throws is reported, and its status is the answer. Threads: loop.
template <class Callable>
tactus_status guarded(const tactus_host& host, Callable&& call) noexcept {
    try {
        call();
        return TACTUS_OK;
    } catch (abi::__forced_unwind&) {
        die(torn_down);
    } catch (...) {
        return report(host, std::current_exception());
    }
}

/// The same on threads where the host must not be told. Threads: any.
template <class Callable>
tactus_status guarded_silently(Callable&& call) noexcept {
    try {
        call();
        return TACTUS_OK;
    } catch (abi::__forced_unwind&) {
        die(torn_down);
    } catch (...) {
        return explain(std::current_exception(), [](const outcome&) noexcept {});
    }
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
