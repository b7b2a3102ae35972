# SPDX-License-Identifier: MIT
# Installs the SDK of BUILD to where nobody said when it was configured, WORK/home/tactus-sdk, and
# asks pkg-config of it. CXX compiles a header by the flags that it gives.
set(sdk ${WORK}/home/tactus-sdk)
file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${sdk}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE files ${sdk}/tactus-sdk.pc)
list(LENGTH files count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "there is no tactus-sdk.pc, or more than one: ${files}")
endif()
cmake_path(GET files PARENT_PATH folder)
set(ENV{PKG_CONFIG_PATH} ${folder})

function(ask to)
  execute_process(COMMAND ${PKG_CONFIG} ${ARGN} tactus-sdk OUTPUT_VARIABLE said
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${to} "${said}" PARENT_SCOPE)
endfunction()

ask(plugins --variable=plugindir)
cmake_path(NORMAL_PATH plugins)
if(NOT plugins STREQUAL ${sdk}/${LIBDIR}/tactus/plugins)
  message(FATAL_ERROR "the plugins of ${sdk} are said to be in ${plugins}")
endif()

ask(flags --cflags)
separate_arguments(flags UNIX_COMMAND "${flags}")
file(WRITE ${WORK}/header.cpp "#include <tactus/cpp/plugin.hpp>\n")
execute_process(COMMAND ${CXX} -std=c++20 ${flags} -fsyntax-only ${WORK}/header.cpp
  COMMAND_ERROR_IS_FATAL ANY)
