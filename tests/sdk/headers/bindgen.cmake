# SPDX-License-Identifier: MIT
# What BINDGEN makes of the C headers, read as C and as C++, is compiled by RUSTC: each status of
# abi.h is of one type, the one of tactus_status, and is a pattern of a match.
set(work ${CMAKE_CURRENT_BINARY_DIR}/bindgen)
file(MAKE_DIRECTORY ${work})
file(READ ${INCLUDE}/tactus/abi.h header)
string(REGEX MATCHALL "TACTUS_STATUS_\\(TACTUS_[A-Z_]+, -?[0-9]+\\)" statuses "${header}")
list(LENGTH statuses count)
if(count LESS 14)
  message(FATAL_ERROR "only ${count} statuses were found in abi.h")
endif()

foreach(status ${statuses})
  string(REGEX MATCH "\\((.*), (.*)\\)" all ${status})
  string(APPEND arms "        ${CMAKE_MATCH_1} => \"${CMAKE_MATCH_1}\",\n")
  string(APPEND claims "    assert!(${CMAKE_MATCH_1} == ${CMAKE_MATCH_2});\n")
  string(APPEND names "${CMAKE_MATCH_1}, ")
endforeach()
file(WRITE ${work}/statuses.rs "#![allow(warnings)]
include!(env!(\"BINDINGS\"));
pub fn name_of(status: tactus_status) -> &'static str {
    match status {
${arms}        _ => \"unknown\",
    }
}
pub const ALL: [tactus_status; ${count}] = [${names}];
const _: () = {
${claims}};
")

foreach(language "c -std=c11" "c++ -std=c++20")
  separate_arguments(flags UNIX_COMMAND "-x ${language} -I${INCLUDE}")
  execute_process(COMMAND ${BINDGEN} ${INCLUDE}/tactus/tactus.h -o ${work}/bindings.rs -- ${flags}
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env BINDINGS=${work}/bindings.rs
      ${RUSTC} --edition 2021 --crate-type lib --emit metadata -o ${work}/statuses.rmeta
      ${work}/statuses.rs
    RESULT_VARIABLE result ERROR_VARIABLE said)
  if(result)
    message(FATAL_ERROR "the bindings of ${language} have statuses of different types:\n${said}")
  endif()
endforeach()
