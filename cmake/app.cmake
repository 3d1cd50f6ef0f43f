# The page at /: built by vite from web/app into the build's own folder, and embedded from there.

set(app "${CMAKE_SOURCE_DIR}/web/app")
set(app_built "${CMAKE_CURRENT_BINARY_DIR}/app")
set(vite vite/bin/vite.js)

todod_npm(web/app ${vite})

file(GLOB app_sources CONFIGURE_DEPENDS "${app}/*.html" "${app}/*.json" "${app}/*.ts")
file(GLOB_RECURSE app_files CONFIGURE_DEPENDS "${app}/src/*" "${app}/public/*")
find_program(NODE node REQUIRED)
add_custom_command(
  OUTPUT "${app_built}/index.html" "${app_built}/sw.js"
  COMMAND "${NODE}" "${app}/node_modules/${vite}" build --logLevel warn --outDir "${app_built}"
  DEPENDS ${app_sources} ${app_files} "${app}/node_modules/.package-lock.json"
  WORKING_DIRECTORY "${app}"
  COMMENT "Building the page"
  VERBATIM)

# By what vite wrote last: it empties the folder first, so all that is there is of this build.
todod_embed_tree(todod_http todod::http app_assets "${app_built}"
  DEPENDS "${app_built}/index.html" "${app_built}/sw.js")
