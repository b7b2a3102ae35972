// SPDX-License-Identifier: MIT
// What the golden sets of files cannot show: bounds, and what is kept.
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

namespace tactus::config::test {
namespace {

class files {
public:
    std::string add(const std::string& name, const std::string& text) {
        std::ofstream(folder_.path(name)) << text;
        return folder_.path(name);
    }

private:
    tactus::test::temp_dir folder_;
};

std::string said(const result<loaded, refused>& outcome) {
    return outcome ? render(outcome->warnings, outcome->sources, "x")
                   : render(outcome.error().found, outcome.error().sources, "x");
}

TEST_CASE("what was loaded can be loaded again") {
    files on_disk;
    const std::string base = on_disk.add("a.toml", small_file{}.text());
    const std::string site = on_disk.add("b.toml", "name = \"hall\"\n");

    const auto first = load({{base, site}, {"log.level=debug"}}, plugins());
    REQUIRE(first.has_value());
    on_disk.add("b.toml", "name = \"foyer\"\n");
    const auto second = load(first->list, plugins());

    REQUIRE(second.has_value());
    CHECK(first->list.files == std::vector<std::string>{base, site});
    CHECK(first->settings.name == "hall");
    CHECK(second->settings.name == "foyer");
    CHECK(second->settings.log.level == log_level::debug);
}

TEST_CASE("an instance is where its first file has it, its values are where they were written") {
    files on_disk;
    const std::string base = on_disk.add("a.toml", small_file{}.text());
    const std::string site =
        on_disk.add("b.toml", "\n[[input]]\nname = \"desk\"\ncapacity = 512\n");

    const auto made = load({{base, site}, {"input.desk.rate=5/s"}}, plugins());

    REQUIRE(made.has_value());
    const input_settings& desk = made->settings.inputs.at(0);
    CHECK(desk.where == position{2, 1, 0});
    CHECK(desk.options.where("capacity") == position{4, 12, 1});
    CHECK(desk.options.where("tls") == position{2, 1, 0});
    CHECK(desk.rate_per_s == 5);
}

TEST_CASE("files that cannot be read are all named, each by its own name") {
    files on_disk;
    const std::string good = on_disk.add("a.toml", small_file{}.text());

    const std::string text = said(load({{"/none/x.toml", good, "/none/y.toml"}}, plugins()));

    CHECK_THAT(text, Catch::Contains("/none/x.toml: error: cannot read this file") &&
                         Catch::Contains("/none/y.toml: error: cannot read this file") &&
                         Catch::Contains("2 errors"));
}

TEST_CASE("a file that is given twice is an error, since its routes would be there twice") {
    files on_disk;
    const std::string file = on_disk.add("a.toml", small_file{}.text());

    CHECK_THAT(said(load({{file, file}}, plugins())),
               Catch::Contains("a.toml: error: this file is given twice"));
    const std::string other = file.substr(0, file.rfind('/')) + "/./a.toml";
    CHECK_THAT(said(load({{file, other}}, plugins())),
               Catch::Contains("/./a.toml: error: this file is given twice"));
}

TEST_CASE("256 files and settings are taken, and not one more") {
    files on_disk;
    const std::string base = on_disk.add("a.toml", small_file{}.text());
    source_list list{{base}, std::vector<std::string>(sources_max - 1, "log.level=debug")};

    CHECK(load(list, plugins()).has_value());
    list.arguments.emplace_back("log.level=info");
    CHECK_THAT(said(load(list, plugins())),
               Catch::Contains("there are more than 256 files and settings"));
}

TEST_CASE("the lists of several files together have the bounds of one") {
    files on_disk;
    const auto routes = [](std::size_t n) {
        std::string out;
        for (std::size_t i = 0; i < n; ++i) {
            out += "[[route]]\nfrom = \"desk\"\nto = \"organ\"\n";
        }
        return out;
    };
    const std::string base = on_disk.add("a.toml", small_file{}.text());
    const std::string most = on_disk.add("b.toml", routes(routes_max - 1));
    const std::string one = on_disk.add("c.toml", routes(1));

    CHECK(load({{base, most}}, plugins()).has_value());
    CHECK_THAT(said(load({{base, most, one}}, plugins())),
               Catch::Contains("c.toml:1:1: error: there are more than 1024 routes"));
}

TEST_CASE("a relative path counts from its own file, and of an argument from where we are") {
    files on_disk;
    const std::string base =
        on_disk.add("a.toml", small_file{}.text() + "[[input]]\nname = \"keys\"\ntype = "
                                                    "\"device\"\nmap_file = \"maps/a\"\n"
                                                    "[[route]]\nfrom = \"keys\"\nto = "
                                                    "\"organ\"\n");
    const std::string site =
        on_disk.add("b.toml", "[[input]]\nname = \"keys\"\nmap_file = \"/etc/b\"\n");
    const auto path_of = [](const source_list& list) {
        const auto made = load(list, plugins());
        INFO(said(made));
        REQUIRE(made.has_value());
        return made->settings.inputs.at(1).options.text("map_file");
    };

    CHECK(path_of({{base}}) == base.substr(0, base.rfind('/')) + "/maps/a");
    CHECK(path_of({{base, site}}) == "/etc/b");
    CHECK(path_of({{base}, {"input.keys.map_file=c"}}) == "c");
    std::string piped = small_file{}.text();
    piped += "[[output]]\nname = \"keys\"\ntype = \"device\"\nmap_file = \"d\"\n";
    const auto from = [&piped](const std::string& path) {
        const auto made = load_text(piped, path, plugins());
        REQUIRE(made.has_value());
        return made->settings.outputs.at(1).options.text("map_file");
    };
    CHECK(from("/dev/fd/63") == "d");
    CHECK(from("x.toml") == "d");
    CHECK(from("./y/x.toml") == "./y/d");
}

TEST_CASE("the environment changes no setting") {
    files on_disk;
    const std::string file = on_disk.add("a.toml", small_file{}.text());
    for (const char* const name : {"TACTUS_NAME", "TACTUS_LOG_LEVEL", "TACTUS_CONFIG", "TACTUS_SET",
                                   "TACTUS_METRICS_LISTEN"}) {
        REQUIRE(::setenv(name, "debug", 1) == 0);
    }

    const auto made = load({{file}}, plugins());

    REQUIRE(made.has_value());
    CHECK(made->settings.name == "tactus");
    CHECK(made->settings.log.level == log_level::info);
    CHECK(made->settings.metrics.listen.port == 9464);
}

} // namespace
} // namespace tactus::config::test
