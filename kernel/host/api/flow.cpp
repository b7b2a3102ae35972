// SPDX-License-Identifier: MIT
// "tactus.emit/0" and "tactus.ports/0": the instance's access to the flow.
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/plugin_text.hpp"
#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/foreign/foreign_events.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/host/output_connection.hpp"

#include <algorithm>
#include <array>

namespace tactus::host {
namespace {

// The reasons that a plugin can know for a message that became no event. The other reasons are the
// kernel's own.
constexpr std::array plugin_reasons = {flow::rejected::malformed, flow::rejected::too_large,
                                       flow::rejected::address,   flow::rejected::rate,
                                       flow::rejected::overrun,   flow::rejected::sysex_denied};

bool is_valid(const tactus_batch* batch) noexcept {
    return batch != nullptr && is_whole(*batch) && batch->event_stride >= sizeof(tactus_event) &&
           (batch->count == 0 || batch->events != nullptr);
}

// Each has its bytes, and a tag and group that the queue can hold.
bool are_events_valid(const tactus_batch& batch) noexcept {
    const auto* next = reinterpret_cast<const std::uint8_t*>(batch.events);
    for (std::uint32_t i = 0; i < batch.count; ++i, next += batch.event_stride) {
        const auto& event = *reinterpret_cast<const tactus_event*>(next);
        if ((event.bytes == nullptr && event.size != 0) || event.tag > TACTUS_TAG_MAX ||
            event.group > TACTUS_TAG_MAX) {
            return false;
        }
    }
    return true;
}

tactus_status emit(const tactus_host* host, const tactus_batch* batch,
                   std::uint32_t* accepted) noexcept {
    instance_resources& self = resources_of(host);
    if (accepted == nullptr) {
        return TACTUS_E_INVALID;
    }
    *accepted = 0;
    if (!is_valid(batch) || self.who().plays != role::input || !are_events_valid(*batch)) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    if (self.is_on_loop()) {
        self.foreign().drain_emitted(); // came before
        const flow::ingress::answer answer = self.services().ingress.emit(self.who().index, *batch);
        *accepted = answer.accepted;
        return answer.status;
    }
    *accepted = self.foreign().emit(*batch);
    return *accepted == batch->count ? TACTUS_OK : TACTUS_E_AGAIN;
}

tactus_status wait_writable(const tactus_host* host, tactus_op* op) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (self.who().plays != role::input) {
        return TACTUS_E_INVALID;
    }
    net::operation* begun = self.pending().begin(op, [](net::operation& waiting) noexcept {
        static_cast<backpressure_waiters*>(waiting.subject)->remove(&waiting);
        return true;
    });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->subject = &self.services().waiters;
    // The caller has just received TACTUS_E_AGAIN, and waits with that packet.
    self.services().waiters.add(*begun, self.services().ingress.at(self.who().index).awaited);
    self.services().waiters.look(self.services().fan_out); // there may be room by now
    return TACTUS_PENDING;
}

// Both kinds of cancelling.
template <auto Cancel>
tactus_status cancel_by(const tactus_host* host, std::uint32_t tag,
                        std::uint64_t* canceled) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (canceled == nullptr || tag == 0 || tag > TACTUS_TAG_MAX ||
        self.who().plays != role::input) {
        return TACTUS_E_INVALID;
    }
    *canceled = Cancel(self, tag);
    self.services().waiters.look(self.services().fan_out); // no event may become due to do it
    return TACTUS_OK;
}

std::uint64_t cancel(instance_resources& self, std::uint32_t tag) noexcept {
    return self.services().ingress.cancel(self.who().index, tag);
}

// After what its own threads have emitted: it may be on its way still.
std::uint64_t end_sender(instance_resources& self, std::uint32_t tag) noexcept {
    if (self.is_open()) {
        self.foreign().drain_emitted(foreign_ring::room::or_refuse);
    }
    return self.services().ingress.end_sender(self.who().index, tag);
}

tactus_status panic(const tactus_host* host) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (self.who().plays != role::input) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    self.services().dispatcher.silencer().panic();
    self.services().waiters.look(self.services().fan_out);
    return TACTUS_OK;
}

tactus_status end_with_instance(const tactus_host* host, std::uint32_t ends) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (self.who().plays != role::input) {
        return TACTUS_E_INVALID;
    }
    self.services().ingress.end_with_instance(self.who().index, ends != 0);
    return TACTUS_OK;
}

tactus_status reject(const tactus_host* host, std::uint64_t n, const char* reason) noexcept {
    instance_resources& self = resources_of(host);
    const auto is_it = [&](flow::rejected each) {
        return reason != nullptr && flow::rejected_names[static_cast<std::size_t>(each)] == reason;
    };
    const auto found = std::find_if(plugin_reasons.begin(), plugin_reasons.end(), is_it);
    if (found == plugin_reasons.end() || self.who().plays != role::input) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    if (self.is_on_loop()) {
        (void)self.services().ingress.reject(self.who().index, n, reason);
    } else {
        self.foreign().reject(*found, n);
    }
    return TACTUS_OK;
}

bool is_valid(const tactus_port_info* info) noexcept {
    return info != nullptr && is_whole(*info) && is_text(info->key) && info->key.len >= 1 &&
           info->key.len <= TACTUS_PORT_KEY_SIZE_MAX && is_text(info->name);
}

tactus_status add(const tactus_host* host, const tactus_port_info* info,
                  std::uint32_t* port) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (!is_valid(info) || port == nullptr) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED; // cut off: the ports belong to its successor
    }
    if (self.ports().all().size() == flow::port_table::ports_max) {
        return TACTUS_E_NOMEM;
    }
    *port = self.ports().all().add(
        view_of(info->key), view_of(info->name), (info->flags & TACTUS_PORT_UP) != 0,
        {(info->flags & TACTUS_PORT_BY_NAME) != 0, (info->flags & TACTUS_PORT_GROUP) != 0});
    if (const flow::port_table::entry* const added = self.ports().all().find(*port)) {
        self.endpoints().port_added(*added);
    }
    self.ports_changed();
    return *port == flow::port_table::none ? TACTUS_E_INVALID : TACTUS_OK;
}

tactus_status update(const tactus_host* host, std::uint32_t port,
                     const tactus_port_info* info) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (!is_valid(info)) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    const bool was_up = self.ports().all().is_up(port);
    const bool is_there =
        self.ports().all().update(port, view_of(info->name), (info->flags & TACTUS_PORT_UP) != 0);
    if (is_there) {
        self.endpoints().port_updated(*self.ports().all().find(port), was_up);
    }
    if ((info->flags & TACTUS_PORT_FAILED) != 0) {
        self.ports().all().count_failure(port);
    }
    self.ports_changed();
    return is_there ? TACTUS_OK : TACTUS_E_CLOSED;
}

tactus_status remove(const tactus_host* host, std::uint32_t port) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    if (const flow::port_table::entry* const leaving = self.ports().all().find(port)) {
        self.endpoints().port_removed(*leaving);
    }
    const bool was_there = self.ports().all().remove(port);
    self.ports_changed();
    return was_there ? TACTUS_OK : TACTUS_E_CLOSED;
}

void writable(const tactus_host* host, std::uint32_t /*port*/) noexcept {
    instance_resources& self = resources_of(host);
    if (self.who().plays == role::output && self.is_open()) {
        self.output().writable(self.is_on_loop());
    }
}

tactus_status resolve(const tactus_host* host, tactus_str name, std::uint32_t* handle) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (handle == nullptr || !is_text(name) || name.len == 0 ||
        name.len > flow::name_table::name_bytes_max) {
        return TACTUS_E_INVALID;
    }
    *handle = self.ports().name_handle(view_of(name));
    return *handle == 0 ? TACTUS_E_NOMEM : TACTUS_OK;
}

} // namespace

const tactus_emit_0 emit_table = {sizeof(tactus_emit_0),
                                  0,
                                  &emit,
                                  &wait_writable,
                                  &cancel_by<&cancel>,
                                  &reject,
                                  &cancel_by<&end_sender>,
                                  &panic,
                                  &end_with_instance};
const tactus_ports_0 ports_table = {
    sizeof(tactus_ports_0), 0, &add, &update, &remove, &writable, &resolve};

} // namespace tactus::host
