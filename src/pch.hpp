#pragma once

// What most translation units use. Light on purpose: Asio and Beast stay out (docs/adr/0001).
#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
