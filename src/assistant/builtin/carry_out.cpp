#include <algorithm>
#include <boost/json/value_from.hpp>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/contains.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

constexpr std::string_view in_progress = "in_progress";

void note(Scene& scene, Deed deed, const Order& order)
{
    if (deed.work != Work::remove) scene.after.focus.of.push_back(deed.task);
    scene.after.focus.is_new = true;
    scene.after.deeds.of.push_back(std::move(deed));
    scene.after.deeds.is_new = true;
    scene.after.order = order;
}

std::vector<std::string> texts_of(const json::object& from, std::string_view key)
{
    std::vector<std::string> texts;
    const json::value* const found = from.if_contains(key);
    if (found == nullptr || !found->is_array()) return texts;
    for (const json::value& text : found->get_array())
        if (text.is_string()) texts.emplace_back(text.get_string());
    return texts;
}

/// Those of the task and the others, without those that are taken off.
void set_tags(json::object& changes, const TaskView& task)
{
    if (!changes.contains("tags") && !changes.contains(dropped_tags)) return;
    std::vector<std::string> tags = task.tags;
    const json::value* const dropped_of_it = changes.if_contains(dropped_tags);
    if (dropped_of_it != nullptr && dropped_of_it->is_bool()) tags.clear();
    for (std::string& more : texts_of(changes, "tags"))
        if (!contains(tags, more)) tags.push_back(std::move(more));
    for (const std::string& dropped : texts_of(changes, dropped_tags))
        std::erase_if(tags, [&](const std::string& tag) {
            return base::fold_case(tag) == base::fold_case(dropped);
        });
    changes["tags"] = json::value_from(tags);
    changes.erase(dropped_tags);
}

/// Where a due date is moved by so much that it has one: as it is then. False: it cannot be moved.
bool set_shifted_due(json::object& changes, const TaskView& task, const base::TimeZone& zone)
{
    const json::value* const found = changes.if_contains(shifted_by);
    if (found == nullptr) return true;
    const std::chrono::days by{found->at("days").to_number<int>()};
    const std::chrono::milliseconds time{found->at("ms").to_number<std::int64_t>()};
    changes.erase(shifted_by);
    if (!task.due || (task.due->whole_day && time.count() != 0)) return false;
    types::Due due = *task.due;
    if (due.whole_day) {
        due.at += by;
    } else {
        // The same time of another day, also where the clocks change between the two.
        const auto day = zone.day_at(due.at);
        due.at += zone.start_of(day + by) - zone.start_of(day) + time;
    }
    changes["due_date"] = to_json(due);
    return true;
}

/// "At 4" is 4 on the day that the task is due, unless that has passed.
void set_due_time(json::object& changes, const TaskView& task, const Moment& moment)
{
    if (changes.erase(keeps_day) == 0 || !task.due) return;
    const json::value& given = changes.at("due_date");
    const auto said = given.is_string() ? read_due(given.get_string()) : std::nullopt;
    if (!said) return;
    const base::TimeZone& zone = moment.zone;
    const auto day = task.due->whole_day ? std::chrono::floor<std::chrono::days>(task.due->at)
                                         : zone.day_at(task.due->at);
    const auto time = said->at - zone.start_of(zone.day_at(said->at));
    const types::Due due{.at = zone.start_of(day) + time, .whole_day = false};
    if (due.at > moment.now) changes["due_date"] = to_json(due);
}

std::string_view status_in_words(const Replies& replies, const json::value& status)
{
    return status == json::value(in_progress) ? replies.in_progress : replies.not_started;
}

/// "due tomorrow, high priority": what has been set beside title and description.
std::string changes_in_words(const Scene& scene, const json::object& changes, const TaskView& task)
{
    const Replies& replies = scene.replies;
    std::vector<std::string> parts;
    if (changes.contains("due_date")) {
        parts.emplace_back(
            task.due ? fill(replies.due,
                            fmt::arg("when", due_in_words(replies, *task.due, scene.moment)))
                     : std::string{replies.no_due});
    }
    if (changes.contains("priority")) {
        parts.emplace_back(replies.priorities[static_cast<std::size_t>(task.priority)]);
    }
    if (changes.contains("tags")) {
        parts.push_back(task.tags.empty()
                            ? std::string{replies.no_tags}
                            : fill(replies.tagged, fmt::arg("tags", joined(task.tags, ", "))));
    }
    if (const auto* const status = changes.if_contains("status")) {
        parts.emplace_back(status_in_words(replies, *status));
    }
    return joined(parts, ", ");
}

base::Async<void> say_updated(Scene& scene, const json::object& changes, const TaskView& old,
                              const TaskView& task)
{
    const Replies& replies = scene.replies;
    const auto title = fmt::arg("title", task.title);
    if (changes.contains("title")) {
        co_await say(scene, fill(replies.renamed, fmt::arg("old", old.title), title));
    }
    if (changes.contains("description")) {
        co_await say(scene,
                     fill(task.description ? replies.described : replies.undescribed, title));
    }
    const std::string details = changes_in_words(scene, changes, task);
    if (details.empty()) co_return;
    co_await say(scene, fill(replies.updated, title, fmt::arg("details", details)));
}

/// What `task` has of what `changes` would set.
json::object values_of(const TaskView& task, const json::object& changes)
{
    json::object values;
    for (const auto& [key, value] : changes) {
        if (key == "title") values[key] = task.title;
        if (key == "description") {
            values[key] = task.description ? json::value(*task.description) : json::value();
        }
        if (key == "due_date") values[key] = task.due ? to_json(*task.due) : json::value();
        if (key == "priority") values[key] = to_json(task.priority);
        if (key == "tags") values[key] = json::value_from(task.tags);
        if (key == "status") values[key] = task.status;
    }
    return values;
}

base::Async<void> update(Scene& scene, Order order, TaskView task)
{
    // Whether anything changes must be known.
    if (!task.is_known || (order.changes.contains("description") && is_cut(task))) {
        const Outcome got = co_await use(scene, "get_task", {{"task_id", task.number}});
        if (!got) {
            co_await say(scene, failure_in_words(scene, got, task.number));
            co_return;
        }
        task = read_task(got.data);
    }
    json::object arguments = order.changes;
    set_tags(arguments, task);
    if (!set_shifted_due(arguments, task, scene.moment.zone)) {
        co_await ask_value(scene, {.work = Work::update}, {name_of(task)}, "due_date");
        co_return;
    }
    set_due_time(arguments, task, scene.moment);
    if (values_of(task, arguments) == arguments) {
        scene.after.focus = {.of = {name_of(task)}, .is_new = true};
        co_await say(scene, fill(scene.replies.unchanged, fmt::arg("title", task.title)));
        co_return;
    }
    json::object changes = arguments;
    arguments["task_id"] = task.number;
    const Outcome done = co_await use(scene, "update_task", std::move(arguments));
    if (!done) {
        co_await say(scene, failure_in_words(scene, done, task.number));
        co_return;
    }
    const TaskView now = read_task(done.data);
    note(scene, {.work = Work::update, .task = name_of(now)}, order);
    co_await say_updated(scene, changes, task, now);
}

base::Async<void> complete(Scene& scene, Order order, TaskView task)
{
    const bool completed = order.work == Work::complete;
    if (task.is_known && task.completed == completed) {
        scene.after.focus = {.of = {name_of(task)}, .is_new = true};
        co_await say(scene,
                     fill(completed ? scene.replies.already_completed : scene.replies.not_completed,
                          fmt::arg("title", task.title)));
        co_return;
    }
    json::object arguments{{"task_id", task.number}};
    if (!completed) arguments["completed"] = false;
    const Outcome done = co_await use(scene, "complete_task", std::move(arguments));
    if (!done) {
        co_await say(scene, failure_in_words(scene, done, task.number));
        co_return;
    }
    const TaskView now = read_task(done.data);
    note(scene, {.work = order.work, .task = name_of(now)}, order);
    co_await say(scene, fill(completed ? scene.replies.completed : scene.replies.reopened,
                             fmt::arg("title", now.title)));
}

base::Async<void> remove(Scene& scene, Order order, TaskView task)
{
    const Outcome done = co_await use(scene, "delete_task", {{"task_id", task.number}});
    if (!done) {
        co_await say(scene, failure_in_words(scene, done, task.number));
        co_return;
    }
    const TaskView gone = read_task(done.data);
    note(scene, {.work = Work::remove, .task = name_of(gone)}, order);
    co_await say(scene, fill(scene.replies.deleted, fmt::arg("title", gone.title)));
}

}  // namespace

base::Async<void> carry_out(Scene& scene, Order order, TaskView task)
{
    switch (order.work) {
        case Work::add:
            co_return co_await add(scene, std::move(order.changes));
        case Work::complete:
        case Work::reopen:
            co_return co_await complete(scene, std::move(order), std::move(task));
        case Work::update:
            co_return co_await update(scene, std::move(order), std::move(task));
        case Work::remove:
            co_return co_await remove(scene, std::move(order), std::move(task));
    }
}

base::Async<void> add(Scene& scene, json::object changes)
{
    changes.erase("status");
    changes.erase(dropped_tags);
    changes.erase(shifted_by);
    changes.erase(keeps_day);
    const bool is_to_repeat = changes.erase(repeats) > 0;
    Order order{.work = Work::add, .changes = changes};
    const Outcome done = co_await use(scene, "add_task", std::move(changes));
    if (!done) {
        co_await say(scene, failure_in_words(scene, done, 0));
        co_return;
    }
    const TaskView task = read_task(done.data);
    note(scene, {.work = Work::add, .task = name_of(task)}, order);
    const std::string details = details_of(scene.replies, task, scene.moment);
    co_await say(scene, fill(scene.replies.added, fmt::arg("title", task.title)) +
                            fill(scene.replies.details, fmt::arg("number", task.number),
                                 fmt::arg("details", details.empty() ? details : ", " + details)));
    if (is_to_repeat) co_await say(scene, std::string{scene.replies.only_once});
}

}  // namespace todod::assistant::builtin
