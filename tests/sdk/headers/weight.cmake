# SPDX-License-Identifier: MIT
# Counts the lines that COMPILER sees for <tactus/cpp/plugin.hpp>, beyond those of <chrono>, which
# the public types need and which is the largest header of the standard library. Each file of each
# plugin pays for them.
set(lines_max 20000) # 18,600 with GCC 12; <memory>, <functional> or <algorithm> would be too many

function(count header into)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/weight.inc "#include <${header}>\n")
  execute_process(COMMAND ${COMPILER} -x c++ -std=c++20 -E -P -I${INCLUDE}
      ${CMAKE_CURRENT_BINARY_DIR}/weight.inc
    OUTPUT_VARIABLE text RESULT_VARIABLE result)
  if(result)
    message(FATAL_ERROR "${header} could not be read")
  endif()
  string(REGEX REPLACE "[^\n]" "" newlines "${text}")
  string(LENGTH "${newlines}" lines)
  set(${into} ${lines} PARENT_SCOPE)
endfunction()

count(chrono alone)
count(tactus/cpp/plugin.hpp all)
math(EXPR more "${all} - ${alone}")
message("${all} lines, ${more} of them beyond <chrono>")
if(more LESS 4000 OR more GREATER ${lines_max})
  message(FATAL_ERROR "expected 4000 to ${lines_max}: which header is new?")
endif()
