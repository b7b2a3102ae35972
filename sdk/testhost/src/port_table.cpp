// SPDX-License-Identifier: MIT
#include "port_table.hpp"

#include "tables.hpp"

#include <algorithm>

namespace tactus::testing {
namespace {

test_port port_of(const tactus_port_info& info) {
    return {text_of(info.key), text_of(info.name), (info.flags & TACTUS_PORT_UP) != 0};
}

bool is_port(const tactus_port_info* info) {
    return is_whole(info) && is_text(info->key) && info->key.len >= 1 &&
           info->key.len <= TACTUS_PORT_KEY_SIZE_MAX && is_text(info->name);
}

} // namespace

tactus_status port_table::add(const tactus_port_info* info, std::uint32_t* port) {
    const tactus_status status = gate_.enter("ports.add");
    if (status != TACTUS_OK) {
        return status;
    }
    if (!is_port(info) || port == nullptr) {
        return TACTUS_E_INVALID;
    }
    if (report_.ports.size() == TACTUS_PORTS_MAX) {
        return TACTUS_E_NOMEM;
    }
    const std::string key = text_of(info->key);
    const auto has_key = [&key](const auto& each) { return each.second.key == key; };
    if (std::any_of(report_.ports.begin(), report_.ports.end(), has_key)) {
        return TACTUS_E_INVALID;
    }
    const auto next = static_cast<std::uint32_t>(numbers_.size()) + 1;
    *port = numbers_.try_emplace(key, next).first->second;
    report_.ports[*port] = port_of(*info);
    return status;
}

tactus_status port_table::update(std::uint32_t port, const tactus_port_info* info) {
    const tactus_status status = gate_.enter("ports.update");
    if (status != TACTUS_OK || !is_port(info)) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_INVALID};
    }
    const auto found = report_.ports.find(port);
    if (found == report_.ports.end() || found->second.key != text_of(info->key)) {
        gate_.breach("ports.update named another port or key");
        return TACTUS_E_CLOSED;
    }
    const int failures = found->second.failures;
    found->second = port_of(*info);
    found->second.failures = failures + ((info->flags & TACTUS_PORT_FAILED) != 0 ? 1 : 0);
    return status;
}

tactus_status port_table::remove(std::uint32_t port) {
    const tactus_status status = gate_.enter("ports.remove");
    if (status == TACTUS_OK && report_.ports.erase(port) == 0) {
        return TACTUS_E_CLOSED;
    }
    return status;
}

tactus_status port_table::resolve(tactus_str name, std::uint32_t* handle) {
    const tactus_status status = gate_.enter("ports.resolve");
    if (status != TACTUS_OK) {
        return status;
    }
    if (handle == nullptr || !is_text(name) || name.len == 0 ||
        name.len > TACTUS_PORT_KEY_SIZE_MAX) {
        return TACTUS_E_INVALID;
    }
    const auto known = std::find(names_.begin(), names_.end(), text_of(name));
    if (known == names_.end() && names_.size() == TACTUS_NAMES_MAX) {
        *handle = 0;
        return TACTUS_E_NOMEM;
    }
    *handle = static_cast<std::uint32_t>(known - names_.begin()) + 1;
    if (known == names_.end()) {
        names_.push_back(text_of(name));
    }
    return status;
}

} // namespace tactus::testing
