#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "assistant/builtin/find.hpp"

namespace todod::assistant::builtin {

inline constexpr std::int64_t page_size = 100;

/// Tasks that list_tasks has given.
struct Page {
    std::vector<TaskView> tasks;
    std::int64_t total = 0;
    std::string next;      ///< the cursor of the page behind it; empty: there is none
    bool is_part = false;  ///< more may fit, among those that were not looked at
};

/// Empty where it failed: the scene then knows why.
base::Async<Page> fetch(Scene& scene, boost::json::object listing, std::int64_t limit);

/// Which tasks somebody means who wants that done to them, and says nothing else.
std::optional<types::StatusFilter> usual_status(Work work) noexcept;

/// The first `count`, or as many as there are.
base::Async<std::vector<TaskView>> list_first(Scene& scene, boost::json::object listing,
                                              std::int64_t count);

/// The task, or each of the tasks ("milk and bread"), whose title has the words of `reference`.
base::Async<Found> find_by_words(Scene& scene, TaskReference reference, Work work);

}  // namespace todod::assistant::builtin
