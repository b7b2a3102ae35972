# SPDX-License-Identifier: MIT
# Does what the first chapter of SDK/README.md says, by copying: writes each file that it shows into
# WORK/my_transports, then runs its commands as they stand. Two things differ for the test: the SDK
# is built of the tree in SDK/.., beside the reader's folder, and TACTUS is in the PATH.
file(READ ${SDK}/README.md readme)
string(FIND "${readme}" "## Write a transport" from)
string(SUBSTRING "${readme}" ${from} -1 readme)
string(FIND "${readme}" "A class with a member named" to)
string(SUBSTRING "${readme}" 0 ${to} readme)

set(folder ${WORK}/my_transports)
file(REMOVE_RECURSE ${folder})
file(REMOVE_RECURSE ${WORK}/reader ${WORK}/sdk)
set(ENV{HOME} ${WORK}/reader)
cmake_path(GET TACTUS PARENT_PATH programs)
set(ENV{PATH} "${programs}:$ENV{PATH}")
unset(ENV{TACTUS_PLUGIN_PATH})

# A list would break at the text's semicolons: block after block by its place.
set(commands "")
while(readme MATCHES "```([a-z]+)\n")
  set(language ${CMAKE_MATCH_1})
  string(FIND "${readme}" "```${language}\n" at)
  string(SUBSTRING "${readme}" 0 ${at} before)
  string(LENGTH "```${language}\n" opening)
  math(EXPR at "${at} + ${opening}")
  string(SUBSTRING "${readme}" ${at} -1 readme)
  string(FIND "${readme}" "```\n" at)
  string(SUBSTRING "${readme}" 0 ${at} block)
  math(EXPR at "${at} + 4")
  string(SUBSTRING "${readme}" ${at} -1 readme)
  if(language STREQUAL "sh")
    string(APPEND commands "${block}")
  elseif(language STREQUAL "console" AND before MATCHES "<!-- run by: [^\n]*\n$")
    continue() # a test of its own
  elseif(before MATCHES "`([A-Za-z_.]+)`:\n\n$")
    file(WRITE ${folder}/${CMAKE_MATCH_1} "${block}")
  else()
    message(FATAL_ERROR "which file is this?\n${block}")
  endif()
endwhile()

string(REPLACE " -S . " " -S '${SDK}/..' " commands "${commands}")
string(REPLACE " build/sdk" " '${WORK}/sdk'" commands "${commands}")
file(WRITE ${folder}/commands.sh "set -ex\n${commands}")
set(ENV{CMAKE_GENERATOR} ${GENERATOR})
set(ENV{CC} ${C_COMPILER})
set(ENV{CXX} ${CXX_COMPILER})
set(ENV{CFLAGS} "-Wall -Wextra -Wpedantic -Werror")
set(ENV{CXXFLAGS} "-Wall -Wextra -Wpedantic -Wconversion -Werror")
execute_process(COMMAND bash commands.sh WORKING_DIRECTORY ${folder}
  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(result)
  message(FATAL_ERROR "following the README ends with ${result}:\n${said}")
endif()
foreach(effect "100% tests passed, 0 tests failed out of 1" "\npassed  *org.example.address_log  *life-100-times" "\norg.example.address_log  *address_log  *output " "got /pulse/note_on.* output=listener")
  if(NOT said MATCHES "${effect}")
    message(FATAL_ERROR "nothing of \"${effect}\" is seen:\n${said}")
  endif()
endforeach()

# The one in C, by the same commands.
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SDK}/example_in_c -B ${WORK}/in_c
    -DCMAKE_PREFIX_PATH=${WORK}/reader/tactus-sdk
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/in_c COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/in_c --output-on-failure
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${TACTUS} plugin check ${WORK}/in_c/null_output.tactus.so
  COMMAND_ERROR_IS_FATAL ANY)

foreach(plugin ${folder}/build/address_log ${WORK}/in_c/null_output)
  execute_process(COMMAND ${NM} -D --defined-only --format=posix ${plugin}.tactus.so
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(NOT symbols MATCHES "^tactus_entry_v0 [DRV] [^\n]*\n$")
    message(FATAL_ERROR "${plugin}: expected the symbol tactus_entry_v0 alone, found:\n${symbols}")
  endif()
endforeach()
