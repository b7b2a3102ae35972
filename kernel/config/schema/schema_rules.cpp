// SPDX-License-Identifier: MIT
// The keys come from the tables that the checks read; their values are described here, loosely
// where they depend on other keys.
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/schema/schema_parts.hpp"

#include <array>

namespace tactus::config {
namespace {

struct rule_shape {
    std::string_view key;
    std::string_view json;
};

constexpr std::string_view text = R"({"type":"string"})";
constexpr std::string_view texts =
    R"({"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]})";
constexpr std::string_view channels =
    R"({"anyOf":[{"type":"number","minimum":1,"maximum":16},)"
    R"({"type":"array","items":{"type":"number","minimum":1,"maximum":16},)"
    R"("minItems":2,"maxItems":2}]})";
constexpr std::string_view data_bytes =
    R"({"anyOf":[{"type":"number","minimum":0,"maximum":127},)"
    R"({"type":"array","items":{"type":"number","minimum":0,"maximum":127},)"
    R"("minItems":2,"maxItems":2}]})";
// A number, or an expression.
constexpr std::string_view channel =
    R"({"anyOf":[{"type":"number","minimum":1,"maximum":16},{"type":"string"}]})";
constexpr std::string_view data_byte =
    R"({"anyOf":[{"type":"number","minimum":0,"maximum":127},{"type":"string"}]})";
constexpr std::string_view semitones =
    R"({"anyOf":[{"type":"number","minimum":-127,"maximum":127},{"type":"string"}]})";
constexpr std::string_view any_number = R"({"type":["number","string"]})"; // scale may change it
constexpr std::string_view bytes = R"({"anyOf":[{"type":["number","string"]},)"
                                   R"({"type":"array","items":{"type":["number","string"]},)"
                                   R"("minItems":1}]})";
constexpr std::string_view four = R"({"type":"array","items":{"type":"number"},)"
                                  R"("minItems":4,"maxItems":4})";
constexpr std::string_view two = R"({"type":"array","items":{"type":"number"},)"
                                 R"("minItems":2,"maxItems":2})";
constexpr std::string_view arguments =
    R"({"anyOf":[{"type":["number","string","boolean"]},)"
    R"({"type":"array","items":{"type":["number","string","boolean"]}}]})";

constexpr std::array<rule_shape, 5> match_shapes{{{"address", text},
                                                  {"channel", channels},
                                                  {"note", data_bytes},
                                                  {"cc", data_bytes},
                                                  {"where", texts}}};
constexpr std::array<rule_shape, 15> as_shapes{{{"note", data_byte},
                                                {"velocity", any_number},
                                                {"channel", channel},
                                                {"for", text},
                                                {"cc", data_byte},
                                                {"value", any_number},
                                                {"program", any_number},
                                                {"bend", any_number},
                                                {"pressure", any_number},
                                                {"raw", bytes},
                                                {"transpose", semitones},
                                                {"address", text},
                                                {"args", arguments},
                                                {"scale", four},
                                                {"clamp", two}}};

std::string kinds() {
    std::vector<std::string> words;
    for (const flow::kind_word& each : flow::kind_words) {
        words.push_back(json_text(each.word));
    }
    const std::string one = json_object().put("enum", json_list(words)).json();
    const std::string many =
        json_object().put_text("type", "array").put("items", one).put("minItems", "1").json();
    return json_object().put("anyOf", json_list({one, many})).json();
}

template <std::size_t N>
std::string of_keys(std::string_view doc, std::span<const rule_key> keys,
                    const std::array<rule_shape, N>& shapes) {
    json_object properties;
    for (const rule_key& each : keys) {
        std::string shape = each.key == "type" ? kinds() : "{}";
        for (const rule_shape& known : shapes) {
            shape = known.key == each.key ? std::string(known.json) : shape;
        }
        json_object described;
        described.put_text("description", each.doc);
        const std::string head = described.json();
        properties.put(each.key, head.substr(0, head.size() - 1) + (shape == "{}" ? "" : ",") +
                                     shape.substr(1));
    }
    return json_object()
        .put_text("description", doc)
        .put_text("type", "object")
        .put("properties", properties.json())
        .put("additionalProperties", "false")
        .json();
}

} // namespace

std::string schema_of_match() {
    return of_keys("Which events the route takes, besides `address`.", match_keys(), match_shapes);
}

std::string schema_of_as() {
    return of_keys("The event that the route makes of each event.", as_keys(), as_shapes);
}

} // namespace tactus::config
