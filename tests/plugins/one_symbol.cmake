# SPDX-License-Identifier: MIT
# Fails unless PLUGIN exports tactus_entry_v0 and nothing else.
execute_process(COMMAND ${NM} -D --defined-only --format=posix ${PLUGIN}
  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
if(NOT symbols MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
  message(FATAL_ERROR "expected the symbol tactus_entry_v0 alone, found:\n${symbols}")
endif()
