#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "assistant/builtin/task_view.hpp"
#include "assistant/builtin/understand.hpp"

namespace todod::assistant::builtin {

/// All that the builtin engine says, in one language. Names in braces are filled in.
struct Replies {
    // What has been done.
    std::string_view added;      ///< {title}
    std::string_view details;    ///< {number} {details}: of what has been added
    std::string_view only_once;  ///< what was to be added again and again
    std::string_view completed;  ///< {title}
    std::string_view reopened;
    std::string_view updated;  ///< {title} {details}
    std::string_view renamed;  ///< {old} {title}
    std::string_view described;
    std::string_view undescribed;
    std::string_view deleted;
    std::string_view restored;  ///< {title} {number}
    std::string_view already_completed;
    std::string_view not_completed;
    std::string_view unchanged;  ///< {title}

    // Details of a task.
    std::string_view due;  ///< {when}
    std::string_view no_due;
    std::string_view tagged;  ///< {tags}
    std::string_view no_tags;
    std::string_view in_progress;
    std::string_view not_started;
    std::array<std::string_view, 4> priorities;  ///< "low priority" …
    std::string_view and_more;                   ///< {count}
    std::string_view line;                       ///< {number} {title} {details} {done}
    std::string_view choice;                     ///< {index} {number} {title} {details}
    std::string_view name;                       ///< {number} {title}

    // Days and times.
    std::string_view today;
    std::string_view tomorrow;
    std::string_view yesterday;
    std::array<std::string_view, 7> weekdays;  ///< Sunday first
    std::array<std::string_view, 12> months;
    std::string_view at;  ///< {day} {time}

    // Lists: {what} is made of those below.
    std::string_view list_head;
    std::string_view list_head_one;
    std::string_view list_next_head;  ///< {count} {total} {what}
    std::string_view empty;
    std::string_view empty_all;
    std::string_view empty_pending;
    std::string_view empty_completed;
    std::string_view empty_overdue;
    std::string_view count_one;   ///< {what}
    std::string_view count_many;  ///< {count} {what}
    std::string_view task;
    std::string_view tasks;
    std::array<std::string_view, 5> statuses;  ///< before it: "pending " …; of StatusFilter
    std::string_view overdue;
    std::string_view of_tags;        ///< {tags}
    std::string_view with_words;     ///< {words}
    std::string_view due_in;         ///< {when}
    std::string_view due_from;       ///< {when}
    std::string_view due_until;      ///< {when}
    std::string_view due_any_other;  ///< {from} {until}
    std::string_view of_the_last;    ///< {count}: that were looked at
    std::string_view undated;
    std::string_view untagged;
    std::string_view done_in;         ///< {when}
    std::string_view done_from;       ///< {when}
    std::string_view done_until;      ///< {when}
    std::string_view done_any_other;  ///< {from} {until}

    // Questions.
    std::string_view which;          ///< {verb}
    std::string_view which_of_many;  ///< {count} {words}
    std::string_view did_you_mean;   ///< {name}
    std::string_view really_add;     ///< {title} {details}
    std::string_view really_delete;  ///< {name}
    std::string_view really_many;    ///< {verb} {count} {what}
    std::string_view only_so_many;   ///< {count} {total}
    std::string_view what_title;     ///< of a new task
    std::string_view what_name;      ///< {name}
    std::string_view what_description;
    std::string_view what_due;
    std::string_view what_priority;
    std::string_view what_tags;
    std::string_view what_change;
    std::string_view what_with;  ///< {name}
    std::string_view which_to_restore;
    std::string_view which_number;          ///< {number} {first} {second} {one} {other}
    std::array<std::string_view, 5> verbs;  ///< of Work

    // What went wrong.
    std::string_view no_task;       ///< {number}
    std::string_view not_in_trash;  ///< {number}
    std::string_view no_task_of_id;
    std::string_view no_task_named;  ///< {words}
    std::string_view no_position;    ///< {count}
    std::string_view no_previous;
    std::string_view none_shown;
    std::string_view failed;  ///< {why}
    std::string_view no_date;
    std::string_view no_priority;
    std::string_view still_which;
    std::string_view changed_since;  ///< {number} {title}
    std::string_view gone_since;
    std::string_view too_many_left_out;
    std::string_view nothing_to_undo;
    std::string_view nothing_to_redo;
    std::string_view unanswered;  ///< nothing is taken back: it is not clear what was done last
    std::string_view rest_left;
    std::string_view too_many;  ///< {count}
    std::string_view go_on;     ///< with those
    std::string_view cannot_move_add;

    // The rest of a conversation.
    std::string_view greeting;
    std::string_view thanks;
    std::string_view help;
    std::string_view unknown;
    std::string_view nothing_asked;
    std::string_view left_as_is;
    std::string_view say_undo;

    // Words of the user's that the engine looks for by itself.
    std::span<const std::string_view> empty_words;       ///< tell no task from another
    std::span<const std::string_view> command_words;     ///< begin what is no title
    std::span<const std::string_view> change_words;      ///< the same, where a task is named
    std::span<const std::string_view> correction_words;  ///< "no", "I meant"
    std::span<const std::string_view> negation_words;    ///< "not the second one"
    std::span<const std::string_view> refusal_words;     ///< go with no consent: "yes, but"
    std::span<const std::string_view> due_words;         ///< go with a date that is corrected
    std::span<const std::string_view> task_words;        ///< before a number: the task's own
    std::span<const std::string_view> other_words;       ///< "the other one"
    std::span<const std::string_view> joining_words;     ///< between the names of two tasks
    std::span<const std::string_view> all_words;         ///< "both", "all of them"
    struct Field {
        std::string_view word;
        std::string_view field;
    };
    std::span<const Field> fields;
};

const Replies& english_replies();

/// `text` with its names filled in: fmt::arg("title", …).
template <class... Args>
std::string fill(std::string_view text, const Args&... args)
{
    return fmt::format(fmt::runtime(text), args...);
}

/// "tomorrow at 15:00", "Fri 27 Nov".
std::string due_in_words(const Replies& replies, const types::Due& due, const Moment& moment);

/// ", due tomorrow, high priority": what there is to say of `task` beside its title.
std::string details_of(const Replies& replies, const TaskView& task, const Moment& moment);

/// `task` in a list.
std::string line_of(const Replies& replies, const TaskView& task, const Moment& moment);

/// "overdue high priority tasks due this week". `when` is what the user calls the time; empty:
/// it is named by its days.
std::string describe(const Replies& replies, const Filter& filter, std::string_view when,
                     bool is_one, const Moment& moment);

std::string joined(std::span<const std::string> all, std::string_view between);

}  // namespace todod::assistant::builtin
