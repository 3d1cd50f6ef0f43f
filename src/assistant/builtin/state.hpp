#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/builtin/task_view.hpp"

namespace todod::assistant::builtin {

/// What can be done to a task.
enum class Work : std::uint8_t { add, complete, reopen, update, remove };

/// Something to be done, to whichever task. `changes` are the tool's arguments without the task;
/// `tags` are added to those that the task has.
struct Order {
    Work work{};
    boost::json::object changes{};
};

struct TaskName {
    static constexpr std::size_t max_title_bytes = 200;

    std::int64_t number = 0;
    std::string title{};  ///< as it was when it was spoken of, cut to max_title_bytes
};

/// What the assistant wants to know before it goes on.
struct Question {
    enum class Kind : std::uint8_t {
        which,  ///< of `tasks`
        sure,   ///< whether really all of `tasks`
        value,  ///< what `field` is to be
    };

    Kind kind{};
    Order order;
    std::vector<TaskName> tasks{};
    std::string field{};
    /// Of many tasks that were found by what they are like: the arguments that list them.
    boost::json::object listing{};
};

/// What was done to a task.
struct Deed {
    Work work{};
    TaskName task;
};

/// Something spoken of: in the message that the state is of, or in an earlier one.
template <class T>
struct Spoken {
    std::vector<T> of{};
    bool is_new = false;
};

/// What the assistant knows from one turn to the next: kept with its message.
struct State {
    Spoken<TaskName> focus;      ///< "it"
    Spoken<TaskName> shown;      ///< "the second one"
    Spoken<Deed> deeds;          ///< "no, the other one"
    std::optional<Order> order;  ///< that the deeds are of, if they are of one
    std::optional<Question> question;
    std::optional<std::int64_t> undone;  ///< the change set that took something back just now
};

/// JSON. What would make it too long is left out.
std::string write_state(const State& state);

/// Empty for what is no state of this version.
State read_state(std::string_view text);

/// `state` as it is known a message later: nothing is new, no question is open.
State grown_old(State state);

}  // namespace todod::assistant::builtin
