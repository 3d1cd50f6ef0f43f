#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/builtin/dates.hpp"
#include "types/task_input.hpp"

namespace todod::assistant::builtin {

/// What somebody wants.
enum class Intent : std::uint8_t {
    add,
    list,
    count,  ///< "how many are left?"
    complete,
    reopen,  ///< take a completion back
    update,
    remove,   ///< "delete" outside
    undo,     ///< take back what was done last
    redo,     ///< do again what was just taken back
    restore,  ///< take out of the trash
    choose,   ///< an answer to a question: "the second one"
    confirm,  ///< "yes"
    decline,  ///< "no", "never mind"
    help,
    greet,
    thank,
};

std::string_view to_string(Intent intent) noexcept;  ///< "add" … ; "delete" for remove

/// Which tasks, by what they are like.
struct Filter {
    std::optional<types::StatusFilter> status;
    std::optional<types::Priority> priority;
    std::vector<std::string> tags;
    std::optional<base::Instant> due_after;   ///< included
    std::optional<base::Instant> due_before;  ///< not included
    bool is_by_completion = false;            ///< the two say when it was completed instead
    bool is_overdue = false;
    bool is_undated = false;  ///< of list and count, as the next
    bool is_untagged = false;
    std::string words;  ///< of title and description; empty: any
};

/// Which task or tasks somebody speaks of.
struct TaskReference {
    std::vector<std::int64_t> numbers;  ///< "tasks 1, 2 and 5"
    std::optional<base::Uuid> id;
    std::string words;            ///< of its title, as written: "the meeting task" → "meeting"
    std::optional<int> position;  ///< in what was shown: "the second one" is 2, "the last" is -1
    bool is_previous = false;     ///< what was spoken of last: "it", "that one"
    bool is_all = false;          ///< every one that `filter` lets through: "all completed tasks"
    Filter filter;
    std::vector<TaskReference> except;  ///< which of those are left out; one at most

    bool empty() const noexcept;  ///< names nothing
};

/// How far a due date is to be moved: "by a week", "an hour earlier".
struct Shift {
    std::int64_t days = 0;
    std::chrono::milliseconds time{};  ///< of a day
};

/// One thing to be done.
struct Action {
    Intent intent{};
    double score = 0;  ///< 0–1: how sure it is
    /// Of what is to be added, or what a task is to be called from now on; empty: not said.
    std::string title;
    std::optional<std::string> description;
    std::optional<types::Due> due;
    bool is_due_time = false;  ///< of update: `due` says at what time, and not on which day
    bool repeats = false;      ///< of add: "every Monday"; `due` is the first of them
    bool clears_due = false;
    std::optional<Shift> shift;  ///< of update
    std::optional<types::Priority> priority;
    std::vector<std::string> tags;
    std::vector<std::string> dropped_tags;  ///< of update
    bool drops_all_tags = false;            ///< of update
    std::optional<types::Status> status;
    TaskReference task;  ///< of complete, reopen, update, remove, restore, choose; of "show task 3"
    Filter filter;       ///< of list and count
    std::optional<types::SortKey> sort;  ///< of list
};

/// What a text says. Without actions: nothing that todod knows of.
struct Understanding {
    std::vector<Action> actions;
    /// Without actions: what would be added, if it is something to do ("call the plumber").
    std::optional<Action> offer;
    std::vector<TimeMention> times;
};

Understanding understand(std::string_view text, const Moment& moment);

}  // namespace todod::assistant::builtin
