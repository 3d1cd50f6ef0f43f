#include "assistant/builtin/engine.hpp"

#include <algorithm>
#include <ranges>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/answers.hpp"
#include "assistant/builtin/show.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

constexpr std::size_t max_actions = 20;

/// Where another engine has spoken: the task that it has used a tool on last.
State state_of(const std::vector<ToolUse>& uses)
{
    State state;
    for (const ToolUse& use : uses | std::views::reverse) {
        const json::value* const data = use.result.if_contains("data");
        if (data == nullptr || !data->is_object() || use.name == "delete_task") continue;
        const TaskView task = read_task(data->get_object());
        if (task.number == 0) continue;
        state.focus = {.of = {name_of(task)}, .is_new = true};
        break;
    }
    return state;
}

/// What was known when the assistant spoke last: as new only if that is what is answered now.
State last_state(const Turn& turn)
{
    for (const Said& said : turn.history | std::views::reverse) {
        if (said.by_user) continue;
        State state = said.state.empty() ? state_of(said.tools) : read_state(said.state);
        const bool is_answered = &said == &turn.history.back();
        return is_answered ? state : grown_old(std::move(state));
    }
    return {};
}

base::Async<Next> add_task(Scene& scene, const Action& action)
{
    Order order{.work = Work::add, .changes = changes_of(action)};
    if (action.title.empty()) co_return co_await ask_value(scene, std::move(order), {}, "title");
    co_await add(scene, std::move(order.changes));
    co_return Next::go_on;
}

/// Says what tasks are; of "the second one", when nothing was asked, it `asks` what is wanted.
base::Async<void> show_named(Scene& scene, TaskReference reference, bool asks)
{
    Found found = co_await find_tasks(scene, std::move(reference), Work::update);
    if (found.tasks.empty()) co_await say(scene, std::move(found.problem));
    if (found.how != Found::How::named && found.tasks.size() > 1) {
        co_await say(scene, std::string{scene.replies.no_previous});
        co_return;
    }
    scene.after.focus = {.of = {}, .is_new = true};
    for (const TaskView& named : found.tasks) {
        const Outcome got = co_await use(scene, "get_task", {{"task_id", named.number}});
        if (!got) {
            co_await say(scene, failure_in_words(scene, got, named.number));
            continue;
        }
        const TaskView task = read_task(got.data);
        scene.after.focus.of.push_back(name_of(task));
        co_await say(scene, line_of(scene.replies, task, scene.moment));
        if (task.description) co_await say(scene, *task.description);
    }
    if (!asks || scene.after.focus.of.size() != 1) co_return;
    co_await say(scene, fill(scene.replies.what_with,
                             fmt::arg("name", name_in_words(scene, scene.after.focus.of.front()))));
}

std::string sentence_for(const Scene& scene, Intent intent)
{
    const Replies& replies = scene.replies;
    if (intent == Intent::greet) return std::string{replies.greeting};
    if (intent == Intent::thank) return std::string{replies.thanks};
    if (intent == Intent::confirm) return std::string{replies.nothing_asked};
    if (intent == Intent::help) return std::string{replies.help};
    const bool is_after_deed = scene.before.deeds.is_new;
    return std::string{is_after_deed ? replies.say_undo : replies.left_as_is};
}

base::Async<Next> perform(Scene& scene, Action action)
{
    if (const auto work = work_of(action.intent)) {
        Order order{.work = *work};
        if (work == Work::update) order.changes = changes_of(action);
        co_return co_await act_on(scene, std::move(order), std::move(action.task));
    }
    switch (action.intent) {
        case Intent::add:
            co_return co_await add_task(scene, action);
        case Intent::list:
            if (action.task.empty()) {
                co_await show_tasks(scene, std::move(action.filter), action.sort);
            } else {
                co_await show_named(scene, std::move(action.task), false);
            }
            break;
        case Intent::count:
            co_await count_tasks(scene, std::move(action.filter));
            break;
        case Intent::undo:
            co_await undo(scene);
            break;
        case Intent::redo:
            co_await redo(scene);
            break;
        case Intent::restore:
            co_await restore(scene, std::move(action.task));
            break;
        case Intent::choose:
            co_await show_named(scene, std::move(action.task), true);
            break;
        default:
            co_await say(scene, sentence_for(scene, action.intent));
    }
    co_return Next::go_on;
}

base::Async<void> perform_all(Scene& scene)
{
    std::vector<Action> actions = scene.understood.actions;
    if (!std::ranges::all_of(actions, is_aside)) std::erase_if(actions, is_aside);
    const std::size_t too_many = actions.size() - std::min(actions.size(), max_actions);
    actions.resize(actions.size() - too_many);
    // Of several asides one is answered.
    if (!actions.empty() && is_aside(actions.front())) actions.resize(1);
    constexpr std::size_t most_for_one = 2;
    for (std::size_t i = 0; i < actions.size(); ++i) {
        if (uses_left(scene) < most_for_one) {
            co_await say(scene, std::string{scene.replies.rest_left});
            co_return;
        }
        if (co_await perform(scene, std::move(actions[i])) == Next::go_on) continue;
        const bool is_last = i + 1 == actions.size() && too_many == 0;
        if (!is_last) co_await say(scene, std::string{scene.replies.rest_left});
        co_return;
    }
    if (too_many != 0) {
        co_await say(scene, fill(scene.replies.too_many, fmt::arg("count", too_many)));
    }
}

/// Asks whether to add what may be something to do.
base::Async<void> offer(Scene& scene, const Action& action)
{
    Order order{.work = Work::add, .changes = changes_of(action)};
    TaskView task{.title = action.title, .tags = action.tags, .due = action.due};
    task.priority = action.priority.value_or(task.priority);
    const std::string details = details_of(scene.replies, task, scene.moment);
    co_await say(scene, fill(scene.replies.really_add, fmt::arg("title", task.title),
                             fmt::arg("details", details.empty() ? details : ", " + details)));
    scene.after.question = Question{.kind = Question::Kind::sure, .order = std::move(order)};
}

base::Async<void> reply(Scene& scene)
{
    if (co_await answer_question(scene)) co_return;
    if (co_await correct(scene)) co_return;
    if (scene.understood.offer) co_return co_await offer(scene, *scene.understood.offer);
    if (scene.understood.actions.empty()) {
        co_await say(scene, std::string{scene.replies.unknown});
        co_await say(scene, std::string{scene.replies.help});
        co_return;
    }
    co_await perform_all(scene);
}

/// What is not new stays known.
State next_state(Scene& scene)
{
    State old = grown_old(std::move(scene.before));
    State& next = scene.after;
    if (next.focus.of.empty()) next.focus = std::move(old.focus);
    if (next.shown.of.empty()) next.shown = std::move(old.shown);
    if (next.deeds.of.empty() && !scene.is_undone) {
        next.deeds = std::move(old.deeds);
        next.order = std::move(old.order);
    }
    if (!next.deeds.of.empty()) next.undone.reset();
    return std::move(next);
}

}  // namespace

base::Async<Answer> BuiltinEngine::answer(const Turn& turn, Toolbox& tools, Listener& listener)
{
    const Moment moment{.now = turn.now, .zone = turn.zone};
    Scene scene{.turn = turn,
                .tools = tools,
                .listener = listener,
                .replies = english_replies(),
                .moment = moment,
                .understood = understand_(turn.message, moment),
                .before = last_state(turn),
                .after = {},
                .text = {},
                .failure = {}};
    co_await reply(scene);
    const State state = next_state(scene);
    co_return Answer{.text = std::move(scene.text), .state = write_state(state)};
}

}  // namespace todod::assistant::builtin
