# SPDX-License-Identifier: MIT
# Installs the SDK of BUILD into WORK/prefix, then configures and builds SOURCE against it.
file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/prefix
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
    "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror"
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Werror"
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build COMMAND_ERROR_IS_FATAL ANY)

foreach(plugin address_log null_output)
  execute_process(COMMAND ${NM} -D --defined-only --format=posix
      ${WORK}/build/${plugin}.tactus.so
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(NOT symbols MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
    message(FATAL_ERROR "${plugin}: expected the symbol tactus_entry_v0 alone, found:\n${symbols}")
  endif()
endforeach()
