#pragma once

#include <string>
#include <string_view>

#include "assistant/builtin/replies.hpp"
#include "assistant/builtin/state.hpp"
#include "assistant/builtin/understand.hpp"
#include "assistant/engine.hpp"
#include "assistant/toolbox.hpp"

namespace todod::assistant::builtin {

/// One turn while it is being answered.
struct Scene {
    const Turn& turn;
    Toolbox& tools;
    Listener& listener;
    const Replies& replies;
    Moment moment;
    Understanding understood;
    State before;  ///< what was known
    State after;   ///< what has come to be known
    std::string text;
    std::string failure;     ///< why something could not be looked for; empty: nothing has
    bool is_undone = false;  ///< what was done before has been taken back
};

/// A line more of the answer.
base::Async<void> say(Scene& scene, std::string line);

/// What has come of a tool.
struct Outcome {
    boost::json::object data;  ///< empty where it has failed
    std::string error;

    explicit operator bool() const noexcept { return error.empty(); }
    bool is_not_found() const noexcept;
};

base::Async<Outcome> use(Scene& scene, std::string tool, boost::json::object arguments);

/// How many tools may still be used in this turn.
std::size_t uses_left(const Scene& scene) noexcept;

TaskName name_of(const TaskView& task);
std::vector<TaskName> names_of(const std::vector<TaskView>& tasks);

/// "task 3 'Buy milk'".
std::string name_in_words(const Scene& scene, const TaskName& task);

/// Why something did not work, in a sentence.
std::string failure_in_words(const Scene& scene, const Outcome& outcome, std::int64_t number);

/// What is to be done to a task; nothing: no task is to be changed, or none that there is yet.
std::optional<Work> work_of(Intent intent) noexcept;

/// What only goes along with something else that is said.
bool is_aside(const Action& action) noexcept;

/// Among the changes of an update: tags that are taken off.
inline constexpr std::string_view dropped_tags = "dropped_tags";

/// Among the changes of an update: how far the due date is moved, {"days": 7, "ms": 0}.
inline constexpr std::string_view shifted_by = "shifted_by";

/// Among the changes of an update: true where due_date says at what time, and not on which day.
inline constexpr std::string_view keeps_day = "keeps_day";

/// And whether what is to be added was to be so again and again.
inline constexpr std::string_view repeats = "repeats";

/// What undo_changes says where there is nothing.
inline constexpr std::string_view nothing_to_undo = "There is nothing that could be taken back.";

/// What `action` sets of a task, as update_task and add_task take it, and dropped_tags.
boost::json::object changes_of(const Action& action);

/// The arguments of list_tasks.
boost::json::object listing_of(const Filter& filter);

/// Whether anything is asked of a task.
bool is_set(const Filter& filter) noexcept;

/// What the user calls the time of `filter`; empty: not clear.
std::string time_in_words(const Scene& scene, const Filter& filter);

/// Whether one of `words` stands in the message.
bool says_one_of(const Scene& scene, std::span<const std::string_view> words);

/// Of the message, those that may tell one task from another.
std::vector<std::string> telling_words(const Scene& scene);

}  // namespace todod::assistant::builtin
