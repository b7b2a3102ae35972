// SPDX-License-Identifier: MIT
#include "input_options.hpp"

#include "access.hpp"
#include "token_file.hpp"

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/endpoint.hpp>

#include <algorithm>

namespace websocket_in {
namespace {

void check_endpoint(const input_options& settings, const std::string& url) {
    const tactus::endpoint where(url, "listen");
    where.require_numeric("listen");
    const bool is_guarded = !settings.token_file.empty() || !settings.allow.empty();
    if (!where.is_loopback() && !is_guarded && !settings.open) {
        throw tactus::config_error(
            "listen", "\"" + url +
                          "\" can be reached from the network, but this input accepts everyone; "
                          "ask for a token with token_file, list those who may connect in allow, "
                          "or say open = true.");
    }
    if (std::ranges::count(settings.listen, url) > 1) {
        throw tactus::config_error("listen", "\"" + url + "\" is listed twice.");
    }
}

} // namespace

void check(const input_options& settings) {
    if (settings.listen.empty()) {
        throw tactus::config_error("listen", "there is no endpoint to listen on.");
    }
    for (const std::string& url : settings.listen) {
        check_endpoint(settings, url);
    }
    const tactus::allow_list checked(settings.allow, "allow");
    tactus::gone_senders::check(settings.when_gone, settings.gone_grace);
    const tactus::endpoint replies(settings.reply_listen, "reply_listen");
    if (settings.reply) {
        replies.require_numeric("reply_listen");
        if (!replies.is_loopback() && !settings.open) {
            throw tactus::config_error("reply_listen", "\"" + settings.reply_listen +
                                                           "\" can be reached from the network; "
                                                           "listen on 127.0.0.1, or say open = "
                                                           "true.");
        }
    }
    for (const std::string& origin : settings.origins) {
        if (!is_origin(origin)) {
            throw tactus::config_error("origins", "\"" + origin +
                                                      "\" is not an origin; expected one like "
                                                      "\"https://strudel.cc\", without a path.");
        }
    }
    if (!settings.token_file.empty()) { // last: a check of the file alone can go without it
        static_cast<void>(read_token(settings.token_file));
    }
}

} // namespace websocket_in
