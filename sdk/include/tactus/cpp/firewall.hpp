// SPDX-License-Identifier: MIT
// The boundary at which exceptions of a plugin end: every function that the host calls runs its
// author's code inside a catch, and an exception becomes a status and a text that names that
// function. Also the exceptions that only this boundary understands. context.hpp and instance.hpp
// decide what then happens to the instance.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/check.hpp>
#include <tactus/cpp/error.hpp>
#include <tactus/cpp/foreign_work.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/host.h>

namespace tactus {
inline namespace v0_1 {

/// A configuration that cannot work, though each value by itself is valid. `key` is the option at
/// fault, `text` a full sentence; the kernel adds file, line and instance.
class config_error : public failure {
public:
    config_error(std::string key, std::string text)
        : failure(TACTUS_E_CONFIG, std::move(text)), key_(std::move(key)) {}

    const std::string& key() const noexcept { return key_; }

private:
    std::string key_;
};

/// A failure whose reason the host already has, since it set it itself (set_error).
class host_failure : public failure {
public:
    using failure::failure;
};

namespace detail {

/// One of the author's functions, as messages name it. If it may refuse, a `failure` it throws is a
/// sentence for the operator and is used unchanged; other functions need not write one.
struct place {
    const char* name; ///< static text
    bool may_refuse = false;
    const char* kind = ""; ///< what precedes the name
};

/// The status and the text for an exception, as reported to the host.
class outcome {
public:
    outcome(tactus_status as, std::string_view because) noexcept : status(as), text(because) {}
    /// A `failure`, perhaps of one option.
    outcome(tactus_status as, std::string_view at_key, std::string_view because) noexcept
        : status(as), key(at_key), text(because), is_failure(true) {}

    /// Whether the text can be used unchanged.
    bool is_sentence(const place& where) const noexcept { return is_failure && where.may_refuse; }
    /// "send threw: the cable is out." Errors: std::bad_alloc.
    std::string spelled(const place& where) const {
        std::string whole(where.kind);
        whole += where.name;
        whole += " threw: ";
        return whole += text;
    }
    /// Calls `say(std::string_view)` with the whole text, or if memory is out with the bare one.
    template <class Say>
    void tell(const place& where, Say say) const noexcept {
        if (is_sentence(where)) {
            say(text);
            return;
        }
        try {
            say(std::string_view(spelled(where)));
        } catch (const std::bad_alloc&) {
            say(text);
        }
    }

    tactus_status status;
    std::string_view key;
    std::string_view text;
    bool is_failure = false;
    bool is_told = false; ///< the host itself has set the reason
};

inline tactus_status failing(tactus_status status) noexcept {
    return status < 0 ? status : TACTUS_E_INTERNAL;
}

inline outcome known_to_host(const host_failure& thrown) noexcept {
    outcome means(failing(thrown.status()), "", thrown.text());
    means.is_told = true;
    return means;
}

/// Calls `say(const outcome&)` with the meaning of the exception. Its texts are valid during that
/// call.
template <class Say>
tactus_status explain(const std::exception_ptr& error, Say say) noexcept {
    const auto told = [&say](const outcome& means) noexcept {
        say(means);
        return means.status;
    };
    try {
        std::rethrow_exception(error);
    } catch (const host_failure& thrown) {
        return told(known_to_host(thrown));
    } catch (const config_error& thrown) {
        return told(outcome(TACTUS_E_CONFIG, thrown.key(), thrown.text()));
    } catch (const failure& thrown) {
        return told(outcome(failing(thrown.status()), "", thrown.text()));
    } catch (const canceled&) {
        return told(outcome(TACTUS_E_CANCELED, "canceled, for a wait that nobody had stopped"));
    } catch (const std::bad_alloc&) {
        return told(outcome(TACTUS_E_NOMEM, "bad_alloc, as it found no memory"));
    } catch (const std::exception& thrown) {
        return told(outcome(TACTUS_E_INTERNAL, thrown.what()));
    } catch (...) {
        return told(outcome(TACTUS_E_INTERNAL, "an exception of unknown type"));
    }
}

/// Reports to the host, unless the host itself has set the reason. Threads: loop.
inline tactus_status report(const tactus_host& host, const place& where,
                            const std::exception_ptr& error) noexcept {
    return explain(error, [&](const outcome& means) noexcept {
        if (means.is_told && means.is_sentence(where)) {
            return;
        }
        means.tell(where, [&](std::string_view text) noexcept {
            host.set_error(&host, means.status, to_str(means.key), to_str(text));
        });
    });
}

/// Runs the callable; `caught(std::exception_ptr)`, which is noexcept, receives what it throws.
/// Returns false if it threw. Threads: any.
template <class Callable, class Caught>
bool ran_well(Callable&& call, Caught&& caught) noexcept {
    try {
        call();
        return true;
    } catch (forced_unwind&) {
        die(torn_down);
    } catch (...) {
        caught(std::current_exception());
        return false;
    }
}

/// Runs the callable; reports what it throws and returns its status. `where` is read only then;
/// therefore the callable may record its progress there. Threads: loop.
template <class Callable>
tactus_status guarded(const tactus_host& host, const place& where, Callable&& call) noexcept {
    tactus_status status = TACTUS_OK;
    ran_well(call, [&](const std::exception_ptr& error) noexcept {
        status = report(host, where, error);
    });
    return status;
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
