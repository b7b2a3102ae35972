# SPDX-License-Identifier: MIT
# tactus_add_plugin_test(NAME PLUGIN TARGET SOURCE...): a test program for the plugin TARGET, with
# tactus::testhost, as a test of ctest. Its sources find the plugin's file as TACTUS_PLUGIN_FILE.
include_guard(GLOBAL)

function(tactus_add_plugin_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PLUGIN" "")
  if(NOT arg_PLUGIN OR NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tactus_add_plugin_test(NAME PLUGIN TARGET SOURCE...)")
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE tactus::testhost)
  if(CMAKE_CXX_FLAGS MATCHES "-stdlib=libc[+][+]") # not the test host's
    target_compile_options(${name} PRIVATE -stdlib=libstdc++)
    target_link_options(${name} PRIVATE -stdlib=libstdc++)
  endif()
  target_compile_definitions(${name} PRIVATE TACTUS_PLUGIN_FILE="$<TARGET_FILE:${arg_PLUGIN}>")
  add_dependencies(${name} ${arg_PLUGIN})
  add_test(NAME ${name} COMMAND ${name})
endfunction()
