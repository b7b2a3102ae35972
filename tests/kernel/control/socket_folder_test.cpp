// SPDX-License-Identifier: MIT
#include "kernel/control/socket_folder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace tactus;
using namespace tactus::control;
using tactus::test::temp_dir;

namespace {

// The variables as a test wants them; nullptr: not set. Restored afterwards.
class environment {
public:
    environment(const char* runtime, const char* user) {
        change("RUNTIME_DIRECTORY", runtime, runtime_);
        change("XDG_RUNTIME_DIR", user, user_);
    }
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;
    ~environment() {
        std::string unused;
        change("RUNTIME_DIRECTORY", runtime_.empty() ? nullptr : runtime_.c_str(), unused);
        change("XDG_RUNTIME_DIR", user_.empty() ? nullptr : user_.c_str(), unused);
    }

private:
    static void change(const char* name, const char* value, std::string& was) {
        const char* const before = std::getenv(name);
        was = before == nullptr ? "" : before;
        value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
    }

    std::string runtime_;
    std::string user_;
};

// A process that listens there.
class listening_socket {
public:
    explicit listening_socket(const std::string& path)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(::listen(fd_, 4) == 0);
    }
    listening_socket(const listening_socket&) = delete;
    listening_socket& operator=(const listening_socket&) = delete;
    ~listening_socket() { close(); }
    void close() { ::close(std::exchange(fd_, -1)); } // its file stays

private:
    int fd_;
};

} // namespace

TEST_CASE("a service's folder is the first that systemd made") {
    const temp_dir folder;
    const std::string first = folder.path("a");
    const environment set((first + ":" + folder.path("b")).c_str(), folder.path("c").c_str());

    const auto made = make_socket_folder("hall");

    REQUIRE(made);
    CHECK(*made == first);
}

TEST_CASE("a daemon of the same name is found in another folder, as long as it lives") {
    const temp_dir folder;
    const std::string path = folder.path("tactus/hall");
    std::filesystem::create_directories(path);
    const environment set(nullptr, folder.path("").c_str());
    CHECK(find_namesake("hall", "/run/tactus/hall").empty());

    listening_socket socket(path + "/control.sock");
    CHECK_THAT(find_namesake("hall", "/run/tactus/hall"),
               Catch::Matchers::EndsWith("/tactus/hall/control.sock"));
    CHECK(find_namesake("hall", path).empty()); // its own
    CHECK(find_namesake("foyer", "/run/tactus/foyer").empty());
    {
        const environment of_service(path.c_str(), folder.path("").c_str());
        CHECK(find_namesake("hall", "/run/tactus/hall").empty());
    }

    socket.close();
    CHECK(find_namesake("hall", "/run/tactus/hall").empty());
}

TEST_CASE("a user's daemons have a folder each") {
    const temp_dir folder;
    const environment set(nullptr, folder.path("").c_str());

    const auto made = make_socket_folder("hall");

    REQUIRE(made);
    CHECK(made->ends_with("/tactus/hall"));
    struct stat there {};
    REQUIRE(::stat(made->c_str(), &there) == 0);
    CHECK((there.st_mode & 0777) == 0755);
    CHECK(make_socket_folder("hall")); // it is there already
}

TEST_CASE("a folder that others may write to is refused, with the command that mends it") {
    const temp_dir folder;
    const std::string open = folder.path("open");
    REQUIRE(::mkdir(open.c_str(), 0700) == 0);
    REQUIRE(::chmod(open.c_str(), 0777) == 0);
    const environment set(open.c_str(), nullptr);

    const auto made = make_socket_folder("hall");

    REQUIRE_FALSE(made);
    CHECK(made.error().text.find("chmod go-w " + open) != std::string::npos);
}

TEST_CASE("a folder that cannot be made, and a path that is too long, are errors") {
    const temp_dir folder;
    const environment lost((folder.path("none") + "/deeper").c_str(), nullptr);
    CHECK(make_socket_folder("hall").error().kind == error_kind::io);

    const environment deep(nullptr, folder.path("").c_str());
    CHECK(make_socket_folder(std::string(120, 'n')).error().kind == error_kind::invalid);
}

TEST_CASE("a variable with a relative path is named, and a client ignores it") {
    const bool is_service = GENERATE(true, false);
    const environment set(is_service ? "run/rel" : nullptr, is_service ? nullptr : "run/rel");

    const auto made = make_socket_folder("hall");

    REQUIRE_FALSE(made);
    CHECK(made.error().text ==
          std::string(is_service ? "RUNTIME_DIRECTORY" : "XDG_RUNTIME_DIR") +
              " is \"run/rel\", which is not an absolute path. Set it to one that begins with /.");
    CHECK(why_variable_ignored() == made.error().text);
    const std::vector<found_socket> found = find_files("sounding");
    CHECK(std::all_of(found.begin(), found.end(),
                      [](const found_socket& each) { return each.path.starts_with('/'); }));
}

TEST_CASE("a client finds the daemons that listen, and no file of a dead one") {
    const temp_dir folder;
    const environment set(nullptr, folder.path("").c_str());
    const std::string hall = *make_socket_folder("hall");
    const std::string foyer = *make_socket_folder("foyer");
    const listening_socket living(hall + "/control.sock");
    listening_socket dead(foyer + "/control.sock");
    dead.close();

    const std::vector<found_socket> found = find_sockets(control_socket);

    const auto ours = [&](const found_socket& each) {
        return each.path.starts_with(folder.path(""));
    };
    CHECK(std::count_if(found.begin(), found.end(), ours) == 1);
    const auto hit = std::find_if(found.begin(), found.end(), ours);
    REQUIRE(hit != found.end());
    CHECK(hit->name == "hall");
    CHECK(hit->path == hall + "/control.sock");
    CHECK_FALSE(hit->is_closed);
}

TEST_CASE("a daemon's file is found whether or not a daemon runs, the service's first, each once") {
    const temp_dir folder;
    const std::string service = folder.path("tactus/service");
    for (const char* const name : {"tactus", "tactus/hall", "tactus/service", "tactus/empty"}) {
        REQUIRE(::mkdir(folder.path(name).c_str(), 0700) == 0);
    }
    folder.write("tactus/hall/sounding", "");
    folder.write("tactus/service/sounding", "");
    const environment set(service.c_str(), folder.path().c_str());

    std::vector<found_socket> found = find_files("sounding");
    std::erase_if(found, [](const found_socket& each) { return each.path.starts_with("/run/"); });

    REQUIRE(found.size() == 2);
    CHECK(found[0].path == service + "/sounding");
    CHECK(found[0].name.empty());
    CHECK(found[1].path == folder.path("tactus/hall/sounding"));
    CHECK(found[1].name == "hall");
}
