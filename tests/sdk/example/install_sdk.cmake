# SPDX-License-Identifier: MIT
# Installs the SDK of BUILD to where nobody said when it was configured, WORK/home/tactus-sdk, and
# asks pkg-config of it. By the flags that it gives, the example in each language is built by hand, by
# each of COMPILERS; each exports its entry, and nothing else: two plugins share nothing.
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

ask(cflags --cflags)
ask(libs --libs)
separate_arguments(cflags UNIX_COMMAND "${cflags}")
separate_arguments(libs UNIX_COMMAND "${libs}")
foreach(compiler ${COMPILERS})
  foreach(source example/address_log.cpp example_in_c/null_output.c)
    set(plugin ${WORK}/by_hand.tactus.so)
    set(language -x c++ -std=c++20)
    if(source MATCHES "c$")
      set(language -x c -std=c11)
    endif()
    execute_process(COMMAND ${compiler} ${language} -fPIC -shared -Wall -Wextra -Werror ${cflags}
        ${sdk}/share/doc/tactus/sdk/${source} -o ${plugin} ${libs} -lstdc++
      COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${NM} -D --defined-only --format=posix ${plugin}
      OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
    if(NOT symbols MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
      message(FATAL_ERROR
        "${source}, ${compiler}: expected the symbol tactus_entry_v0 alone, found:\n${symbols}")
    endif()
  endforeach()
endforeach()
