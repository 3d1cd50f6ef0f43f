#include <algorithm>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/answers.hpp"
#include "assistant/builtin/contains.hpp"
#include "types/local_due.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

bool says_it_was_wrong(const Scene& scene)
{
    const auto& actions = scene.understood.actions;
    if (!actions.empty() && actions.front().intent == Intent::decline) return true;
    return says_one_of(scene, scene.replies.correction_words);
}

/// Only what may go along with a correction, and its choice.
const Action* choice_in(const Scene& scene)
{
    const Action* choice = nullptr;
    for (const Action& action : scene.understood.actions) {
        if (action.intent == Intent::decline) continue;
        if (action.intent != Intent::choose || choice != nullptr) return nullptr;
        choice = &action;
    }
    return choice;
}

bool is_no_more_than_declined(const Scene& scene)
{
    return std::ranges::all_of(scene.understood.actions, [](const Action& action) {
        return action.intent == Intent::decline;
    });
}

/// What was done to one task is taken back, and done to another.
base::Async<void> do_to_another(Scene& scene, Found other, std::string_view words)
{
    if (!scene.before.order || scene.before.deeds.of.front().work == Work::add) {
        co_await say(scene, std::string{scene.replies.cannot_move_add});
        co_return;
    }
    if (other.tasks.empty()) {
        co_await say(scene, std::move(other.problem));
        co_return;
    }
    Order order = *scene.before.order;
    if (!co_await undo(scene)) co_return;
    scene.after.focus.of.clear();
    co_await act_on_found(scene, std::move(order), std::move(other), words);
}

/// Of two that were shown, the one that nothing was done to: counted from 1.
std::optional<int> position_of_other(const Scene& scene)
{
    const bool is_said = says_one_of(scene, scene.replies.other_words);
    const auto& shown = scene.before.shown.of;
    if (!is_said || shown.size() != 2) return std::nullopt;
    const std::int64_t done = scene.before.deeds.of.front().task.number;
    if (shown[0].number == done) return 2;
    return shown[1].number == done ? std::optional{1} : std::nullopt;
}

/// Whether nothing else is asked for than what was done.
bool is_of_same_work(const Scene& scene)
{
    const std::optional<Work> done = scene.before.deeds.of.front().work;
    return std::ranges::all_of(scene.understood.actions, [&](const Action& action) {
        return action.intent == Intent::decline || action.intent == Intent::choose ||
               work_of(action.intent) == done;
    });
}

/// The task that should have been meant; nothing: the message does not say.
std::optional<TaskReference> other_task(const Scene& scene)
{
    if (!says_it_was_wrong(scene) || !is_of_same_work(scene)) return std::nullopt;
    // "Not the second one": it does not say which one is meant.
    if (says_one_of(scene, scene.replies.negation_words)) return std::nullopt;
    TaskReference other;
    if (const auto position = position_of_other(scene)) {
        other.position = position;
        return other;
    }
    const Action* const choice = choice_in(scene);
    if (choice != nullptr) other = choice->task;
    if (choice == nullptr && !is_no_more_than_declined(scene)) return std::nullopt;
    if (other.empty() && scene.understood.times.empty()) {
        other.words = joined(telling_words(scene), " ");
    }
    return other.empty() ? std::nullopt : std::optional{std::move(other)};
}

/// Whether a date is all that the message is about.
bool is_of_date_alone(const Scene& scene)
{
    if (scene.understood.times.size() != 1 || scene.understood.times.front().is_duration) {
        return false;
    }
    const TimeMention& mention = scene.understood.times.front();
    const auto tokens = tokenize(scene.turn.message);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i >= mention.first && i < mention.last) continue;
        const std::string_view word = tokens[i].text;
        if (!contains(scene.replies.due_words, word) &&
            !contains(scene.replies.correction_words, word))
            return false;
    }
    return true;
}

/// "No, tomorrow", after a task was added or changed: at the time of day that it had.
base::Async<void> set_due(Scene& scene)
{
    const std::int64_t number = scene.before.deeds.of.front().task.number;
    const Outcome got = co_await use(scene, "get_task", {{"task_id", number}});
    if (!got) {
        co_await say(scene, failure_in_words(scene, got, number));
        co_return;
    }
    TaskView task = read_task(got.data);
    auto due = to_due(scene.understood.times.front(), scene.moment.zone);
    if (due.whole_day && task.due && !task.due->whole_day) {
        const auto& zone = scene.moment.zone;
        const auto at = zone.find_shown(due.at + zone.show(task.due->at).time);
        if (at) due = types::Due{.at = *at};
    }
    Order order{.work = Work::update, .changes = {{"due_date", to_json(due)}}};
    co_await carry_out(scene, std::move(order), std::move(task));
}

}  // namespace

base::Async<bool> correct(Scene& scene)
{
    const auto& deeds = scene.before.deeds;
    if (!deeds.is_new || deeds.of.size() != 1) co_return false;
    const Work work = deeds.of.front().work;
    if (const auto other = other_task(scene)) {
        // The list that the first choice was from is the one to choose from again.
        scene.before.shown.is_new = scene.before.shown.is_new || work != Work::remove;
        Found found = co_await find_tasks(scene, *other, work);
        const bool is_guess = scene.understood.actions.empty() && found.how != Found::How::sure;
        if (!is_guess && !(found.tasks.empty() && scene.understood.actions.empty())) {
            co_await do_to_another(scene, std::move(found), other->words);
            co_return true;
        }
    }
    const bool can_be_due = work == Work::add || work == Work::update;
    if (can_be_due && is_no_more_than_declined(scene) && is_of_date_alone(scene)) {
        co_await set_due(scene);
        co_return true;
    }
    co_return false;
}

}  // namespace todod::assistant::builtin
