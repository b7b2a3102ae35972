# SPDX-License-Identifier: MIT
# Compiles layout.c and each C header for TARGET, by clang, which needs nothing of that system for
# headers without a C library. With MUST_FAIL, the golden layout must not hold there.
set(flags --target=${TARGET} -std=c11 -ffreestanding -nostdlibinc -fsyntax-only -Wall -Wextra
  -Wpedantic -Werror -I${INCLUDE})
execute_process(COMMAND ${CLANG} ${flags} ${CMAKE_CURRENT_LIST_DIR}/layout.c
  RESULT_VARIABLE result ERROR_VARIABLE errors)
if(MUST_FAIL)
  if(result EQUAL 0 OR NOT errors MATCHES "tactus_aligned")
    message(FATAL_ERROR "the layout holds for ${TARGET}, or something else is wrong:\n${errors}")
  endif()
elseif(result)
  message(FATAL_ERROR "the layout for ${TARGET} is not the golden one:\n${errors}")
endif()
