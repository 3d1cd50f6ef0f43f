#include "assistant/builtin/replies.hpp"

namespace todod::assistant::builtin {

namespace {

constexpr std::string_view empty_words[]{
    "a",      "an",    "the",    "my",    "our",  "your",  "this", "that", "these",  "those",
    "task",   "tasks", "todo",   "todos", "item", "items", "one",  "ones", "thing",  "to",
    "of",     "for",   "with",   "and",   "or",   "on",    "in",   "at",   "about",  "from",
    "called", "named", "titled", "is",    "it",   "them",  "me",   "i",    "please", "reminder"};

constexpr std::string_view command_words[]{"add",    "create", "remind", "remember", "new",
                                           "delete", "remove", "undo",   "restore",  "help",
                                           "show",   "list",   "stop"};

constexpr std::string_view correction_words[]{"no",    "nope", "not",      "wrong",  "meant",
                                              "sorry", "oops", "actually", "instead"};

constexpr std::string_view change_words[]{"mark",    "set",        "complete", "finish", "reopen",
                                          "uncheck", "rename",     "change",   "update", "move",
                                          "edit",    "reschedule", "postpone", "make",   "tag",
                                          "start",   "please",     "cancel",   "can",    "could"};

constexpr std::string_view negation_words[]{"not",     "don't",   "dont",  "never",   "except",
                                            "isn't",   "without", "but",   "neither", "nor",
                                            "doesn't", "wait",    "unless"};

constexpr std::string_view refusal_words[]{
    "no",        "nope",  "nah",      "not",    "don't", "dont",  "never",
    "nevermind", "but",   "wait",     "stop",   "hold",  "sorry", "oops",
    "only",      "wrong", "actually", "except", "?",     "hm",    "instead"};

constexpr std::string_view due_words[]{
    "on",     "at",     "by",  "for",   "in",     "due", "until", "till", "before", "from", "make",
    "it",     "mean",   "i",   "to",    "please", "oh",  "ah",    "um",   "hmm",    "that", "be",
    "should", "better", "say", "let's", "rather", "the", "but",   ",",    ".",      "!",    "-"};

constexpr std::string_view task_words[]{"task", "tasks", "#", "todo"};

constexpr std::string_view other_words[]{"other"};

constexpr std::string_view joining_words[]{"and", "&", "plus", ","};

constexpr std::string_view all_words[]{"all", "both", "every", "everything", "each"};

constexpr Replies::Field fields[]{
    {"description", "description"},
    {"desc", "description"},
    {"note", "description"},
    {"notes", "description"},
    {"details", "description"},
    {"rename", "title"},
    {"title", "title"},
    {"name", "title"},
    {"retitle", "title"},
    {"priority", "priority"},
    {"due", "due_date"},
    {"deadline", "due_date"},
    {"date", "due_date"},
    {"reschedule", "due_date"},
    {"postpone", "due_date"},
    {"move", "due_date"},
    {"tag", "tags"},
    {"tags", "tags"},
    {"label", "tags"},
};

constexpr std::string_view help_text =
    "I look after your tasks. You can tell me, for example:\n"
    "- \"Add a task to buy groceries\" or \"Remind me to call mom tomorrow at 3pm\"\n"
    "- \"Show me my tasks\", \"What's pending?\" or \"What's due this week?\"\n"
    "- \"Mark task 3 as done\" or \"I finished the report\"\n"
    "- \"Change task 1 to 'Call mom tonight'\", \"Move the dentist to Friday\" or "
    "\"Make task 2 high priority\"\n"
    "- \"Delete task 2\", \"bring back task 2\", and \"undo\" for whatever was wrong";

constexpr Replies replies{
    .added = "I've added '{title}' to your tasks.",
    .details = " It is task {number}{details}.",
    .only_once = "Tasks can't repeat here, so it is there once.",
    .completed = "I've marked '{title}' as completed. Well done!",
    .reopened = "I've marked '{title}' as not completed.",
    .updated = "I've updated '{title}': it is now {details}.",
    .renamed = "I've renamed '{old}' to '{title}'.",
    .described = "I've updated the description of '{title}'.",
    .undescribed = "I've removed the description of '{title}'.",
    .deleted = "I've deleted '{title}'.",
    .restored = "I've restored '{title}'. It is task {number}, as before.",
    .already_completed = "'{title}' is already completed.",
    .not_completed = "'{title}' is not completed.",
    .unchanged = "'{title}' is that way already.",

    .due = "due {when}",
    .no_due = "without a due date",
    .tagged = "tagged {tags}",
    .no_tags = "without tags",
    .in_progress = "in progress",
    .not_started = "pending",
    .priorities = {"low priority", "medium priority", "high priority", "urgent"},
    .and_more = "… and {count} more",
    .line = "- Task {number}: {title}{details}{done}",
    .choice = "{index}. {title} (task {number}{details})",
    .name = "task {number} '{title}'",

    .today = "today",
    .tomorrow = "tomorrow",
    .yesterday = "yesterday",
    .weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
    .months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    .at = "{day} at {time}",

    .list_head = "Here are your {what}:",
    .list_head_one = "Here is your {what}:",
    .list_next_head = "Here are {count} of your {total} {what}:",
    .empty = "You have no {what}.",
    .empty_all = "You have no tasks yet. You could say: \"Add a task to buy groceries\".",
    .empty_pending = "You have no pending tasks. Well done!",
    .empty_completed = "You haven't completed any tasks yet.",
    .empty_overdue = "You have no overdue tasks. Well done!",
    .count_one = "You have 1 {what}.",
    .count_many = "You have {count} {what}.",
    .task = "task",
    .tasks = "tasks",
    .statuses = {"", "pending ", "not started ", "in-progress ", "completed "},
    .overdue = "overdue ",
    .of_tags = " tagged {tags}",
    .with_words = " with '{words}'",
    .due_in = " due {when}",
    .due_from = " due from {when} on",
    .due_until = " due before {when}",
    .due_any_other = " due from {from} until {until}",
    .of_the_last = "I have looked at the {count} that were changed last.",
    .undated = " without a due date",
    .untagged = " without tags",
    .done_in = " from {when}",
    .done_from = " from {when} on",
    .done_until = " from before {when}",
    .done_any_other = " from {from} until {until}",

    .which = "Which task shall I {verb}?",
    .which_of_many = "{count} tasks fit '{words}'.",
    .did_you_mean = "Did you mean {name}?",
    .really_add = "Shall I add '{title}' to your tasks{details}? (yes/no)",
    .really_delete = "Shall I delete {name}? (yes/no)",
    .really_many = "Shall I {verb} {count} {what}? (yes/no)",
    .only_so_many = "That is {total} tasks; I can do {count} at a time.",
    .what_title = "What should I call the task?",
    .what_name = "What should I call {name}?",
    .what_description = "What should the description of {name} be?",
    .what_due = "When should {name} be due?",
    .what_priority = "What priority should {name} have: low, medium, high or urgent?",
    .what_tags = "Which tags should I add to {name}?",
    .what_change =
        "What should I change in {name}: its title, description, due date, priority or tags?",
    .what_with = "That is {name}. What shall I do with it?",
    .which_to_restore =
        "Which task shall I bring back? You can tell me its number, or words of its title.",
    .which_number =
        "By {number}, do you mean {first} or {second}? You can say \"task {one}\" or \"task "
        "{other}\".",
    .verbs = {"add", "complete", "reopen", "update", "delete"},

    .no_task = "I can't find task {number}.",
    .not_in_trash = "Task {number} is not in the trash.",
    .no_task_of_id = "I can't find a task with that id.",
    .no_task_named = "I can't find a task called '{words}'.",
    .no_position = "There are only {count} to choose from.",
    .no_previous = "I'm not sure which task you mean. You can tell me its number or its title.",
    .none_shown = "You have no such task.",
    .failed = "I'm sorry, that did not work: {why}",
    .no_date = "I did not understand when that is. You could say \"tomorrow at 3pm\".",
    .no_priority = "The priority can be low, medium, high or urgent.",
    .still_which =
        "I did not understand which one. You can say \"the first one\", or \"task "
        "{number}\", or \"never mind\".",
    .changed_since = "Task {number} is called '{title}' by now.",
    .gone_since = "There is nothing left to do.",
    .too_many_left_out = "Those are too many to leave out: please say which tasks I shall take.",
    .nothing_to_undo = "There is nothing that I could take back.",
    .nothing_to_redo = "There is nothing that was just taken back.",
    .unanswered =
        "I have not answered what you said before. Please say \"undo\" again if you still want "
        "that.",
    .rest_left = "I have not done the rest of what you asked for yet.",
    .too_many = "That is as much as I can do at once; {count} are left.",
    .go_on = "Shall I go on? (yes/no)",
    .cannot_move_add =
        "What I've added I can't turn into another task. You can say \"undo\" "
        "and tell me again.",

    .greeting =
        "Hello! I can add, list, complete, update and delete tasks for you. What would "
        "you like to do?",
    .thanks = "You're welcome!",
    .help = help_text,
    .unknown = "I'm sorry, I didn't understand that.",
    .nothing_asked = "I did not ask anything just now. What would you like to do?",
    .left_as_is = "All right, I've left everything as it is.",
    .say_undo = "All right. If that was wrong, say \"undo\".",

    .empty_words = empty_words,
    .command_words = command_words,
    .change_words = change_words,
    .correction_words = correction_words,
    .negation_words = negation_words,
    .refusal_words = refusal_words,
    .due_words = due_words,
    .task_words = task_words,
    .other_words = other_words,
    .joining_words = joining_words,
    .all_words = all_words,
    .fields = fields,
};

}  // namespace

const Replies& english_replies()
{
    return replies;
}

}  // namespace todod::assistant::builtin
