# Puts what the package has into its place, for cpack.cmake: file(INSTALL) does so below the folder
# that is packed, and nothing else is written but in a folder of its own.
cmake_path(SET root NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../..")
set(binary "$ENV{TODOD}")
if(NOT binary)
  set(binary "${root}/build/release/todod")
endif()
if(NOT EXISTS "${binary}")
  message(FATAL_ERROR "${binary} is not there: 'make build' makes it, or TODOD names another.")
endif()
set(made "${CPACK_TEMPORARY_DIRECTORY}-made")
file(REMOVE_RECURSE "${made}")
file(MAKE_DIRECTORY "${made}")
set(private OWNER_READ OWNER_WRITE GROUP_READ)
set(public ${private} WORLD_READ)

# put(SOURCE DESTINATION PERMISSION...): a copy of a file; one that is to be NAME.gz is compressed,
# to the same bytes each time.
function(put source destination)
  cmake_path(GET destination PARENT_PATH folder)
  cmake_path(GET destination FILENAME name)
  set(copy "${made}/${name}")
  if(name MATCHES "\\.gz$")
    execute_process(COMMAND gzip -9nc "${source}" OUTPUT_FILE "${copy}" COMMAND_ERROR_IS_FATAL ANY)
  else()
    file(COPY_FILE "${source}" "${copy}")
  endif()
  file(INSTALL "${copy}" DESTINATION "${folder}" PERMISSIONS ${ARGN})
endfunction()

# write(DESTINATION ARGUMENT...): what `todod ARGUMENT...` prints.
function(write destination)
  execute_process(COMMAND "${binary}" ${ARGN} OUTPUT_FILE "${made}/.printed"
                  COMMAND_ERROR_IS_FATAL ANY)
  put("${made}/.printed" "${destination}" ${public})
endfunction()

execute_process(COMMAND strip -o "${made}/.stripped" "${binary}" COMMAND_ERROR_IS_FATAL ANY)
put("${made}/.stripped" /usr/bin/todod ${public} OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
put("${root}/deploy/systemd/todod.service" /lib/systemd/system/todod.service ${public})
put("${root}/deploy/systemd/todod.env" /etc/todod/todod.env ${private})

write(/usr/share/man/man1/todod.1.gz manual)
write(/usr/share/bash-completion/completions/todod completion bash)
write(/usr/share/zsh/vendor-completions/_todod completion zsh)
write(/usr/share/fish/vendor_completions.d/todod.fish completion fish)

set(doc /usr/share/doc/todod)
string(TIMESTAMP DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file("${CMAKE_CURRENT_LIST_DIR}/changelog.in" "${made}/.changelog" @ONLY)
put("${made}/.changelog" ${doc}/changelog.gz ${public})
put("${root}/CHANGELOG.md" ${doc}/CHANGELOG.md.gz ${public})
put("${root}/deploy/.env.example" ${doc}/examples/env.example ${public})
put("${CMAKE_CURRENT_LIST_DIR}/lintian-overrides" /usr/share/lintian/overrides/todod ${public})
put("${CMAKE_CURRENT_LIST_DIR}/copyright" ${doc}/copyright ${public})
