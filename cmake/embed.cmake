# Files that are served or run from inside the binary.

set(TODOD_EMBED "${CMAKE_SOURCE_DIR}/tools/embed")

# todod_npm(FOLDER FILE...): files below FOLDER/node_modules that npm installs at build time.
function(todod_npm folder)
  set(modules "${CMAKE_SOURCE_DIR}/${folder}/node_modules")
  list(TRANSFORM ARGN PREPEND "${modules}/" OUTPUT_VARIABLE files)
  add_custom_command(
    OUTPUT "${modules}/.package-lock.json"
    BYPRODUCTS ${files}
    COMMAND "${CMAKE_SOURCE_DIR}/tools/npm-ci" "${CMAKE_SOURCE_DIR}/${folder}"
    DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/package-lock.json"
    COMMENT "Installing the packages of ${folder}"
    VERBATIM)
endfunction()

# todod_embed(TARGET NAMESPACE SYMBOL /url/path=FILE...): adds to TARGET a source that defines
# std::span<const Asset> NAMESPACE::SYMBOL(), which NAMESPACE's assets.hpp declares.
function(todod_embed target namespace symbol)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  list(TRANSFORM ARGN REPLACE "^[^=]*=" "" OUTPUT_VARIABLE files)
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${TODOD_EMBED}" assets "${out}" ${namespace} ${symbol} ${ARGN}
    DEPENDS "${TODOD_EMBED}" ${files}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()

# todod_embed_tree(TARGET NAMESPACE SYMBOL FOLDER DEPENDS FILE...): as todod_embed, of all files
# below FOLDER, which is there once FILE... are built.
function(todod_embed_tree target namespace symbol folder)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${TODOD_EMBED}" tree "${out}" ${namespace} ${symbol} "${folder}"
    DEPENDS "${TODOD_EMBED}" ${arg_DEPENDS}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()

# todod_embed_migrations(TARGET SYMBOL FOLDER): adds to TARGET a source that defines
# std::span<const Migration> todod::db::SYMBOL() with FOLDER's NNNN_name.{up,down}.sql in order.
function(todod_embed_migrations target symbol folder)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  file(GLOB ups CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.up.sql")
  file(GLOB downs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.down.sql")
  list(SORT ups)
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${TODOD_EMBED}" migrations "${out}" ${symbol} ${ups}
    DEPENDS "${TODOD_EMBED}" ${ups} ${downs}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
