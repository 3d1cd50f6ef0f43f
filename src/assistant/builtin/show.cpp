#include "assistant/builtin/show.hpp"

#include <algorithm>

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

constexpr std::int64_t max_lines = 20;

std::string empty_in_words(const Scene& scene, const Filter& filter)
{
    const Replies& replies = scene.replies;
    const std::string when = time_in_words(scene, filter);
    Filter rest = filter;
    rest.status.reset();
    const bool has_status_only = filter.status && !is_set(rest);
    if (!is_set(filter)) return std::string{replies.empty_all};
    if (has_status_only && filter.status == types::StatusFilter::pending) {
        return std::string{replies.empty_pending};
    }
    if (has_status_only && filter.status == types::StatusFilter::completed) {
        return std::string{replies.empty_completed};
    }
    rest = filter;
    rest.is_overdue = false;
    if (filter.is_overdue && !is_set(rest)) return std::string{replies.empty_overdue};
    return fill(replies.empty,
                fmt::arg("what", describe(replies, filter, when, false, scene.moment)));
}

base::Async<Outcome> list(Scene& scene, const Filter& filter, std::int64_t limit)
{
    json::object listing = listing_of(filter);
    listing["limit"] = limit;
    if (filter.due_after || filter.due_before || filter.is_overdue) listing["sort"] = "due_date";
    co_return co_await use(scene, "list_tasks", std::move(listing));
}

std::int64_t total_of(const Outcome& found)
{
    return found.data.at("total").to_number<std::int64_t>();
}

/// What is not done comes first; otherwise as they are.
std::vector<TaskView> tasks_of(const Outcome& found)
{
    std::vector<TaskView> tasks;
    std::vector<TaskView> completed;
    for (const json::value& data : found.data.at("tasks").as_array()) {
        TaskView task = read_task(data.as_object());
        (task.completed ? completed : tasks).push_back(std::move(task));
    }
    std::ranges::move(completed, std::back_inserter(tasks));
    return tasks;
}

std::string head_of(const Scene& scene, const Filter& filter, std::int64_t count,
                    std::int64_t total)
{
    const std::string what =
        describe(scene.replies, filter, time_in_words(scene, filter), total == 1, scene.moment);
    if (count == total) {
        return fill(total == 1 ? scene.replies.list_head_one : scene.replies.list_head,
                    fmt::arg("what", what));
    }
    return fill(scene.replies.list_next_head, fmt::arg("count", count), fmt::arg("total", total),
                fmt::arg("what", what));
}

}  // namespace

base::Async<void> show_tasks(Scene& scene, Filter filter)
{
    Outcome found = co_await list(scene, filter, max_lines);
    if (!found) {
        co_await say(scene, failure_in_words(scene, found, 0));
        co_return;
    }
    if (total_of(found) > max_lines && !filter.status) {
        // Of many, what is not done.
        filter.status = types::StatusFilter::pending;
        Outcome pending = co_await list(scene, filter, max_lines);
        if (pending && total_of(pending) > 0) {
            found = std::move(pending);
        } else {
            filter.status.reset();
        }
    }
    const std::int64_t total = total_of(found);
    const std::vector<TaskView> tasks = tasks_of(found);
    scene.after.shown = {.of = names_of(tasks), .is_new = true};
    if (tasks.empty()) {
        co_await say(scene, empty_in_words(scene, filter));
        co_return;
    }
    co_await say(scene, head_of(scene, filter, std::ssize(tasks), total));
    std::string lines;
    for (const TaskView& task : tasks) {
        if (!lines.empty()) lines += '\n';
        lines += line_of(scene.replies, task, scene.moment);
    }
    co_await say(scene, std::move(lines));
    if (total > std::ssize(tasks)) {
        co_await say(scene,
                     fill(scene.replies.and_more, fmt::arg("count", total - std::ssize(tasks))));
    }
    if (tasks.size() == 1) scene.after.focus = scene.after.shown;
}

base::Async<void> count_tasks(Scene& scene, Filter filter)
{
    const Outcome found = co_await list(scene, filter, 1);
    if (!found) {
        co_await say(scene, failure_in_words(scene, found, 0));
        co_return;
    }
    const std::int64_t total = total_of(found);
    if (total == 0) {
        co_await say(scene, empty_in_words(scene, filter));
        co_return;
    }
    const std::string what =
        describe(scene.replies, filter, time_in_words(scene, filter), total == 1, scene.moment);
    co_await say(scene, fill(total == 1 ? scene.replies.count_one : scene.replies.count_many,
                             fmt::arg("count", total), fmt::arg("what", what)));
}

}  // namespace todod::assistant::builtin
