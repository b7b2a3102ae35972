# SPDX-License-Identifier: MIT
# Every file of the example stands in SDK/README.md as it is.
file(READ ${SDK}/README.md readme)
foreach(quoted address_log.cpp address_log_test.cpp CMakeLists.txt)
  file(READ ${SDK}/example/${quoted} text)
  string(FIND "${readme}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "sdk/README.md does not quote sdk/example/${quoted} to the letter")
  endif()
endforeach()
