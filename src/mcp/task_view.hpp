#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "mcp/server.hpp"
#include "operation/operation.hpp"

namespace todod::mcp {

/// What prompts and resources see of tasks: what the tools of agents give their caller. Both must
/// outlive what is made of it.
struct TaskView {
    const operation::Table& tools;
    const base::Clock& clock;
};

/// How long a result may be that is made of tasks.
inline constexpr std::size_t max_view_bytes = 40'000;

/// Where a sender is in time.
struct Here {
    base::TimeZone zone;
    std::chrono::sys_days today;
};

/// Throws Error{invalid} for a time zone that is not known.
Here find_here(const TaskView& view, const Sender& sender);

/// Whether `sender` may see tasks.
bool may_see(const Sender& sender) noexcept;

/// Counts a read. Throws Error{forbidden} for who may not, and as Meter::check does.
base::Async<void> begin_view(const Sender& sender);

/// What a tool gives. Throws Error{invalid} with its own words where it gives nothing, and
/// Error{unavailable} where nobody waits for it any more.
base::Async<boost::json::object> use(const TaskView& view, const Sender& sender,
                                     std::string_view tool, boost::json::object arguments);

/// A query of list_tasks.
boost::json::object open_tasks(int limit, std::string_view sort = "created");

/// Some of the tasks that list_tasks has found.
struct Rows {
    std::string json;  ///< each as a JSON text
    std::int64_t shown = 0;
    std::int64_t total = 0;
};

/// What stands between rows, and how each is written.
struct RowStyle {
    std::string_view separator;
    std::function<std::string(const boost::json::object& task)> write;
};

/// The tasks that `query` finds, as many as fit into `max_bytes` of a JSON string.
base::Async<Rows> list_rows(const TaskView& view, const Sender& sender, boost::json::object query,
                            std::size_t max_bytes, const RowStyle& style);

}  // namespace todod::mcp
