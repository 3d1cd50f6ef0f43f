# The Debian package, of a binary that has been built:
#
#   TODOD=build/release/todod cpack --config deploy/debian/cpack.cmake -B build/package
#
# It is not part of the build, so that any binary can be packed, also under another version.
cmake_path(SET root NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../..")
file(STRINGS "${root}/CMakeLists.txt" project REGEX "^project\\(todod VERSION ")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" CPACK_PACKAGE_VERSION "${project}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME todod)
set(CPACK_PACKAGE_FILE_NAME todod)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "task backend for people and their agents")
set(CPACK_PACKAGE_DESCRIPTION
  "todod serves users, tasks, sign-in and an assistant over HTTP, and tasks
to agents over the Model Context Protocol. It keeps them in an SQLite
database of its own, or in PostgreSQL with as many replicas as are needed.")
# What is packed is put into its place by a script, with paths from / on.
set(CPACK_INSTALL_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/stage.cmake")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY OFF)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The todod authors <todod@todod.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Beside the libraries that dpkg-shlibdeps finds: whom to trust, where a day ends, whose service
# it is.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, postgresql-client, redis-server, nginx | caddy")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(name conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/${name}")
endforeach()
