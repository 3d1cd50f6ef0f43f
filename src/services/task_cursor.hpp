#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "store/tasks.hpp"

namespace todod::services {

/// What makes two list queries the same but for where their pages begin and end.
std::string fingerprint_of(const types::ListTasks& input);

/// An opaque text that says where a page ended, and of which query.
std::string make_cursor(const store::TaskPosition& position, std::string_view fingerprint,
                        std::chrono::milliseconds day_end);

/// Lets `query` go on where `cursor` says. Throws Error{invalid} when it is not a cursor, or one
/// of another query.
void apply_cursor(std::string_view cursor, std::string_view fingerprint, store::TaskQuery& query);

}  // namespace todod::services
