# SPDX-License-Identifier: MIT
# The Debian packages are built once, in build/deb/quick of the tree; what needs them requires the
# fixture "packages". It begins first, since much waits for it, and runs beside other tests: what
# keeps one processor busy is two of ctest's, as in tests/lab. Not with sanitizers: what they would
# find is not in the packages. All of it takes ten minutes of a processor, hence the option.
option(TACTUS_PACKAGE_TESTS "Build the Debian packages and test them, in a booted machine too" OFF)
if(TACTUS_SANITIZE OR NOT TACTUS_PACKAGE_TESTS)
  return()
endif()
set(deb ${PROJECT_SOURCE_DIR}/build/deb/quick)

function(tactus_package_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BUILDS" "LABEL;COST" "COMMAND")
  add_test(NAME "packages: ${name}" COMMAND ${arg_COMMAND})
  set_tests_properties("packages: ${name}" PROPERTIES
    LABELS "packages;${arg_LABEL}" PROCESSORS 2 COST ${arg_COST} TIMEOUT 900 SKIP_RETURN_CODE 77
    FIXTURES_REQUIRED packages ENVIRONMENT "DEB_BUILD_OPTIONS=parallel=1;JOBS=1")
  if(arg_BUILDS) # in the one folder for this
    set_tests_properties("packages: ${name}" PROPERTIES RESOURCE_LOCK package_folder)
  endif()
endfunction()

tactus_package_test("they build" BUILDS COST 1000
  COMMAND ${PROJECT_SOURCE_DIR}/packaging/deb --quick)
set_tests_properties("packages: they build" PROPERTIES
  FIXTURES_REQUIRED "" FIXTURES_SETUP packages)

tactus_package_test("installed, upgraded and rebooted in the lab's machine" LABEL lab COST 900
  COMMAND ${PROJECT_SOURCE_DIR}/tests/lab/lab run --init systemd --reboots --timeout 800
    --packages ${deb} ${PROJECT_SOURCE_DIR}/tests/lab/cases/package.py)
tactus_package_test("install, upgrade, remove, purge" COST 800
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/package_life_test ${deb})
tactus_package_test("the author of a plugin follows the SDK's guide" COST 750
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/plugin_author_test ${deb} ${PROJECT_SOURCE_DIR}/sdk/README.md)
tactus_package_test("the tarball" BUILDS COST 700
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tarball_test ${PROJECT_SOURCE_DIR})
tactus_package_test("once more, the same" BUILDS COST 600
  COMMAND ${PROJECT_SOURCE_DIR}/packaging/deb --quick --compare)
tactus_package_test("lintian has nothing to say" COST 500
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/lintian_test ${deb})
tactus_package_test("what is in them" COST 400
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/package_contents_test ${deb} ${PROJECT_SOURCE_DIR}/)
