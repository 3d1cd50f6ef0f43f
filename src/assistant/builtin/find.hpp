#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assistant/builtin/match.hpp"
#include "assistant/builtin/scene.hpp"

namespace todod::assistant::builtin {

/// The tasks that somebody may mean.
struct Found {
    enum class How : std::uint8_t {
        named,  ///< by their numbers: each is meant
        sure,   ///< one of them is meant, without a doubt that it is among these
        fuzzy,  ///< one of them, if what was typed was not quite right
        maybe,  ///< one of them, perhaps
        all,    ///< each that the user's words fit
    };

    std::vector<TaskView> tasks{};
    How how = How::sure;
    std::int64_t total = 0;         ///< with those that were too many to fetch; 0: these
    bool are_more = false;          ///< there may be others that fit, among those not looked at
    boost::json::object listing{};  ///< all: the arguments that list them
    std::string problem{};          ///< why there are none
};

/// The first `count` (at most 100) that `listing` lists, on however many pages they come; fewer
/// where they are not to be had.
base::Async<std::vector<TaskView>> list_first(Scene& scene, boost::json::object listing,
                                              std::int64_t count);

/// What `reference` speaks of, for `work` to be done to it.
base::Async<Found> find_tasks(Scene& scene, TaskReference reference, Work work);

}  // namespace todod::assistant::builtin
