# SPDX-License-Identifier: MIT
# The Debian packages are built once, in build/deb of the tree; what needs them requires the fixture
# "packages". It takes two processors, so it begins first. Not with sanitizers: what they would find
# is not in the packages. They take ten minutes of a processor, hence the option.
option(TACTUS_PACKAGE_TESTS "Build the Debian packages and test them, in a booted machine too" OFF)
if(TACTUS_SANITIZE OR NOT TACTUS_PACKAGE_TESTS)
  return()
endif()
set(deb ${PROJECT_SOURCE_DIR}/build/deb)
add_test(NAME "packages: they build" COMMAND ${PROJECT_SOURCE_DIR}/packaging/deb)
set_tests_properties("packages: they build" PROPERTIES
  LABELS packages TIMEOUT 1800 PROCESSORS 2 COST 1000 FIXTURES_SETUP packages)

function(tactus_package_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMMAND")
  add_test(NAME "packages: ${name}" COMMAND ${arg_COMMAND})
  set_tests_properties("packages: ${name}" PROPERTIES
    LABELS packages TIMEOUT 600 SKIP_RETURN_CODE 77 FIXTURES_REQUIRED packages)
endfunction()

tactus_package_test("lintian has nothing to say"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/lintian_test ${deb})
tactus_package_test("what is in them"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/package_contents_test ${deb} ${PROJECT_SOURCE_DIR}/)
tactus_package_test("once more, the same"
  COMMAND ${PROJECT_SOURCE_DIR}/packaging/deb --compare)
tactus_package_test("install, upgrade, remove, purge"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/package_life_test ${deb})
tactus_package_test("the tarball"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tarball_test ${PROJECT_SOURCE_DIR})
tactus_package_test("installed, upgraded and rebooted in the lab's machine"
  COMMAND ${PROJECT_SOURCE_DIR}/tests/lab/lab run --init systemd --reboots --timeout 420
    --packages ${deb} ${PROJECT_SOURCE_DIR}/tests/lab/cases/package.py)
