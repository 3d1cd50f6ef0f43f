#include <boost/json/array.hpp>

#include "assistant/builtin/act.hpp"
#include "assistant/task_filter.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

std::vector<std::string_view> lines_of(const json::object& data, std::string_view key)
{
    std::vector<std::string_view> lines;
    const json::value* const found = data.if_contains(key);
    if (found == nullptr || !found->is_array()) return lines;
    for (const json::value& line : found->get_array())
        if (line.is_string()) lines.emplace_back(line.get_string());
    return lines;
}

/// The first of what was done, where there is more of it than stands in the message.
base::Async<void> say_changes(Scene& scene, const json::object& data)
{
    constexpr std::size_t most_in_message = 5;
    constexpr std::size_t most_shown = 10;
    const auto changes = lines_of(data, "changes");
    const json::value* const count = data.if_contains("count");
    const auto all = count != nullptr && count->is_int64()
                         ? static_cast<std::size_t>(count->get_int64())
                         : changes.size();
    if (all <= most_in_message) co_return;
    const std::size_t shown = std::min({changes.size(), all, most_shown});
    for (std::size_t i = 0; i < shown; ++i)
        co_await say(scene, fmt::format("- {}", changes[i]));
    if (all > shown) {
        co_await say(scene, fill(scene.replies.and_more, fmt::arg("count", all - shown)));
    }
}

/// What was spoken of is spoken of again, as far as it is there again.
void keep_focus(Scene& scene)
{
    for (const Deed& deed : scene.before.deeds.of)
        if (deed.work != Work::add) scene.after.focus.of.push_back(deed.task);
    scene.after.focus.is_new = !scene.after.focus.of.empty();
}

/// The number of what was deleted last, if that was the last thing done.
std::optional<std::int64_t> deleted_last(const Scene& scene)
{
    const auto& deeds = scene.before.deeds.of;
    if (deeds.empty() || deeds.back().work != Work::remove) return std::nullopt;
    return deeds.back().task.number;
}

base::Async<void> restore_one(Scene& scene, json::object arguments, std::int64_t number)
{
    const Outcome done = co_await use(scene, "restore_task", std::move(arguments));
    if (!done) {
        const bool is_of_trash = number != 0 && done.is_not_found();
        co_await say(scene, is_of_trash
                                ? fill(scene.replies.not_in_trash, fmt::arg("number", number))
                                : fill(scene.replies.failed, fmt::arg("why", done.error)));
        co_return;
    }
    const TaskView task = read_task(done.data);
    scene.after.focus.of.push_back(name_of(task));
    scene.after.focus.is_new = true;
    co_await say(scene, fill(scene.replies.restored, fmt::arg("title", task.title),
                             fmt::arg("number", task.number)));
}

/// Whether all of it has been.
base::Async<bool> take_back(Scene& scene, json::object arguments)
{
    const Outcome done = co_await use(scene, "undo_changes", std::move(arguments));
    if (!done) {
        const bool is_nothing = done.error == nothing_to_undo;
        co_await say(scene, is_nothing ? std::string{scene.replies.nothing_to_undo}
                                       : fill(scene.replies.failed, fmt::arg("why", done.error)));
        co_return false;
    }
    scene.is_undone = true;
    if (const auto* const set = done.data.if_contains("changeset_id"); set && set->is_int64()) {
        scene.after.undone = set->get_int64();
    }
    keep_focus(scene);
    co_await say(scene, std::string{text_of(done.data, "message")});
    co_await say_changes(scene, done.data);
    co_return lines_of(done.data, "left").empty();
}

}  // namespace

base::Async<bool> undo(Scene& scene)
{
    if (!scene.turn.history.empty() && scene.turn.history.back().by_user) {
        co_await say(scene, std::string{scene.replies.unanswered});
        co_return false;
    }
    co_return co_await take_back(scene, {});
}

base::Async<void> redo(Scene& scene)
{
    if (!scene.before.undone) {
        co_await say(scene, std::string{scene.replies.nothing_to_redo});
        co_return;
    }
    co_await take_back(scene, {{"changeset_id", *scene.before.undone}});
}

base::Async<void> restore(Scene& scene, TaskReference reference)
{
    if (reference.empty() || reference.is_previous) {
        if (const auto number = deleted_last(scene)) reference.numbers.push_back(*number);
    }
    for (const std::int64_t number : reference.numbers) {
        if (uses_left(scene) == 0) co_return;
        co_await restore_one(scene, {{"task_id", number}}, number);
    }
    if (!reference.numbers.empty()) co_return;
    if (reference.id) {
        co_await restore_one(scene, {{"task_id", base::to_string(*reference.id)}}, 0);
    } else if (!reference.words.empty()) {
        co_await restore_one(scene, {{"title", reference.words}}, 0);
    } else {
        co_await say(scene, std::string{scene.replies.which_to_restore});
    }
}

}  // namespace todod::assistant::builtin
