# SPDX-License-Identifier: MIT
# -DTACTUS_PARTS=sdk in SOURCE. Each package that the CMake files of LISTS look for is hidden, and so
# is all that pkg-config knows.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
set(sdk ${WORK}/installed)
set(ENV{PKG_CONFIG_LIBDIR} /nonexistent)
unset(ENV{PKG_CONFIG_PATH})
set(ENV{CMAKE_GENERATOR} ${GENERATOR})
set(ENV{CC} ${C_COMPILER})
set(ENV{CXX} ${CXX_COMPILER})
set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} "${LAUNCHER}")

include(${CMAKE_CURRENT_LIST_DIR}/../run.cmake)

set(hidden -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON)
set(names "")
foreach(list ${LISTS})
  file(STRINGS ${list} finds REGEX "^ *find_package\\([A-Za-z]")
  foreach(line ${finds})
    string(REGEX REPLACE "^ *find_package\\(([A-Za-z0-9_-]+).*" "\\1" name "${line}")
    if(NOT name STREQUAL "Threads")
      list(APPEND hidden -DCMAKE_DISABLE_FIND_PACKAGE_${name}=ON)
      list(APPEND names ${name})
    endif()
  endforeach()
endforeach()
list(FIND names fmt place)
if(place EQUAL -1)
  message(FATAL_ERROR "the daemon looks for fmt no more? found: ${names}")
endif()

set(configure ${CMAKE_COMMAND} -S ${SOURCE} ${hidden})
execute_process(COMMAND ${configure} -B ${WORK}/all
  RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
if(NOT result)
  message(FATAL_ERROR "the daemon configures without its libraries: this test hides nothing")
endif()
execute_process(COMMAND ${configure} -B ${WORK}/wrong -DTACTUS_PARTS=skd
  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
if(NOT result OR NOT said MATCHES "TACTUS_PARTS is \"skd\"; it can be all or sdk")
  message(FATAL_ERROR "a part that there is not is answered by ${result}:\n${said}")
endif()

run(${configure} -B ${WORK}/build -DTACTUS_PARTS=sdk)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${CMAKE_COMMAND} --install ${WORK}/build --prefix ${sdk})
foreach(file include/tactus/cpp/plugin.hpp include/tactus/testhost/instance.hpp include/tactus/tactus.h
    share/tactus/rust/tactus.rs share/doc/tactus/sdk/README.md share/doc/tactus/sdk/ABI.md
    share/doc/tactus/sdk/LICENSE share/doc/tactus/sdk/example/address_log.cpp
    share/doc/tactus/sdk/example_in_c/null_output.c
    share/doc/tactus/sdk/examples/artnet_out/README.md share/doc/tactus/sdk/examples/line_in/README.md
    share/doc/tactus/sdk/examples/fifo_out/README.md share/doc/tactus/sdk/examples/driver_in/README.md
    share/doc/tactus/sdk/examples/tick_in/README.md)
  if(NOT EXISTS ${sdk}/${file})
    message(FATAL_ERROR "${file} was not installed")
  endif()
endforeach()
file(GLOB others ${sdk}/*)
if(NOT others MATCHES "^${sdk}/include;${sdk}/lib[^/;]*;${sdk}/share$")
  message(FATAL_ERROR "more than the SDK was installed: ${others}")
endif()

foreach(example example examples/fifo_out)
  set(source ${sdk}/share/doc/tactus/sdk/${example})
  run(${CMAKE_COMMAND} -S ${source} -B ${WORK}/${example} -DCMAKE_PREFIX_PATH=${sdk})
  run(${CMAKE_COMMAND} --build ${WORK}/${example})
  run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/${example} --output-on-failure)
endforeach()
