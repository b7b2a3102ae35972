# SPDX-License-Identifier: MIT
# Fails unless PLUGIN exports tactus_entry_v0 and, where ALSO names one, that function; nothing else.
execute_process(COMMAND ${NM} -D --defined-only --format=posix ${PLUGIN}
  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
if(ALSO)
  if(NOT symbols MATCHES "(^|\n)${ALSO} T ")
    message(FATAL_ERROR "expected the symbol ${ALSO}, too, found:\n${symbols}")
  endif()
  string(REGEX REPLACE "(^|\n)${ALSO} T [^\n]*\n" "\\1" symbols "${symbols}")
endif()
if(NOT symbols MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
  message(FATAL_ERROR "expected the symbol tactus_entry_v0 alone, found:\n${symbols}")
endif()
