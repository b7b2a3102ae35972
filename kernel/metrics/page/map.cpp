// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/map.hpp"

#include "kernel/metrics/page/html.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace tactus::metrics::page {
namespace {

// Units: of the drawing; the style sheet scales it.
struct geometry {
    std::string_view style;
    int width;
    int node_width;
    int node_height;
    int gap; // between two nodes of a column
    std::size_t name_characters;
    bool has_line_rates; // rates stand at the lines; otherwise in the nodes
};
constexpr geometry wide{"map wide", 960, 216, 40, 14, 19, true};
constexpr geometry wide_and_long{"map wide", 960, 216, 28, 6, 19, true};
constexpr geometry narrow{"map narrow", 320, 90, 46, 8, 8, false};
constexpr std::size_t long_rows = 16; // a map of more is closer, and begins at the top

enum class look : unsigned char { up, down, muted, unused };
constexpr std::string_view look_names[] = {"up", "down", "muted", "unused"};

struct node {
    std::string_view name;
    double per_s = 0;
    look is = look::up;
    bool is_route = false;
};

look look_of(const end_line& of) noexcept {
    return !of.is_used   ? look::unused
           : !of.is_up   ? look::down
           : of.is_muted ? look::muted
                         : look::up;
}

std::string number(double value) {
    std::string text = std::to_string(static_cast<int>(std::lround(value * 10)));
    const bool is_negative = text.starts_with('-');
    text.erase(0, is_negative ? 1 : 0);
    text.insert(0, text.size() < 2 ? "0" : "");
    const char tenth = text.back();
    text.pop_back();
    return (is_negative ? "-" : "") + text + (tenth == '0' ? "" : std::string(".") + tenth);
}

class drawing {
public:
    drawing(std::string& out, const view& of, const geometry& with)
        : out_(out), of_(of), with_(with) {
        for (const end_line& each : of.inputs) {
            columns_[0].push_back({each.name, each.per_s, look_of(each)});
        }
        for (const route_line& each : of.routes) {
            columns_[1].push_back(
                {each.name, each.per_s, each.is_muted ? look::muted : look::up, true});
        }
        for (const end_line& each : of.outputs) {
            columns_[2].push_back({each.name, each.per_s, look_of(each)});
        }
        for (const std::vector<node>& each : columns_) {
            rows_ = std::max(rows_, std::min(each.size(), map_nodes_max));
        }
    }

    void append() {
        const std::string size = std::to_string(with_.width) + "\" height=\"" +
                                 std::to_string(height()) + "\" viewBox=\"0 0 " +
                                 std::to_string(with_.width) + " " + std::to_string(height());
        out_.append("<svg class=\"").append(with_.style).append("\" width=\"").append(size);
        out_ += "\" role=\"img\" aria-label=\"Map of the routes from inputs to outputs; the list "
                "below says the same\">";
        append_lines();
        for (std::size_t column = 0; column < 3; ++column) {
            append_nodes(column);
        }
        out_ += "</svg>";
    }

private:
    [[nodiscard]] int pitch() const noexcept { return with_.node_height + with_.gap; }
    [[nodiscard]] int height() const noexcept {
        return static_cast<int>(std::max<std::size_t>(rows_, 1)) * pitch() + with_.gap;
    }
    [[nodiscard]] double left(std::size_t column) const noexcept {
        return static_cast<double>(column) * (with_.width - with_.node_width) / 2.0;
    }
    [[nodiscard]] double right(std::size_t column) const noexcept {
        return left(column) + with_.node_width;
    }
    // A column stands in the middle of the longest one, unless that is long.
    [[nodiscard]] double middle(std::size_t column, std::size_t row) const noexcept {
        const auto drawn = std::min(columns_[column].size(), map_nodes_max);
        const std::size_t above = rows_ > long_rows ? 0 : rows_ - drawn;
        const double top = static_cast<double>(above) * pitch() / 2.0 + with_.gap;
        return top + static_cast<double>(row) * pitch() + with_.node_height / 2.0;
    }

    void append_lines() {
        const std::size_t routes = std::min(of_.routes.size(), map_nodes_max);
        for (std::size_t row = 0; row < routes; ++row) {
            const route_line& route = of_.routes[row];
            for (const std::size_t input : route.from) {
                append_line(0, input, row, route, columns_[0]);
            }
            for (const std::size_t output : route.to) {
                append_line(1, row, output, route, columns_[2]);
            }
        }
    }

    // From a node of that column to one of the next.
    void append_line(std::size_t column, std::size_t from, std::size_t to, const route_line& route,
                     const std::vector<node>& ends) {
        const std::size_t end = column == 0 ? from : to;
        if (from >= map_nodes_max || to >= map_nodes_max || end >= ends.size() ||
            lines_ >= map_lines_max) {
            return;
        }
        ++lines_;
        const double x1 = right(column);
        const double x2 = left(column + 1);
        const double bend = (x2 - x1) / 2;
        const bool is_off = route.is_muted || ends[end].is != look::up;
        const int weight = is_off || !(route.per_s >= 0.05) ? 0 : route.per_s < 10 ? 1 : 2;
        out_.append("<path class=\"line w").append(std::to_string(weight));
        out_.append(ends[end].is == look::down ? " off broken" : is_off ? " off" : "");
        out_.append("\" d=\"M").append(number(x1)).append(" ");
        out_.append(number(middle(column, from))).append("C").append(number(x1 + bend));
        out_.append(" ").append(number(middle(column, from))).append(" ");
        out_.append(number(x2 - bend)).append(" ").append(number(middle(column + 1, to)));
        out_.append(" ").append(number(x2)).append(" ").append(number(middle(column + 1, to)));
        out_ += "\"/>";
    }

    void append_nodes(std::size_t column) {
        const std::vector<node>& all = columns_[column];
        for (std::size_t row = 0; row < std::min(all.size(), map_nodes_max); ++row) {
            append_node(column, row, all[row]);
            if (with_.has_line_rates) {
                append_line_rate(column, row, all[row]);
            }
        }
    }

    // An SVG within the SVG: what is too long is cut off at its edge.
    void append_node(std::size_t column, std::size_t row, const node& of) {
        const double top = middle(column, row) - with_.node_height / 2.0;
        out_.append("<svg class=\"node ").append(look_names[static_cast<std::size_t>(of.is)]);
        out_.append(of.is_route ? " route" : "").append("\" x=\"").append(number(left(column)));
        out_.append("\" y=\"").append(number(top)).append("\" width=\"");
        out_.append(std::to_string(with_.node_width)).append("\" height=\"");
        out_.append(std::to_string(with_.node_height))
            .append("\"><title>")
            .append(escaped(of.name));
        out_.append(": ").append(look_names[static_cast<std::size_t>(of.is)]).append(", ");
        out_.append(rate_text(of.per_s)).append("/s</title>");
        out_.append("<rect x=\"1\" y=\"1\" width=\"").append(std::to_string(with_.node_width - 2));
        out_.append("\" height=\"").append(std::to_string(with_.node_height - 2));
        out_.append("\" rx=\"").append(of.is_route ? "18" : "4").append("\"/>");
        const int line = with_.has_line_rates ? with_.node_height / 2 : with_.node_height / 3;
        append_mark(line, of);
        out_.append("<text class=\"name\" x=\"").append(with_.has_line_rates ? "34" : "21");
        out_.append("\" y=\"").append(std::to_string(line + 5)).append("\">");
        append_text(out_, of.name, with_.name_characters);
        out_ += "</text>";
        if (!with_.has_line_rates) {
            out_.append("<text class=\"rate\" x=\"21\" y=\"").append(std::to_string(line + 22));
            out_.append("\">").append(rate_text(of.per_s)).append("/s</text>");
        }
        out_ += "</svg>";
    }

    // A disc, a cross, two bars, a ring: the state without its colour.
    void append_mark(int line, const node& of) {
        out_.append("<g class=\"mark\" transform=\"translate(");
        out_.append(with_.has_line_rates ? "19" : "12").append(" ").append(std::to_string(line));
        out_ += ")\">";
        switch (of.is) {
        case look::up:
            out_ += of.is_route ? "<path d=\"M-5-4L1 0-5 4M0-4L6 0 0 4\"/>"
                                : "<circle r=\"5\" class=\"full\"/>";
            break;
        case look::down:
            out_ += "<path d=\"M-5-5L5 5M5-5L-5 5\"/>";
            break;
        case look::muted:
            out_ += "<path d=\"M-3-5V5M3-5V5\"/>";
            break;
        case look::unused:
            out_ += "<circle r=\"4\"/>";
            break;
        }
        out_ += "</g>";
    }

    // The rate stands behind an input, which it leaves, and before a route or an output, which it
    // enters.
    void append_line_rate(std::size_t column, std::size_t row, const node& of) {
        const bool is_input = column == 0;
        out_.append("<text class=\"rate\" x=\"");
        out_ += number(is_input ? right(column) + 8 : left(column) - 8);
        out_.append("\" y=\"").append(number(middle(column, row) - 7));
        out_.append(is_input ? "\">" : "\" text-anchor=\"end\">");
        out_.append(rate_text(of.per_s)).append("/s</text>");
    }

    std::string& out_;
    const view& of_;
    const geometry& with_;
    std::vector<node> columns_[3];
    std::size_t rows_ = 0;
    std::size_t lines_ = 0;
};

std::size_t beyond(std::size_t count) noexcept {
    return count > map_nodes_max ? count - map_nodes_max : 0;
}

} // namespace

void append_map(std::string& out, const view& of) {
    const std::size_t rows = std::max({of.inputs.size(), of.routes.size(), of.outputs.size()});
    drawing(out, of, rows > long_rows ? wide_and_long : wide).append();
    drawing(out, of, narrow).append();
    const std::size_t more =
        beyond(of.inputs.size()) + beyond(of.routes.size()) + beyond(of.outputs.size());
    std::size_t lines = 0;
    for (const route_line& each : of.routes) {
        lines += each.from.size() + each.to.size();
    }
    if (more > 0 || lines > map_lines_max) {
        out += "<p class=\"note\">The map shows ";
        out += std::to_string(map_nodes_max) + " of each kind and " +
               std::to_string(map_lines_max) + " lines at most. The lists below are longer.</p>";
    }
}

} // namespace tactus::metrics::page
