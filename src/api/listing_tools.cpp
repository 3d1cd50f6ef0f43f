#include <charconv>

#include "api/tool_handlers.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Operation;
using operation::with_handler;
using types::TaskListing;

namespace {

/// Beyond so many a cursor is none that was given.
constexpr std::int64_t max_shown = 1'000'000'000'000;

/// An agent's cursor: how many tasks came before the page, a dot, and the cursor of services.
struct Place {
    std::int64_t shown = 0;
    std::optional<std::string> cursor{};
};

Place read_place(const std::optional<std::string>& cursor)
{
    if (!cursor) return {};
    Place place;
    const char* const last = cursor->data() + cursor->size();
    const auto [end, failed] = std::from_chars(cursor->data(), last, place.shown);
    const bool is_read = failed == std::errc{} && end != last && *end == '.' && place.shown >= 0 &&
                         place.shown <= max_shown;
    // What is none of ours is none of theirs: they say so.
    place.cursor = is_read ? std::string{end + 1, last} : std::string{};
    return place;
}

types::ListTasks to_list(types::ListTasksTool input)
{
    const base::TimeZone zone = zone_of(input);
    types::ListTasks list;
    list.status = input.status;
    list.priority = input.priority;
    list.tag = std::move(input.tags);
    list.q = std::move(input.q);
    list.due_before = resolve(input.due_before, zone, "due_before");
    list.due_after = resolve(input.due_after, zone, "due_after");
    list.overdue = input.overdue;
    list.sort = input.sort;
    list.limit = input.limit;
    list.time_zone = zone;
    return list;
}

types::ListTasks to_list(types::SearchTasksTool input)
{
    types::ListTasks list;
    list.status = input.status;
    list.q = std::move(input.query);
    list.limit = input.limit;
    list.time_zone = zone_of(input);
    return list;
}

types::TaskRow in_short(types::Task task, const base::TimeZone& zone)
{
    types::TaskRow row{std::move(task), zone};
    if (row.description) {
        row.description = types::shorten(std::move(*row.description), types::max_shown_description);
    }
    return row;
}

/// What of a page fits into a result; the cursor leads to the rest.
TaskListing to_listing(services::TaskList found, const types::ListTasks& asked, std::int64_t shown)
{
    TaskListing listing{.status_filter = asked.status};
    std::optional<std::string> next = std::move(found.next_cursor);
    const types::Task* last = nullptr;
    for (types::Task& task : found.tasks) {
        types::TaskRow row = in_short(std::move(task), *asked.time_zone);
        if (!listing.tasks.add(row)) {
            next = services::cursor_after(*last, found);
            break;
        }
        task = std::move(row);
        last = &task;
    }
    listing.count = listing.tasks.count();
    listing.total = found.total;
    shown += listing.count;
    if (!next) return listing;
    listing.more = std::max<std::int64_t>(found.total - shown, 1);
    listing.next_cursor = fmt::format("{}.{}", shown, *next);
    return listing;
}

template <class Input>
auto lister(services::Tasks* tasks)
{
    return [tasks](Caller caller, Input input) -> base::Async<Answer<TaskListing>> {
        check_user(caller, input);
        Place place = read_place(input.cursor);
        types::ListTasks asked = to_list(std::move(input));
        asked.cursor = std::move(place.cursor);
        auto found = co_await tasks->list(caller.take_user(), asked);
        co_return Answer<TaskListing>{to_listing(std::move(found), asked, place.shown)};
    };
}

}  // namespace

Operation list_tasks_tool(services::Tasks* tasks)
{
    return with_handler<types::ListTasksTool, TaskListing>(
        {.name = "list_tasks",
         .summary = "List tasks",
         .doc = "List the user's tasks, newest first unless `sort` says otherwise: \"Show me my "
                "tasks\", \"List high priority tasks\", \"Show completed tasks\", \"What is "
                "overdue?\", \"What is due this week?\". Gives a short row for "
                "each (long descriptions are cut; get_task gives them whole), how many match in "
                "all, and `more` and `next_cursor` where there are more. Use it, or search_tasks, "
                "to learn the number of a task that is named by its title.",
         .tag = tools_tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{.title = "List tasks", .is_read_only = true, .is_idempotent = true}},
        lister<types::ListTasksTool>(tasks));
}

Operation search_tasks_tool(services::Tasks* tasks)
{
    return with_handler<types::SearchTasksTool, TaskListing>(
        {.name = "search_tasks",
         .summary = "Search tasks",
         .doc = "Find the user's tasks by words of their title or description, newest first: "
                "\"find the dentist task\". Whole words, all of them, in any order and case. Gives "
                "the same short rows as list_tasks, which can also filter by date, tag and "
                "priority.",
         .tag = tools_tag,
         .scope = Scope::read,
         .tool =
             operation::Tool{.title = "Search tasks", .is_read_only = true, .is_idempotent = true}},
        lister<types::SearchTasksTool>(tasks));
}

}  // namespace todod::api
