#include <algorithm>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/answers.hpp"
#include "assistant/builtin/contains.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

bool says_it_was_wrong(const Scene& scene)
{
    const auto& actions = scene.understood.actions;
    if (!actions.empty() && actions.front().intent == Intent::decline) return true;
    const auto tokens = tokenize(scene.turn.message);
    return std::ranges::any_of(scene.replies.correction_words, [&](std::string_view word) {
        return contains(tokens, word, &Token::text);
    });
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
base::Async<void> do_to_another(Scene& scene, TaskReference other)
{
    const Deed& deed = scene.before.deeds.of.front();
    if (deed.work == Work::add || !scene.before.order) {
        co_await say(scene, std::string{scene.replies.cannot_move_add});
        co_return;
    }
    Order order = *scene.before.order;
    // The list that the first choice was from is the one to choose from again.
    scene.before.shown.is_new = scene.before.shown.is_new || order.work != Work::remove;
    co_await undo(scene);
    scene.after.focus.of.clear();
    co_await act_on(scene, std::move(order), std::move(other));
}

/// "No, tomorrow", after a task was added or changed.
base::Async<void> set_due(Scene& scene)
{
    const auto due = to_due(scene.understood.times.front(), scene.moment.zone);
    Order order{.work = Work::update, .changes = {{"due_date", to_json(due)}}};
    co_await carry_out(scene, std::move(order),
                       {.number = scene.before.deeds.of.front().task.number, .is_known = false});
}

}  // namespace

base::Async<bool> correct(Scene& scene)
{
    const auto& deeds = scene.before.deeds;
    if (!deeds.is_new || deeds.of.size() != 1) co_return false;
    if (const Action* const choice = choice_in(scene); choice && says_it_was_wrong(scene)) {
        TaskReference other = choice->task;
        if (other.empty()) other.words = joined(telling_words(scene), " ");
        co_await do_to_another(scene, std::move(other));
        co_return true;
    }
    const Work work = deeds.of.front().work;
    const bool can_be_due = work == Work::add || work == Work::update;
    if (can_be_due && is_no_more_than_declined(scene) && scene.understood.times.size() == 1) {
        co_await set_due(scene);
        co_return true;
    }
    co_return false;
}

}  // namespace todod::assistant::builtin
