# SPDX-License-Identifier: MIT
# Each header of the C++ layer and of the test host, before all others: a compiler or a standard that is
# too old gets our #error and what ends the compiler there, and nothing else. COMPILERS are GCC and
# clang, which are told to call themselves older; REAL, if it is there, is a GCC that is.
set(count 0)
set(failed 0)

function(refuse header text compiler)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/old.inc "#include <${header}>\nint main() { return 0; }\n")
  execute_process(COMMAND ${compiler} -x c++ ${ARGN} -Wall -Wextra -I${INCLUDE} -I${TESTHOST}
      -fsyntax-only ${CMAKE_CURRENT_BINARY_DIR}/old.inc
    RESULT_VARIABLE result ERROR_VARIABLE said)
  string(REGEX MATCHALL "(error|warning):[^\n]*" diagnostics "${said}")
  list(LENGTH diagnostics number)
  if(NOT result OR NOT number EQUAL 2 OR
      NOT diagnostics MATCHES "^error: [^\n;]*${text}.*;error:[^;]*tactus/the_error_above")
    message("${header}, ${compiler} ${ARGN}: expected \"${text}\" alone:\n${said}")
    math(EXPR failed "${failed} + 1")
  endif()
  math(EXPR count "${count} + 1")
  set(failed ${failed} PARENT_SCOPE)
  set(count ${count} PARENT_SCOPE)
endfunction()

foreach(header ${HEADERS})
  foreach(compiler ${COMPILERS})
    if(compiler MATCHES "clang")
      refuse(${header} "clang 14.*this clang is too old" ${compiler} -std=c++20
        -U__clang_major__ -D__clang_major__=13)
    else()
      refuse(${header} "GCC 12.*this GCC is too old" ${compiler} -std=c++20 -U__GNUC__ -D__GNUC__=11)
    endif()
    refuse(${header} "-std=c[+][+]20" ${compiler} -std=c++17)
  endforeach()
  if(REAL)
    refuse(${header} "this GCC is too old" ${REAL} -std=c++20)
  endif()
endforeach()
message("${count} times, ${failed} of them wrong")
if(count LESS 100 OR failed)
  message(FATAL_ERROR "not each header refuses compilers that are too old, or few were found")
endif()
