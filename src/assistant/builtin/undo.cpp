#include <algorithm>
#include <ranges>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/contains.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

base::Async<void> restore(Scene& scene, const Deed& deed)
{
    const Outcome made = co_await use(scene, "add_task", deed.before);
    if (!made) {
        co_await say(scene, failure_in_words(scene, made, deed.task.number));
        co_return;
    }
    const TaskView task = read_task(made.data);
    if (deed.was_completed) {
        co_await use(scene, "complete_task", {{"task_id", task.number}});
    }
    scene.after.focus.of.push_back(name_of(task));
    scene.after.focus.is_new = true;
    co_await say(scene, fill(scene.replies.restored, fmt::arg("title", task.title),
                             fmt::arg("number", task.number)));
}

json::object arguments_against(const Deed& deed)
{
    json::object arguments{{"task_id", deed.task.number}};
    if (deed.work == Work::complete) arguments["completed"] = false;
    if (deed.work == Work::update) {
        for (const auto& [key, value] : deed.before)
            arguments[key] = value;
    }
    return arguments;
}

std::string_view tool_against(Work work) noexcept
{
    if (work == Work::add) return "delete_task";
    return work == Work::update ? "update_task" : "complete_task";
}

std::string_view words_against(const Replies& replies, Work work) noexcept
{
    if (work == Work::add) return replies.deleted;
    if (work == Work::update) return replies.undone;
    return work == Work::complete ? replies.reopened : replies.completed;
}

base::Async<void> take_back(Scene& scene, const Deed& deed)
{
    if (deed.work == Work::remove) co_return co_await restore(scene, deed);
    const Outcome done =
        co_await use(scene, std::string{tool_against(deed.work)}, arguments_against(deed));
    if (!done) {
        co_await say(scene, failure_in_words(scene, done, deed.task.number));
        co_return;
    }
    const TaskView task = read_task(done.data);
    if (deed.work != Work::add) {
        scene.after.focus.of.push_back(name_of(task));
        scene.after.focus.is_new = true;
    }
    co_await say(scene,
                 fill(words_against(scene.replies, deed.work), fmt::arg("title", task.title)));
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
    scene.is_undone = true;
    constexpr std::size_t most_for_one = 2;
    std::size_t left = deeds.of.size();
    for (const Deed& deed : deeds.of | std::views::reverse) {
        if (uses_left(scene) < most_for_one) {
            co_await say(scene, fill(scene.replies.too_many, fmt::arg("count", left)));
            break;
        }
        co_await take_back(scene, deed);
        --left;
    }
    co_return Next::go_on;
}

}  // namespace todod::assistant::builtin
