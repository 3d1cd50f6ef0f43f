# What every target of todod is compiled with, and the two ways a target is declared.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE}")
endif()

set(TODOD_SANITIZE "" CACHE STRING "What -fsanitize= is given, e.g. address,undefined")

add_library(todod_options INTERFACE)
target_compile_options(todod_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough
  -Wno-c23-extensions -fno-omit-frame-pointer
  # Precompiled headers that ccache can keep.
  -Xclang -fno-pch-timestamp)
target_link_options(todod_options INTERFACE -fuse-ld=lld)
target_include_directories(todod_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(todod_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ALL_NO_LIB
  BOOST_ASIO_NO_DEPRECATED SPDLOG_FMT_EXTERNAL
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(TODOD_SANITIZE)
  target_compile_options(todod_options INTERFACE
    -fsanitize=${TODOD_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(todod_options INTERFACE -fsanitize=${TODOD_SANITIZE})
endif()

# todod_layer(NAME [DEPENDS target...]): a static library of every source below src/NAME.
function(todod_layer name)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp")
  add_library(todod_${name} STATIC ${sources})
  target_link_libraries(todod_${name} PUBLIC todod_options ${arg_DEPENDS})
  target_precompile_headers(todod_${name} REUSE_FROM todod_pch)
endfunction()

# todod_test(NAME [DATABASES] [DEPENDS target...]): one GoogleTest program of every source below
# tests/NAME. With DATABASES its tests run on SQLite and again on PostgreSQL (those of the store
# also with partitioned tables), but for those below tests/NAME/sqlite and tests/NAME/postgres: they
# run on that one alone, and are a program of their own that is built along.
function(todod_test name)
  cmake_parse_arguments(arg "DATABASES" "" "DEPENDS" ${ARGN})
  set(folder "${CMAKE_SOURCE_DIR}/tests/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  if(NOT arg_DATABASES)
    todod_test_program(test_${name} SOURCES ${sources} DEPENDS ${arg_DEPENDS})
    todod_add_tests(test_${name} ${name} sqlite)
    return()
  endif()

  set(shared ${sources})
  list(FILTER shared EXCLUDE REGEX "^${folder}/(sqlite|postgres)/")
  todod_test_program(test_${name} SOURCES ${shared} DEPENDS ${arg_DEPENDS})
  todod_add_tests(test_${name} ${name} sqlite)
  todod_add_tests(test_${name} ${name} postgres)
  if(name STREQUAL "store")
    todod_add_tests(test_${name} ${name} partitioned)
  endif()
  foreach(database sqlite postgres)
    set(own ${sources})
    list(FILTER own INCLUDE REGEX "^${folder}/${database}/")
    if(own)
      set(target test_${name}_${database})
      todod_test_program(${target} SOURCES ${own} DEPENDS ${arg_DEPENDS})
      todod_add_tests(${target} ${name} ${database})
      add_dependencies(test_${name} ${target})
      if(database STREQUAL "postgres")
        todod_add_tests(${target} ${name} partitioned)
      endif()
    endif()
  endforeach()
endfunction()

function(todod_test_program target)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE todod_test_support ${arg_DEPENDS} GTest::gmock_main)
  target_precompile_headers(${target} REUSE_FROM todod_pch)
endfunction()

# The tests of TARGET on DATABASE, as TARGET.DATABASE.1 to 4, each a part of them in one process: to
# start one for each test took longer than most tests.
function(todod_add_tests target label database)
  set(parts 4)
  foreach(part RANGE 1 ${parts})
    math(EXPR index "${part} - 1")
    set(test ${target}.${database}.${part})
    add_test(NAME ${test} COMMAND ${target} --gtest_brief=1)
    set(part_of "GTEST_TOTAL_SHARDS=${parts};GTEST_SHARD_INDEX=${index}")
    set_tests_properties(${test} PROPERTIES TIMEOUT 600 LABELS ${label}
                         ENVIRONMENT "TODOD_TEST_DATABASE=${database};${part_of}")
  endforeach()
endfunction()
