// SPDX-License-Identifier: MIT
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace tactus::config::test {
namespace {

loaded load(const std::string& text) {
    auto outcome = load_text(text, "test.toml", plugins());
    if (!outcome) {
        FAIL(render(outcome.error().found, outcome.error().sources, "x"));
    }
    return std::move(outcome).value();
}

std::string errors_of(const std::string& text) {
    const auto outcome = load_text(text, "test.toml", plugins());
    return outcome ? "" : render(outcome.error().found, outcome.error().sources, "x");
}

std::string instances(const std::string& kind, const std::string& stem, std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) {
        out += "[[" + kind + "]]\nname = \"" + stem + std::to_string(i) + "\"\ntype = \"memory\"\n";
    }
    return out;
}

std::string routes(std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) {
        out += "[[route]]\nfrom = \"i0\"\nto = \"o0\"\n";
    }
    return out;
}

TEST_CASE("a file that sets nothing gets the documented defaults") {
    const settings made = load(small_file{}.text()).settings;

    CHECK(made.name == "tactus");
    CHECK(made.time.max_ahead_ns == 600'000'000'000);
    CHECK(made.time.late == late_policy::send);
    CHECK(made.time.late_limit_ns == 250'000'000);
    CHECK(made.time.late_from == late_origin::arrival);
    CHECK(made.time.handover_ns == 2'000'000);
    CHECK(made.limits.pending == 100'000);
    CHECK(made.limits.memory_bytes == 67'108'864);
    CHECK(made.limits.when_full == when_full::drop_newest);
    CHECK(made.safety.silence_on_stop);
    CHECK(made.safety.silence_on_disconnect);
    CHECK(made.safety.panic_address.empty());
    CHECK(made.safety.flush_limit_ns == 0);
    CHECK(made.safety.state == "auto");
    CHECK(made.metrics.enabled);
    CHECK(made.metrics.listen.host == "127.0.0.1");
    CHECK(made.metrics.listen.port == 9464);
    CHECK(made.metrics.allowed_hosts.empty());
    CHECK(made.control.enabled);
    CHECK(made.control.group.empty());
    CHECK(made.control.status_group.empty());
    CHECK(made.log.level == log_level::info);
    CHECK(made.log.format == log_format::text);
}

TEST_CASE("every section is read") {
    small_file file;
    file.top = "name = \"hall\"\n[time]\nmax_ahead = \"1m\"\nlate = \"drop\"\n"
               "late_limit = \"1s\"\nlate_from = \"due\"\nhandover = \"0ms\"\n"
               "[limits]\npending = 16\n"
               "memory = 1_048_576\nwhen_full = \"refuse\"\n[safety]\nsilence_on = []\n"
               "panic_address = \"/all/off\"\nflush_limit = \"20ms\"\nstate = "
               "\"/kept\"\n[metrics]\nenabled = "
               "false\nlisten = \"[::1]:0\"\n"
               "allowed_hosts = [\"a\", \"b\"]\n[control]\nenabled = false\ngroup = "
               "\"audio\"\nstatus_group = \"adm\"\n"
               "[log]\nlevel = \"error\"\nformat = \"journal\"\n";

    const settings made = load(file.text()).settings;

    CHECK(made.name == "hall");
    CHECK(made.time.max_ahead_ns == 60'000'000'000);
    CHECK(made.time.late == late_policy::drop);
    CHECK(made.time.late_limit_ns == 1'000'000'000);
    CHECK(made.time.late_from == late_origin::due);
    CHECK(made.time.handover_ns == 0);
    CHECK(made.limits.pending == 16);
    CHECK(made.limits.memory_bytes == 1'048'576);
    CHECK(made.limits.when_full == when_full::refuse);
    CHECK_FALSE(made.safety.silence_on_stop);
    CHECK_FALSE(made.safety.silence_on_disconnect);
    CHECK(made.safety.state == "/kept");
    CHECK(made.safety.panic_address == "/all/off");
    CHECK(made.safety.flush_limit_ns == 20'000'000);
    CHECK_FALSE(made.metrics.enabled);
    CHECK(made.metrics.listen.host == "::1");
    CHECK(made.metrics.listen.port == 0);
    CHECK(made.metrics.allowed_hosts == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(made.control.enabled);
    CHECK(made.control.group == "audio");
    CHECK(made.control.status_group == "adm");
    CHECK(made.log.level == log_level::error);
    CHECK(made.log.format == log_format::journal);
}

TEST_CASE("the metrics listen on localhost however it is written, and on no name if at all") {
    const auto listens = [](const std::string& rest) {
        return load(small_file{"[metrics]\n" + rest}.text()).settings.metrics.listen.host;
    };
    CHECK(listens("listen = \"localhost:9464\"") == "127.0.0.1");
    CHECK(listens("listen = \"LOCALHOST:9464\"") == "127.0.0.1");
    CHECK(listens("listen = \"desk.example:9464\"\nenabled = false") == "desk.example");
    CHECK_THAT(
        errors_of(small_file{"[metrics]\nlisten = \"desk.example:9464\"\nopen = true"}.text()),
        Catch::Contains("test.toml:2:10: error: listen: \"desk.example\" is a host name"));
}

TEST_CASE("an instance has its name, its type, its descriptor and its place") {
    const settings made = load(small_file{}.text()).settings;

    REQUIRE(made.inputs.size() == 1);
    CHECK(made.inputs[0].name == "desk");
    CHECK(made.inputs[0].type == "memory");
    CHECK(made.inputs[0].descriptor == &memory());
    CHECK(made.inputs[0].where.line == 2);
    CHECK(made.inputs[0].rate_per_s == 0);
    CHECK(made.inputs[0].restart_first_ns == 500'000'000);
    CHECK(made.inputs[0].restart_max_ns == 10'000'000'000);
    CHECK(made.inputs[0].options.integer("capacity") == 4096);
}

TEST_CASE("the settings that every input has are read") {
    small_file file;
    file.input = "rate = \"60/m\"\nrestart = { first = \"1s\", max = \"2s\" }\n";

    const settings made = load(file.text()).settings;

    CHECK(made.inputs.at(0).rate_per_s == 1.0);
    CHECK(made.inputs.at(0).restart_first_ns == 1'000'000'000);
    CHECK(made.inputs.at(0).restart_max_ns == 2'000'000'000);
}

TEST_CASE("an output inherits from the sections") {
    small_file file;
    file.top = "[time]\nlate = \"drop\"\nlate_limit = \"5ms\"\nlate_from = \"due\"\n"
               "[limits]\npending = 77\n"
               "when_full = \"drop-oldest\"\n";

    const settings made = load(file.text()).settings;

    const output_settings& organ = made.outputs.at(0);
    CHECK_FALSE(organ.required);
    CHECK_FALSE(organ.restores);
    CHECK(organ.late == late_policy::drop);
    CHECK(organ.late_limit_ns == 5'000'000);
    CHECK(organ.late_from == late_origin::due);
    CHECK(organ.pending == 77);
    CHECK(organ.when_full == when_full::drop_oldest);
    CHECK(organ.stall_limit_ns == 1'000'000'000);
}

TEST_CASE("an output overrules the sections") {
    small_file file;
    file.output =
        "required = true\nrestore = true\nqueue = { pending = 20, when_full = \"refuse\" }\n"
        "late = \"drop\"\nlate_limit = \"1ms\"\nlate_from = \"due\"\n"
        "stall_limit = \"2s\"\n";

    const output_settings organ = std::move(load(file.text()).settings.outputs.at(0));

    CHECK(organ.required);
    CHECK(organ.restores);
    CHECK(organ.pending == 20);
    CHECK(organ.when_full == when_full::refuse);
    CHECK(organ.late == late_policy::drop);
    CHECK(organ.late_limit_ns == 1'000'000);
    CHECK(organ.late_from == late_origin::due);
    CHECK(organ.stall_limit_ns == 2'000'000'000);
}

TEST_CASE("a route names inputs and outputs by index, and takes everything by default") {
    const std::string text = instances("input", "i", 3) + instances("output", "o", 2) +
                             "[[route]]\nfrom = [\"i2\", \"i0\"]\nto = \"o1\"\n"
                             "[[route]]\nfrom = \"i1\"\naddress = \"/a/*\"\nto = [\"o0\"]\n";

    const settings made = load(text).settings;

    REQUIRE(made.routes.size() == 2);
    CHECK(made.routes[0].inputs == std::vector<std::uint16_t>{2, 0});
    CHECK(made.routes[0].outputs == std::vector<std::uint16_t>{1});
    CHECK(made.routes[0].address == "*");
    CHECK(made.routes[1].address == "/a/*");
    CHECK(made.routes[1].where.line == 19);
}

TEST_CASE("what no route reaches is a warning, and the file loads") {
    const std::string text = instances("input", "i", 2) + instances("output", "o", 2) +
                             "[[route]]\nfrom = \"i0\"\nto = \"o0\"\n";

    const loaded made = load(text);

    REQUIRE(made.warnings.size() == 2);
    CHECK(made.warnings[0].level == severity::warning);
    CHECK(made.warnings[0].where == position{5, 8});
    CHECK(made.warnings[1].where == position{11, 8});
}

TEST_CASE("256 inputs, 256 outputs and 1024 routes are taken, and not one more") {
    const std::string most_inputs = instances("input", "i", inputs_max);
    const std::string most_outputs = instances("output", "o", outputs_max);
    const std::string most_routes = routes(routes_max);

    CHECK(load(most_inputs + most_outputs + most_routes).settings.routes.size() == routes_max);
    CHECK(errors_of(instances("input", "i", inputs_max + 1) + most_outputs + most_routes)
              .find("more than 256 inputs") != std::string::npos);
    CHECK(errors_of(most_inputs + instances("output", "o", outputs_max + 1) + most_routes)
              .find("more than 256 outputs") != std::string::npos);
    CHECK(errors_of(most_inputs + most_outputs + routes(routes_max + 1))
              .find("more than 1024 routes") != std::string::npos);
}

TEST_CASE("a name of 64 characters is taken") {
    const std::string name(name_size_max, 'n');
    const std::string text = "[[input]]\nname = \"" + name + "\"\ntype = \"memory\"\n" +
                             instances("output", "o", 1) + "[[route]]\nfrom = \"" + name +
                             "\"\nto = \"o0\"\n";

    CHECK(load(text).settings.inputs.at(0).name == name);
}

TEST_CASE("errors come in the order of the file, whoever finds them") {
    small_file file;
    file.top = "[log]\nlevel = 1\n";
    file.input = "capacity = true\n";
    file.route = "address = \"x\"\n";

    const auto outcome = load_text(file.text(), "x", plugins());

    REQUIRE_FALSE(outcome.has_value());
    const std::vector<diagnostic>& found = outcome.error().found;
    REQUIRE(found.size() == 3);
    CHECK(found[0].where < found[1].where);
    CHECK(found[1].where < found[2].where);
}

TEST_CASE("a broken instance is one error, not one for each of its routes") {
    small_file file;
    file.output = "capacity = true\n";

    const auto outcome = load_text(file.text(), "x", plugins());

    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().found.size() == 1);
}

TEST_CASE("a file is read from disk") {
    const tactus::test::temp_dir folder;
    std::ofstream(folder.path("a.toml")) << small_file{}.text();

    const auto outcome = load_file(folder.path("a.toml"), plugins());

    REQUIRE(outcome.has_value());
    CHECK(outcome->sources[0].path == folder.path("a.toml"));
    CHECK(outcome->sources[0].text == small_file{}.text());
}

TEST_CASE("a file that is not there, a folder and a file that is too large are errors") {
    const tactus::test::temp_dir folder;
    std::ofstream(folder.path("large.toml")) << std::string(file_size_max + 1, '\n');

    const auto missing = load_file(folder.path("missing.toml"), plugins());
    const auto is_folder = load_file(folder.path("."), plugins());
    const auto large = load_file(folder.path("large.toml"), plugins());

    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().found.at(0).message ==
          "cannot read this file: No such file or directory");
    REQUIRE_FALSE(is_folder.has_value());
    CHECK(is_folder.error().found.at(0).help == "give the file, not its folder");
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error().found.at(0).message.find("more than 1 MiB") != std::string::npos);
}

TEST_CASE("a pipe is read to its end, and one that nobody writes to is not waited for") {
    const tactus::test::temp_dir folder;
    const std::string path = folder.path("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);

    const auto deserted = load_file(path, plugins());
    REQUIRE_FALSE(deserted.has_value());
    CHECK(deserted.error().found.at(0).message ==
          "cannot read this file: it is a pipe without a writer");

    const int held = ::open(path.c_str(), O_RDWR); // so that the writer does not wait for a reader
    REQUIRE(held >= 0);
    std::thread writer([&] {
        std::ofstream to(path);
        for (const char c : small_file{}.text()) {
            to << c << std::flush;
        }
        int unread = 1;
        while (unread > 0) { // else all of it could be gone before anybody reads
            std::this_thread::yield();
            ::ioctl(held, FIONREAD, &unread);
        }
        to.close();
        ::close(held);
    });
    const auto read = load_file(path, plugins());
    writer.join();
    REQUIRE(read.has_value());
    CHECK(read->sources[0].text == small_file{}.text());
}

TEST_CASE("an endless file is not read to its end") {
    const auto outcome = load_file("/dev/zero", plugins());

    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().found.at(0).message.find("more than 1 MiB") != std::string::npos);
}

} // namespace
} // namespace tactus::config::test
