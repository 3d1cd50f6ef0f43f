#include <algorithm>
#include <ranges>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/contains.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

/// What has come of taking a deed back.
enum class Taken : std::uint8_t {
    done,     ///< or there is no longer anything to take back
    failed,   ///< it can be tried again
    changed,  ///< nothing is done: somebody else has changed it since
};

base::Async<Outcome> set_status(Scene& scene, std::int64_t number, const json::value& status)
{
    json::object arguments{{"task_id", number}, {"status", status}};
    co_return co_await use(scene, "update_task", std::move(arguments));
}

base::Async<Taken> restore(Scene& scene, const Deed& deed)
{
    json::object task_of_old = deed.before;
    task_of_old.erase("status");
    const Outcome made = co_await use(scene, "add_task", std::move(task_of_old));
    if (!made) {
        co_await say(scene, failure_in_words(scene, made, deed.task.number));
        co_return Taken::failed;
    }
    const TaskView task = read_task(made.data);
    if (deed.was_completed) {
        co_await use(scene, "complete_task", {{"task_id", task.number}});
    } else if (const json::value* const status = deed.before.if_contains("status")) {
        co_await set_status(scene, task.number, *status);
    }
    scene.after.focus.of.push_back(name_of(task));
    scene.after.focus.is_new = true;
    co_await say(scene, fill(scene.replies.restored, fmt::arg("title", task.title),
                             fmt::arg("number", task.number)));
    co_return Taken::done;
}

base::Async<Outcome> use_against(Scene& scene, const Deed& deed)
{
    json::object arguments{{"task_id", deed.task.number}};
    if (deed.work == Work::add) {
        co_return co_await use(scene, "delete_task", std::move(arguments));
    }
    if (deed.work == Work::update || !deed.before.empty()) {
        for (const auto& [key, value] : deed.before)
            arguments[key] = value;
        co_return co_await use(scene, "update_task", std::move(arguments));
    }
    if (deed.work == Work::complete) arguments["completed"] = false;
    co_return co_await use(scene, "complete_task", std::move(arguments));
}

std::string_view words_against(const Replies& replies, Work work) noexcept
{
    if (work == Work::add) return replies.deleted;
    if (work == Work::update) return replies.undone;
    return work == Work::complete ? replies.reopened : replies.completed;
}

/// Whether to overwrite what has been changed since by somebody else.
base::Async<void> ask_anyway(Scene& scene, const Deed& deed, const TaskView& task)
{
    co_await say(scene, fill(scene.replies.changed_again, fmt::arg("title", task.title)));
    if (deed.work == Work::add) {
        co_await ask_whether(scene, {.work = Work::remove}, task);
        co_return;
    }
    Order order{.work = Work::update, .changes = deed.before};
    if (const json::value* const tags = order.changes.if_contains("tags")) {
        json::array dropped;
        for (const std::string& tag : task.tags)
            if (!contains(tags->get_array(), json::value(tag))) dropped.emplace_back(tag);
        order.changes[dropped_tags] = std::move(dropped);
    }
    co_await say(scene, fill(scene.replies.undo_anyway, fmt::arg("title", task.title)));
    scene.after.question = Question{.kind = Question::Kind::sure,
                                    .order = std::move(order),
                                    .tasks = {name_of(task)},
                                    .field = {},
                                    .listing = {}};
}

/// By somebody else, after the deed.
bool is_changed(const Deed& deed, const TaskView& task)
{
    const bool is_completed = deed.work == Work::add && task.completed;
    return is_completed || values_of(task, deed.set) != deed.set;
}

/// Of a completion that somebody else has taken back already.
bool is_back(const Deed& deed, const TaskView& task) noexcept
{
    if (deed.work == Work::complete) return !task.completed;
    return deed.work == Work::reopen && task.completed;
}

/// `now` becomes the task as it is where it is changed.
base::Async<Taken> take_back(Scene& scene, const Deed& deed, TaskView& now)
{
    if (deed.work == Work::remove) co_return co_await restore(scene, deed);
    const Outcome got = co_await use(scene, "get_task", {{"task_id", deed.task.number}});
    if (!got) {
        co_await say(scene, failure_in_words(scene, got, deed.task.number));
        co_return got.is_not_found() ? Taken::done : Taken::failed;
    }
    now = read_task(got.data);
    if (is_changed(deed, now)) co_return Taken::changed;
    if (!is_back(deed, now)) {
        const Outcome done = co_await use_against(scene, deed);
        if (!done) {
            co_await say(scene, failure_in_words(scene, done, deed.task.number));
            co_return done.is_not_found() ? Taken::done : Taken::failed;
        }
    }
    if (deed.work == Work::update && deed.before.contains("title")) {
        now.title = deed.before.at("title").as_string();
    }
    if (deed.work != Work::add) {
        scene.after.focus.of.push_back(name_of(now));
        scene.after.focus.is_new = true;
    }
    co_await say(scene,
                 fill(words_against(scene.replies, deed.work), fmt::arg("title", now.title)));
    co_return Taken::done;
}

Found added_by(const std::vector<Deed>& deeds)
{
    Found added;
    for (const Deed& deed : deeds) {
        if (deed.work != Work::add) continue;
        added.tasks.push_back(
            {.number = deed.task.number, .title = deed.task.title, .is_known = false});
    }
    return added;
}

}  // namespace

base::Async<Next> undo(Scene& scene)
{
    const auto& deeds = scene.before.deeds;
    if (deeds.of.empty()) {
        co_await say(scene, std::string{scene.replies.nothing_to_undo});
        co_return Next::go_on;
    }
    if (!deeds.is_new && contains(deeds.of, Work::add, &Deed::work)) {
        // Added a while ago: it may be wanted by now.
        co_return co_await ask_about_all(scene, {.work = Work::remove}, added_by(deeds.of));
    }
    if (!scene.turn.history.empty() && scene.turn.history.back().by_user) {
        co_await say(scene, std::string{scene.replies.unanswered});
        co_return Next::go_on;
    }
    scene.is_undone = true;
    constexpr std::size_t most_for_one = 2;
    std::vector<Deed> left = deeds.of;
    std::vector<Deed> kept;
    std::optional<std::pair<Deed, TaskView>> changed;  // one question at a time
    while (!left.empty()) {
        if (uses_left(scene) < most_for_one) {
            co_await say(scene, fill(scene.replies.too_many, fmt::arg("count", left.size())));
            break;
        }
        const Deed deed = std::move(left.back());
        left.pop_back();
        TaskView now;
        const Taken taken = co_await take_back(scene, deed, now);
        if (taken == Taken::changed && !changed) {
            changed.emplace(deed, std::move(now));
        } else if (taken != Taken::done) {
            kept.push_back(deed);
        }
    }
    // They can be taken back yet.
    std::ranges::copy(kept | std::views::reverse, std::back_inserter(left));
    scene.after.deeds = {.of = std::move(left), .is_new = true};
    scene.after.order = scene.before.order;
    if (!changed) co_return Next::go_on;
    co_await ask_anyway(scene, changed->first, changed->second);
    co_return Next::wait;
}

}  // namespace todod::assistant::builtin
