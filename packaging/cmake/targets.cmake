# SPDX-License-Identifier: MIT
# One function for each kind of target, so that a folder's CMakeLists.txt is one line a target:
#   tactus_library(flow SOURCES ... LINK ...)   a floor of the kernel, static
#   tactus_plugin(osc_in SOURCES ... LINK ...)  a transport, built through the SDK alone
#   tactus_test(flow SOURCES ... LINK ...)      a Catch2 program, each case a ctest of its own
#   tactus_pipewire_test(midi_out TIMEOUT 120)  its cases once more, with PipeWire's JACK
#   tactus_bench(queue SOURCES ... LINK ...)    a benchmark; never part of the tests
include_guard(GLOBAL)

add_library(tactus_warnings INTERFACE)
target_compile_options(tactus_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual>
  $<$<BOOL:${TACTUS_WERROR}>:-Werror>)

add_library(tactus_sanitize INTERFACE)
if(TACTUS_SANITIZE)
  target_compile_options(tactus_sanitize INTERFACE -fsanitize=${TACTUS_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=all
    # It looks at memory through a pipe, and takes any object for a wrong one where no descriptor is
    # left, which a test sees to; what is used after its end is the address sanitizer's to find.
    -fno-sanitize=vptr
    # GCC 12 finds fault with its own <regex> and <optional> there.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(tactus_sanitize INTERFACE -fsanitize=${TACTUS_SANITIZE})
endif()

function(_tactus_defaults target)
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE tactus_warnings tactus_sanitize)
endfunction()

# HOT: each event passes through it. More than -O2 is for these alone: at link time GCC 12 takes the
# frames of coroutines that two files share for different types, at -O3 it warns of strings that are
# in order, and the rest gains nothing. No pairs of scalars as vectors: a pair that was just written
# as two would be read as one, for which the processor has to wait.
function(tactus_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HOT" "" "SOURCES;LINK;LINK_PRIVATE")
  add_library(tactus_${name} STATIC ${arg_SOURCES})
  if(arg_HOT AND TACTUS_HOT)
    target_compile_options(tactus_${name} PRIVATE -O3 -fno-tree-slp-vectorize)
    set_target_properties(tactus_${name} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
  _tactus_defaults(tactus_${name})
  target_include_directories(tactus_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(tactus_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_PRIVATE})
endfunction()

# Its objects are compiled once: for the plugin, and for tactus_${name}_parts, a static library for
# tests of its parts. What such a test defines in their place the linker does not take from there.
function(tactus_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  set(objects tactus_${name}_objects)
  add_library(${objects} OBJECT ${arg_SOURCES})
  _tactus_defaults(${objects})
  target_compile_options(${objects} PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-gnu-unique>)
  target_link_libraries(${objects} PUBLIC tactus::sdk ${arg_LINK})

  tactus_add_plugin(${name} $<TARGET_OBJECTS:${objects}>)
  target_link_libraries(${name} PRIVATE tactus_sanitize ${arg_LINK})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY ${TACTUS_PLUGIN_OUTPUT_DIRECTORY})
  install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/tactus/plugins
    COMPONENT plugins)

  add_library(tactus_${name}_parts STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${objects}>)
  set_target_properties(tactus_${name}_parts PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(tactus_${name}_parts PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(tactus_${name}_parts PUBLIC tactus::sdk ${arg_LINK})
endfunction()

function(tactus_test_options target)
  _tactus_defaults(${target})
  # Lines for a debugger, no variables: the tests are the larger half of a build.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-g1>)
  # Some libraries want it; a precompiled header fits either all or none.
  target_compile_options(${target} PRIVATE $<$<BOOL:${TACTUS_PRECOMPILED_CATCH}>:-pthread>)
endfunction()

# SERIAL: alone on the machine, for what must be in time, such as JACK. DAEMON: it runs daemons, for
# which it mostly waits; no two of these at once, but beside other tests.
function(tactus_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL;DAEMON" "TIMEOUT" "SOURCES;LINK;DEPENDS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(lock)
  if(arg_DAEMON)
    set(lock RESOURCE_LOCK daemon COST 2000) # they begin first: one after the other takes long
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  tactus_test_options(${name}_test)
  target_link_libraries(${name}_test PRIVATE tactus_test_main ${arg_LINK})
  if(TARGET tactus_catch_header)
    target_precompile_headers(${name}_test REUSE_FROM tactus_catch_header)
  endif()
  if(arg_DEPENDS)
    add_dependencies(${name}_test ${arg_DEPENDS})
  endif()
  catch_discover_tests(${name}_test TEST_PREFIX "${name}: "
    PROPERTIES TIMEOUT ${arg_TIMEOUT} RUN_SERIAL $<BOOL:${arg_SERIAL}> SKIP_RETURN_CODE 77
      ${lock})
endfunction()

# A test that cannot be built or run here: ctest lists it, and says "Skipped"; with CI=true it fails.
function(tactus_skipped_test name why)
  add_test(NAME "${name}" COMMAND sh -c
    "echo 'skipped: ${why}'; if test \"$CI\" = true || test \"$CI\" = 1; then exit 1; fi; exit 77")
  set_tests_properties("${name}" PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# The cases of a program that uses tests/support/jack_server.hpp once more, with PipeWire in the place
# of jackd, but for those that say [jackd]. PipeWire loses the period of a client that the machine
# runs late, and tells nobody; so each has three tries. Not in the presets of the sanitizers: PipeWire's library
# is not built with them.
function(tactus_pipewire_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "")
  if(TACTUS_SANITIZE)
    return()
  endif()
  find_program(TACTUS_PIPEWIRE pipewire)
  find_path(TACTUS_PIPEWIRE_JACK libjack.so.0 NO_DEFAULT_PATH
    PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pipewire-0.3/jack /usr/lib/pipewire-0.3/jack)
  if(NOT TACTUS_PIPEWIRE OR NOT TACTUS_PIPEWIRE_JACK)
    tactus_skipped_test("pipewire: ${name}"
      "pipewire and pipewire-jack are missing: packaging/install-dependencies test")
    return()
  endif()
  catch_discover_tests(${name}_test TEST_PREFIX "pipewire: ${name}: " TEST_SPEC "~[jackd]"
    PROPERTIES TIMEOUT ${arg_TIMEOUT} RUN_SERIAL TRUE SKIP_RETURN_CODE 77 LABELS pipewire
      ENVIRONMENT "LD_LIBRARY_PATH=${TACTUS_PIPEWIRE_JACK}"
      ENVIRONMENT_MODIFICATION "TACTUS_TRIES=set:3")
endfunction()

function(tactus_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name}_bench ${arg_SOURCES})
  _tactus_defaults(${name}_bench)
  target_link_libraries(${name}_bench PRIVATE ${arg_LINK})
endfunction()
