# SPDX-License-Identifier: MIT
# Counts the lines that COMPILER sees for <tactus/cpp/plugin.hpp>. Each file of each plugin pays for
# them. sdk/README.md tells the figure.
set(lines_max 44000) # 42,600 with GCC 12; <chrono>, <memory> or <algorithm> would be too many
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/weight.inc "#include <tactus/cpp/plugin.hpp>\n")
execute_process(COMMAND ${COMPILER} -x c++ -std=c++20 -E -P -I${INCLUDE}
    ${CMAKE_CURRENT_BINARY_DIR}/weight.inc
  OUTPUT_VARIABLE text RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "plugin.hpp could not be read")
endif()
string(REGEX REPLACE "[^\n]" "" newlines "${text}")
string(LENGTH "${newlines}" lines)
message("${lines} lines")
if(lines LESS 4000 OR lines GREATER ${lines_max})
  message(FATAL_ERROR "expected 4000 to ${lines_max}: which header is new?")
endif()
