// SPDX-License-Identifier: MIT
#include "input_options.hpp"

#include "access.hpp"

#include <tactus/cpp/allow_list.hpp>
#include <tactus/cpp/endpoint.hpp>

namespace websocket_in {

void check(const input_options& settings) {
    const tactus::endpoint where(settings.listen, "listen");
    if (!where.is_numeric()) {
        throw tactus::config_error("listen", "\"" + settings.listen +
                                                 "\" is no numeric address; expected one like "
                                                 "\"tcp://127.0.0.1:8080\".");
    }
    const bool is_guarded = !settings.token_file.empty() || !settings.allow.empty();
    if (!where.is_loopback() && !is_guarded && !settings.open) {
        throw tactus::config_error(
            "listen", "\"" + settings.listen +
                          "\" can be reached from the network, but this input accepts everyone; "
                          "ask for a token with token_file, list those who may connect in allow, "
                          "or say open = true.");
    }
    const tactus::allow_list checked(settings.allow, "allow");
    const tactus::endpoint replies(settings.reply_listen, "reply_listen");
    if (settings.reply && (!replies.is_numeric() || (!replies.is_loopback() && !settings.open))) {
        throw tactus::config_error("reply_listen",
                                   "\"" + settings.reply_listen +
                                       "\" is no numeric address of this machine alone; listen on "
                                       "127.0.0.1, or say open = true.");
    }
    for (const std::string& origin : settings.origins) {
        if (!is_origin(origin)) {
            throw tactus::config_error("origins", "\"" + origin +
                                                      "\" is no origin; expected one like "
                                                      "\"https://strudel.cc\", without a path.");
        }
    }
}

} // namespace websocket_in
