#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

#include "assistant/builtin/understand.hpp"

namespace todod::assistant {

/// Of a task as tools give it; 0, which none has, where there is none.
std::int64_t number_of(const boost::json::object& task);

/// Empty where it is no text.
std::string_view text_of(const boost::json::object& task, std::string_view key);

/// Whether `filter` lets the task through, which list_tasks has not been asked.
bool passes(const builtin::Filter& filter, const boost::json::object& task, base::Instant now,
            const base::TimeZone& zone);

}  // namespace todod::assistant
