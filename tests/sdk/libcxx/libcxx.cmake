# SPDX-License-Identifier: MIT
# Builds libcxx_out with libc++ in both ways, checks both, and lets the daemon play to the one by CMake.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/source ${WORK}/by_hand)
set(ENV{RUNTIME_DIRECTORY} ${WORK}) # its daemon has its sockets there, beside any other
set(ENV{CMAKE_GENERATOR} ${GENERATOR})
set(ENV{CXX} ${CLANGXX})
set(ENV{CXXFLAGS} "-stdlib=libc++ -Wall -Wextra -Wpedantic -Wconversion -Werror")
set(ENV{PKG_CONFIG_PATH} ${INSTALLED}/${LIBDIR}/pkgconfig)

include(${CMAKE_CURRENT_LIST_DIR}/../run.cmake)

# The test is compiled with libstdc++, like the test host.
file(WRITE ${WORK}/source/CMakeLists.txt "cmake_minimum_required(VERSION 3.25)
project(with_libcxx LANGUAGES CXX)
find_package(tactus-sdk 0.1 REQUIRED)
tactus_add_plugin(libcxx_out ${SOURCE}/libcxx_out.cpp)
enable_testing()
tactus_add_plugin_test(libcxx_out_test PLUGIN libcxx_out libcxx_out_test.cpp)
")
file(WRITE ${WORK}/source/libcxx_out_test.cpp "#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>
using tactus::testing::test_instance;
TACTUS_TEST(\"it lives\") {
    test_instance made(tactus::testing::load_entry(TACTUS_PLUGIN_FILE), \"org.example.libcxx\");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    TACTUS_CHECK(made.end().empty());
}
")
run(${CMAKE_COMMAND} -S ${WORK}/source -B ${WORK}/build -DCMAKE_PREFIX_PATH=${INSTALLED})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --output-on-failure)
run(bash -ec "$CXX -std=c++20 -stdlib=libc++ -nostdlib++ -fPIC -shared \\
  $(${PKG_CONFIG} --cflags tactus-sdk) ${SOURCE}/libcxx_out.cpp \\
  -o ${WORK}/by_hand/libcxx_out.tactus.so $(${PKG_CONFIG} --libs tactus-sdk) \\
  -Wl,-Bstatic -lc++ -lc++abi -Wl,-Bdynamic")

foreach(plugin ${WORK}/build/libcxx_out.tactus.so ${WORK}/by_hand/libcxx_out.tactus.so)
  run(${NM} -D --defined-only --format=posix ${plugin})
  if(NOT said MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
    message(FATAL_ERROR "${plugin}: expected the symbol tactus_entry_v0 alone, found:\n${said}")
  endif()
  run(${READELF} --dynamic ${plugin})
  if(said MATCHES "NEEDED[^\n]*\\[lib(std)?c[+][+]")
    message(FATAL_ERROR "${plugin} needs a shared C++ library:\n${said}")
  endif()
  run(${TACTUS} plugin check ${plugin})
endforeach()

file(WRITE ${WORK}/played.toml "[[input]]\nname = \"beat\"\ntype = \"pulse\"\n
[[output]]\nname = \"it\"\ntype = \"libcxx_out\"\nfails = true\n
[[route]]\nfrom = \"beat\"\nto = \"it\"\n\n[metrics]\nlisten = \"127.0.0.1:0\"\n")
set(ENV{TACTUS_PLUGIN_PATH} ${WORK}/build)
run(${TACTUS} run --seconds 1 ${WORK}/played.toml)
foreach(effect "the worker threw stoi" "caught output=it" "send threw: the cable is out"
    "restarted.*the worker threw stoi" "Stopped")
  if(NOT said MATCHES "${effect}")
    message(FATAL_ERROR "nothing of \"${effect}\" is seen:\n${said}")
  endif()
endforeach()
