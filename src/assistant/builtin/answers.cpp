#include "assistant/builtin/answers.hpp"

#include <algorithm>

#include "assistant/builtin/act.hpp"
#include "assistant/builtin/contains.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {

using How = Found::How;

namespace {

bool are_all(const Scene& scene, Intent intent)
{
    const auto& actions = scene.understood.actions;
    return !actions.empty() &&
           std::ranges::all_of(actions, [&](const Action& a) { return a.intent == intent; });
}

bool names_nothing_else(const TaskReference& task) noexcept
{
    return task.numbers.empty() && !task.id && task.words.empty() && !task.position &&
           !is_set(task.filter);
}

/// "yes", "yes, delete it", "delete it", "yes, all of them".
bool is_consent(const Scene& scene, Work work)
{
    const auto& actions = scene.understood.actions;
    if (actions.empty()) return false;
    const bool begins = actions.front().intent == Intent::confirm;
    const auto says_the_same = [&](const Action& action) {
        const TaskReference& task = action.task;
        if (action.intent == Intent::choose && task.is_previous && task.is_all) return true;
        if (action.intent == Intent::add && work == Work::add) return action.title.empty();
        const bool is_same = (action.intent == Intent::remove && work == Work::remove) ||
                             (action.intent == Intent::complete && work == Work::complete) ||
                             (action.intent == Intent::reopen && work == Work::reopen);
        return is_same && names_nothing_else(task) && (begins || task.is_previous);
    };
    return std::ranges::all_of(actions, [&](const Action& action) {
        return action.intent == Intent::confirm || says_the_same(action);
    });
}

/// Of tasks that were found by what they are like, those that are still so.
base::Async<std::vector<TaskView>> still_listed(Scene& scene, const Question& question)
{
    constexpr std::int64_t looked_at = 100;
    auto tasks = co_await list_first(scene, question.listing, looked_at);
    std::erase_if(tasks, [&](const TaskView& task) {
        return !contains(question.tasks, task.number, &TaskName::number);
    });
    co_return tasks;
}

/// Does `order` to a task that was asked about; not for good, where it is another by now.
base::Async<void> carry_out_as_asked(Scene& scene, Order order, TaskName name)
{
    TaskView task{.number = name.number, .title = name.title, .is_known = false};
    if (order.work == Work::remove) {
        const Outcome got = co_await use(scene, "get_task", {{"task_id", name.number}});
        if (!got) {
            co_await say(scene, failure_in_words(scene, got, name.number));
            co_return;
        }
        task = read_task(got.data);
        if (name_of(task).title != name.title) {
            co_await say(scene, fill(scene.replies.changed_since, fmt::arg("number", task.number),
                                     fmt::arg("title", task.title)));
            co_await ask_whether(scene, std::move(order), task);
            co_return;
        }
    }
    co_await carry_out(scene, std::move(order), std::move(task));
}

base::Async<void> carry_out_chosen(Scene& scene, Order order, std::vector<TaskName> tasks)
{
    constexpr std::size_t most_for_one = 2;
    for (std::size_t i = 0; i < tasks.size() && !scene.after.question; ++i) {
        if (uses_left(scene) < most_for_one) {
            tasks.erase(tasks.begin(), tasks.begin() + static_cast<std::ptrdiff_t>(i));
            co_return co_await ask_about_rest(scene, std::move(order), std::move(tasks));
        }
        co_await carry_out_as_asked(scene, order, std::move(tasks[i]));
    }
}

base::Async<bool> answer_whether(Scene& scene, Question question)
{
    if (are_all(scene, Intent::decline)) {
        co_await say(scene, std::string{scene.replies.left_as_is});
        co_return true;
    }
    if (!is_consent(scene, question.order.work)) co_return false;
    if (says_one_of(scene, scene.replies.refusal_words)) {
        // "No, delete it": nobody knows.
        co_await say(scene, std::string{scene.replies.left_as_is});
        co_return true;
    }
    if (question.order.work == Work::add) {
        co_await add(scene, std::move(question.order.changes));
        co_return true;
    }
    if (question.listing.empty()) {
        co_await carry_out_chosen(scene, std::move(question.order), std::move(question.tasks));
        co_return true;
    }
    auto tasks = co_await still_listed(scene, question);
    if (tasks.empty()) {
        co_await say(scene, std::string{scene.replies.gone_since});
        co_return true;
    }
    co_await carry_out_all(scene, std::move(question.order), std::move(tasks));
    co_return true;
}

/// "task 2" and not "2": the number is the task's own.
bool names_task_number(const Scene& scene)
{
    return says_one_of(scene, scene.replies.task_words);
}

/// Of "2", where what stands second is offered as well as task 2: both.
std::vector<TaskName> either_by_number(const Scene& scene, const std::vector<std::int64_t>& numbers,
                                       const std::vector<TaskName>& tasks)
{
    if (names_task_number(scene)) return {};
    for (const std::int64_t number : numbers) {
        if (number < 1 || number > std::ssize(tasks)) continue;
        const auto own = std::ranges::find(tasks, number, &TaskName::number);
        const TaskName& listed = tasks[static_cast<std::size_t>(number) - 1];
        if (own != tasks.end() && own->number != listed.number) return {listed, *own};
    }
    return {};
}

std::vector<TaskName> chosen_by_numbers(const Scene& scene,
                                        const std::vector<std::int64_t>& numbers,
                                        const std::vector<TaskName>& tasks)
{
    const bool are_own = names_task_number(scene);
    std::vector<TaskName> chosen;
    for (const std::int64_t number : numbers) {
        const auto own = std::ranges::find(tasks, number, &TaskName::number);
        if (!are_own && number >= 1 && number <= std::ssize(tasks)) {
            chosen.push_back(tasks[static_cast<std::size_t>(number) - 1]);
        } else if (own != tasks.end()) {
            chosen.push_back(*own);
        }
    }
    return chosen;
}

std::vector<TaskName> chosen_by_words(const Scene& scene, std::span<const std::string> wanted,
                                      const std::vector<TaskName>& tasks, Work work)
{
    std::vector<TaskName> chosen;
    Fit best = work == Work::remove ? Fit::plural : Fit::near;
    for (const TaskName& task : tasks) {
        const Fit how = fit(wanted, telling_words(task.title, scene.replies.empty_words));
        if (how < best) continue;
        if (how > best) chosen.clear();
        best = how;
        chosen.push_back(task);
    }
    return chosen.size() == 1 ? chosen : std::vector<TaskName>{};
}

std::vector<TaskName> chosen_from(const Scene& scene, const Action& action,
                                  const std::vector<TaskName>& tasks, Work work)
{
    const TaskReference& task = action.task;
    if (task.is_all && names_nothing_else(task)) return tasks;
    if (!task.numbers.empty()) return chosen_by_numbers(scene, task.numbers, tasks);
    if (task.position) {
        const std::int64_t at = *task.position;
        const std::int64_t index = at > 0 ? at - 1 : std::ssize(tasks) + at;
        if (at == 0 || index < 0 || index >= std::ssize(tasks)) return {};
        return {tasks[static_cast<std::size_t>(index)]};
    }
    const auto wanted = task.words.empty() ? telling_words(scene)
                                           : telling_words(task.words, scene.replies.empty_words);
    return chosen_by_words(scene, wanted, tasks, work);
}

/// "Both", "all of them".
bool says_all(const Scene& scene)
{
    const auto words = telling_words(scene.turn.message, scene.replies.empty_words);
    return std::ranges::any_of(scene.replies.all_words, [&](std::string_view word) {
        return words.size() == 1 && words.front() == word;
    });
}

/// "The second one", "delete the second one".
const Action* choice_in(const Scene& scene, Work work)
{
    const Action* choice = nullptr;
    for (const Action& action : scene.understood.actions) {
        if (action.intent == Intent::decline || action.intent == Intent::confirm) continue;
        if (choice != nullptr) return nullptr;
        if (action.intent != Intent::choose && work_of(action.intent) != work) return nullptr;
        choice = &action;
    }
    return choice;
}

base::Async<bool> ask_which_number(Scene& scene, Question question, std::int64_t number,
                                   const std::vector<TaskName>& either)
{
    co_await say(scene,
                 fill(scene.replies.which_number, fmt::arg("number", number),
                      fmt::arg("first", name_in_words(scene, either[0])),
                      fmt::arg("second", name_in_words(scene, either[1])),
                      fmt::arg("one", either[0].number), fmt::arg("other", either[1].number)));
    scene.after.question = std::move(question);
    co_return true;
}

base::Async<bool> ask_again(Scene& scene, Question question)
{
    co_await say(
        scene, fill(scene.replies.still_which, fmt::arg("number", question.tasks.front().number)));
    scene.after.question = std::move(question);
    co_return true;
}

base::Async<bool> answer_which(Scene& scene, Question question)
{
    if (are_all(scene, Intent::decline)) {
        co_await say(scene, std::string{scene.replies.left_as_is});
        co_return true;
    }
    const Action* const choice = choice_in(scene, question.order.work);
    const bool is_text = scene.understood.actions.empty();
    // "Not the second one": it does not say which one is meant.
    if ((choice != nullptr || is_text) && says_one_of(scene, scene.replies.negation_words)) {
        co_return co_await ask_again(scene, std::move(question));
    }
    std::vector<TaskName> chosen;
    if (choice != nullptr && question.order.work == Work::remove) {
        const auto& numbers = choice->task.numbers;
        if (const auto either = either_by_number(scene, numbers, question.tasks); !either.empty()) {
            co_return co_await ask_which_number(scene, std::move(question), numbers.front(),
                                                either);
        }
    }
    if (says_all(scene)) {
        chosen = question.tasks;
    } else if (choice != nullptr) {
        chosen = chosen_from(scene, *choice, question.tasks, question.order.work);
    } else if (is_text) {
        chosen = chosen_by_words(scene, telling_words(scene), question.tasks, question.order.work);
    }
    if (!chosen.empty()) {
        co_await carry_out_chosen(scene, std::move(question.order), std::move(chosen));
        co_return true;
    }
    const bool is_choice = choice != nullptr && choice->intent == Intent::choose;
    if (is_choice && !choice->task.numbers.empty()) {
        // Another one than was offered, by its number.
        co_await act_on(scene, std::move(question.order), choice->task);
        co_return true;
    }
    if (!is_choice && !is_text && !are_all(scene, Intent::confirm)) co_return false;
    co_return co_await ask_again(scene, std::move(question));
}

}  // namespace

base::Async<bool> answer_question(Scene& scene)
{
    if (!scene.before.question) co_return false;
    Question question = *std::move(scene.before.question);
    scene.before.question.reset();
    switch (question.kind) {
        case Question::Kind::which:
            if (question.tasks.empty()) co_return false;
            co_return co_await answer_which(scene, std::move(question));
        case Question::Kind::sure:
            co_return co_await answer_whether(scene, std::move(question));
        case Question::Kind::value:
            break;
    }
    co_return co_await answer_value(scene, std::move(question));
}

}  // namespace todod::assistant::builtin
