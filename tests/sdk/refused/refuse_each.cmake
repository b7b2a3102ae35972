# SPDX-License-Identifier: MIT
# Compiles SOURCE by COMPILER once for each of its cases. One that is marked `// TEXT` must fail, with
# TEXT in a static assertion, or in the name of a function that is no constant expression; one
# marked `// compiles` must not: what is common to all is right.
file(STRINGS ${SOURCE} cases REGEX "^#.*if defined\\([A-Z_]+\\) +// ")
list(LENGTH cases count)
if(count LESS 14)
  message(FATAL_ERROR "only ${count} cases were found in ${SOURCE}")
endif()
set(failed "")
foreach(case ${cases})
  string(REGEX MATCH "defined\\(([A-Z_]+)\\) +// (.*)$" found "${case}")
  set(name ${CMAKE_MATCH_1})
  set(expected "${CMAKE_MATCH_2}")
  execute_process(
    COMMAND ${COMPILER} -x c++ -std=c++20 -I${INCLUDE} -D${name} -fsyntax-only ${SOURCE}
    RESULT_VARIABLE result ERROR_VARIABLE errors)
  if(expected STREQUAL "compiles")
    if(result)
      message("${name} does not compile:\n${errors}")
      list(APPEND failed ${name})
    endif()
    continue()
  endif()
  string(REGEX MATCHALL "(static[ _]assert|non-[^\n]*constexpr)[^\n]*" said "${errors}")
  string(FIND "${said}" "${expected}" place)
  if(NOT result OR place EQUAL -1)
    message("${name} was to be refused with \"${expected}\":\n${errors}")
    list(APPEND failed ${name})
  endif()
endforeach()
if(failed)
  message(FATAL_ERROR "these were not judged as they should be: ${failed}")
endif()
