# SPDX-License-Identifier: MIT
# run(COMMAND...): runs it, in ${folder} if that is set, and leaves in ${said} what it prints. A
# command that fails ends the script with that.
function(run)
  if(folder)
    set(in WORKING_DIRECTORY ${folder})
  endif()
  execute_process(COMMAND ${ARGN} ${in} RESULT_VARIABLE result OUTPUT_VARIABLE said
    ERROR_VARIABLE said)
  if(result)
    message(FATAL_ERROR "${ARGN} ends with ${result}:\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()
