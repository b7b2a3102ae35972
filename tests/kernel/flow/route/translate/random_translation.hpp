// SPDX-License-Identifier: MIT
// Random translations and messages, valid ones: for the property test and whoever wants more of it.
#pragma once

#include "kernel/codec/osc_writer.hpp"
#include "kernel/flow/route/translate/translation.hpp"

#include "tests/kernel/codec/wire.hpp"

#include <random>
#include <string>
#include <vector>

namespace tactus::flow::test {

class random_source {
public:
    explicit random_source(std::uint64_t seed) : random_(seed) {}

    std::uint32_t below(std::uint64_t end) { return static_cast<std::uint32_t>(random_() % end); }

    // Of the grammar, so most of them compile.
    std::string expression(int depth = 3) {
        static const std::vector<std::string> leaves = {
            "$1",     "$2",    "$3",    "$n",   "$note",  "$velocity", "$channel", "$cc",
            "$value", "$bend", "$type", "$*1",  "$input", "0",         "1",        "60",
            "127",    "0.5",   "16383", "'bd'", "'7'",    "$address"};
        static const std::vector<std::string> operators = {" + ",  " - ", " * ",   " / ",  " % ",
                                                           " == ", " < ", " and ", " or ", " ?? "};
        switch (depth <= 0 ? 0 : below(6)) {
        case 1:
        case 2:
            return "(" + expression(depth - 1) + any(operators) + expression(depth - 1) + ")";
        case 3:
            return "clamp(" + expression(depth - 1) + ", 0, 127)";
        case 4:
            return any({"round", "int", "float", "long", "abs"}) + "(" + expression(depth - 1) +
                   ")";
        case 5:
            return "(" + expression(depth - 1) + " ? " + expression(depth - 1) + " : -" +
                   expression(depth - 1) + ")";
        default:
            return any(leaves);
        }
    }

    translation made() {
        const auto one = [this] { return maybe(*flow::expression::compile(expression())); };
        if (below(2) == 0) {
            osc_maker osc;
            const auto address = address_template::compile(
                any({"/a", "/$1/x", "/$type/${" + expression(1) + "}", "$address/y", "/$*1"}));
            osc.address = maybe(*address);
            if (below(3) > 0) {
                osc.arguments.emplace();
                for (std::uint32_t i = below(6); i > 0; --i) {
                    osc.arguments->push_back({one()});
                }
            }
            return {osc};
        }
        midi_maker midi;
        midi.makes = static_cast<midi_maker::form>(below(8));
        midi.channel = one();
        midi.note = flow::expression::compile(expression()).value();
        midi.velocity = one();
        midi.transpose = midi.makes == midi_maker::form::change ? one() : std::nullopt;
        midi.controller = flow::expression::compile(expression()).value();
        midi.value = flow::expression::compile(expression()).value();
        midi.length = midi.makes == midi_maker::form::note ? one() : std::nullopt;
        for (std::uint32_t i = below(4) + 1; i > 0; --i) {
            midi.raw.push_back(i == 1 ? flow::expression::constant(0x90 + below(128), 'i')
                                      : flow::expression::compile(expression()).value());
        }
        return {midi};
    }

    wire::bytes osc() {
        std::string types;
        for (std::uint32_t i = below(5); i > 0; --i) {
            types += "ifsbhdTNm"[below(9)];
        }
        wire::bytes out(4096);
        codec::osc_writer writer(out);
        writer.begin_message(any({"/a", "/left/note", "/x/*"}), types);
        for (const char type : types) {
            write(writer, type);
        }
        out.resize(writer.finish().value());
        return out;
    }

    wire::bytes midi() {
        const auto seven = [this] { return static_cast<std::uint8_t>(below(128)); };
        const auto status = static_cast<std::uint8_t>(0x80 + below(0x70));
        switch (below(8)) {
        case 0:
            return {0xF0, seven(), seven(), 0xF7};
        case 1:
            return {static_cast<std::uint8_t>(below(2) == 0 ? 0xF8 : 0xFE)};
        default:
            return status >= 0xC0 && status < 0xE0 ? wire::bytes{status, seven()}
                                                   : wire::bytes{status, seven(), seven()};
        }
    }

    std::string any(const std::vector<std::string>& of) { return of[below(of.size())]; }

private:
    template <class Value>
    std::optional<Value> maybe(Value of) {
        return below(4) == 0 ? std::nullopt : std::optional<Value>(std::move(of));
    }

    void write(codec::osc_writer& writer, char type) {
        const std::uint8_t some[] = {0, 0x90, 60, 100};
        static const float reals[] = {0.0F, 0.5F, -1.0F, 1e30F, 127.0F, 0.0F / 1e-45F};
        switch (type) {
        case 'i':
            writer.int32(
                static_cast<std::int32_t>(below(3) == 0 ? below(1ULL << 32U) : below(200)));
            return;
        case 'h':
            writer.int64(static_cast<std::int64_t>(random_()));
            return;
        case 'f':
            writer.float32(reals[below(6)]);
            return;
        case 'd':
            writer.float64(below(2) == 0 ? 1e300 : 63.5);
            return;
        case 's':
            writer.text(any({"n", "bd", "7", "", "a b", "*"}));
            return;
        case 'b':
            writer.blob(std::span(some).first(below(5)));
            return;
        case 'm':
            writer.argument({'m', some});
            return;
        default:
            return;
        }
    }

    std::mt19937_64 random_;
};

} // namespace tactus::flow::test
