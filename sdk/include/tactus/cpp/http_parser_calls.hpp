// SPDX-License-Identifier: MIT
// What http-parser (https://github.com/nodejs/http-parser) calls while it reads one head into a
// Reader. Does not include http_parser.h: the file that uses this does.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

/// `Parser` is http_parser, and its `data` points to the Reader.
template <class Parser, class Reader>
struct http_parser_calls {
    /// on_url, on_header_field, on_header_value: `take` may throw std::bad_alloc. No exception may
    /// pass through http-parser, which is C: it ends with HPE_CB_header_field and so on instead.
    template <void (Reader::*take)(std::string_view)>
    static int give(Parser* parser, const char* at, std::size_t size) noexcept {
        try {
            (reader_of(parser).*take)({at, size});
            return 0;
        } catch (...) {
            return 1;
        }
    }

    /// on_headers_complete. 1 means that there is no body: the message ends with its head, even if
    /// the head announced one.
    static int have_no_body(Parser*) noexcept { return 1; }

    /// on_message_complete: sets the Reader's flag, and leaves the following bytes unparsed.
    template <bool Reader::*is_complete>
    static int end(Parser* parser) noexcept {
        reader_of(parser).*is_complete = true;
        http_parser_pause(parser, 1);
        return 0;
    }

private:
    static Reader& reader_of(Parser* parser) noexcept {
        return *static_cast<Reader*>(parser->data);
    }
};

} // namespace v0_1
} // namespace tactus
