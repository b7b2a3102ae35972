# SPDX-License-Identifier: MIT
# The real daemon, TACTUS, plays to an output of PLUGINS whose send throws: it says so, goes on, and
# ends well. And `tactus ports` of a plugin that throws while it lists.
set(folder ${WORK}/plugins)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${folder})
# Under the name by which a configuration finds it.
file(CREATE_LINK ${PLUGINS}/throws.tactus.so ${folder}/throws_in_send.tactus.so SYMBOLIC)
file(WRITE ${WORK}/throws.toml "
[[input]]
name = \"beat\"
type = \"pulse\"
[[output]]
name = \"bad\"
type = \"throws_in_send\"
[[route]]
from = \"beat\"
to = \"bad\"
[metrics]
listen = \"127.0.0.1:0\"
")
set(ENV{TACTUS_PLUGIN_PATH} ${folder})

function(expect text)
  execute_process(COMMAND ${TACTUS} ${ARGN} RESULT_VARIABLE result
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(result OR NOT said MATCHES "${text}")
    message(FATAL_ERROR "tactus ${ARGN} ends with ${result}, \"${text}\" was expected:\n${said}")
  endif()
endfunction()

expect("send threw: I drop it. It is restarted in [0-9]+ ms"
  run --seconds 1 ${WORK}/throws.toml)
expect("\"the first\".*throws_in_list_ports.*list_ports threw: I lost count" ports)
