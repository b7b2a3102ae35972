# SPDX-License-Identifier: MIT
# Builds EXAMPLE of sdk/examples against the SDK as it is installed, runs its test, and checks its
# plugin against the contract.
cmake_minimum_required(VERSION 3.25)
set(source ${SDK}/examples/${EXAMPLE})
set(build ${WORK}/${EXAMPLE})
file(REMOVE_RECURSE ${build})
set(ENV{CMAKE_GENERATOR} ${GENERATOR})
set(ENV{CC} ${C_COMPILER})
set(ENV{CXX} ${CXX_COMPILER})
set(ENV{CFLAGS} "-Wall -Wextra -Wpedantic -Wconversion -Werror")
set(ENV{CXXFLAGS} "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror")

include(${CMAKE_CURRENT_LIST_DIR}/../run.cmake)

file(GLOB code ${source}/${EXAMPLE}.c ${source}/${EXAMPLE}.cpp ${source}/${EXAMPLE}.rs)
file(READ ${code} text)
string(REGEX MATCHALL "\n" ends "${text}")
list(LENGTH ends count)
if(count GREATER_EQUAL 150)
  message(FATAL_ERROR "${code} has ${count} lines")
endif()

run(${CMAKE_COMMAND} -S ${source} -B ${build} -DCMAKE_PREFIX_PATH=${INSTALLED}
  -DTACTUS_RUSTC=${RUSTC})
run(${CMAKE_COMMAND} --build ${build})
run(${CMAKE_CTEST_COMMAND} --test-dir ${build} --output-on-failure)
run(${TACTUS} plugin check ${build}/${EXAMPLE}.tactus.so)
