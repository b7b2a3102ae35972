// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"
#include "tests/tidy/source_file.hpp"

#include <tuple>

using tactus::tidy::find_classes;
using tactus::tidy::make_source_file;

namespace {

using sizes = std::vector<std::tuple<std::string, std::size_t, std::size_t>>;

// Name, functions and data members of each class.
sizes classes_of(std::string_view text) {
    sizes all;
    for (const auto& each : find_classes(make_source_file("kernel/a.hpp", text))) {
        all.emplace_back(each.name, each.functions, each.fields);
    }
    return all;
}

} // namespace

TEST_CASE("functions that are declared, defined and overloaded are counted") {
    REQUIRE(classes_of("class a final : public b<int(int)> {\npublic:\n    void c();\n"
                       "    [[nodiscard]] int c(int d = {}) const noexcept { return d; }\n"
                       "    template <class e, class f = g<e>>\n    static e h(f i) {\n"
                       "        if (i) {\n            j();\n        }\n    }\n"
                       "    bool operator<(const a& k) const;\n"
                       "    virtual std::function<void(int)> l() = 0;\n};\n") ==
            sizes{{"a", 5, 0}});
}

TEST_CASE("data members are counted, with and without a value") {
    REQUIRE(classes_of("struct alignas(64) a {\n    int b;\n    int c, d[2];\n"
                       "    std::array<int, f(3)> e{1, 2};\n    std::map<int, int> g = {{1, 2}};\n"
                       "    std::function<void(int)> h = make(1);\n"
                       "    void (*i)(struct a* self, int j);\n    struct a* k;\n};\n") ==
            sizes{{"a", 0, 8}});
}

TEST_CASE("constructors, assignments, aliases, friends and static data do not count") {
    REQUIRE(classes_of("class a {\npublic:\n    explicit a(int b) : c_{b}, d_(b), e_{1} {\n"
                       "        f();\n    }\n    a(const a&) = delete;\n"
                       "    a& operator=(const a&) = delete;\n    ~a();\n    using g = int;\n"
                       "    enum class h : int { i, j };\n    class k;\n    friend class l;\n"
                       "    static constexpr int m = n(3);\n"
                       "    static_assert(sizeof(int) == 4);\n"
                       "private:\n    int c_;\n    int d_;\n    int e_ = 0;\n};\n") ==
            sizes{{"a", 0, 3}});
}

TEST_CASE("a nested class counts on its own, and functions outside of classes count nowhere") {
    REQUIRE(classes_of("namespace z::y {\ninline int f(int a) { return a; }\n"
                       "constexpr int t[] = {1, 2};\nclass a {\n    struct b {\n        int c;\n"
                       "        void d();\n    };\n    b e;\n    void f();\n    void g();\n};\n}\n"
                       "void h();\n") == sizes{{"a", 2, 1}, {"b", 1, 1}});
}

TEST_CASE("a directive within a class is no member") {
    REQUIRE(classes_of("class a {\n#define B(c) \\\n    int c;\n    int d;\n};\n") ==
            sizes{{"a", 0, 1}});
}
