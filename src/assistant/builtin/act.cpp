#include "assistant/builtin/act.hpp"

#include <algorithm>

#include "assistant/builtin/contains.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;
using How = Found::How;

namespace {

constexpr std::size_t max_choices = 10;
constexpr std::size_t max_without_asking = 3;
constexpr std::size_t max_at_once = 40;    ///< of Toolbox::max_uses
constexpr std::size_t max_looked_up = 25;  ///< at once: each takes two uses

Question question_of(Question::Kind kind, Order order, std::vector<TaskName> tasks)
{
    return {.kind = kind,
            .order = std::move(order),
            .tasks = std::move(tasks),
            .field = {},
            .listing = {}};
}

std::string_view verb_of(const Scene& scene, Work work)
{
    return scene.replies.verbs[static_cast<std::size_t>(work)];
}

std::string_view question_for(const Replies& replies, std::string_view field)
{
    if (field == "title") return replies.what_name;
    if (field == "description") return replies.what_description;
    if (field == "due_date") return replies.what_due;
    if (field == "priority") return replies.what_priority;
    if (field == "tags") return replies.what_tags;
    return replies.what_change;
}

base::Async<Next> act_on_all(Scene& scene, Order order, Found found)
{
    const bool is_for_good = order.work == Work::remove;
    const bool are_many =
        found.total > std::ssize(found.tasks) || found.tasks.size() > max_without_asking;
    // A change of what is only said to be "everything" is asked about as well.
    const bool is_wide = order.work == Work::update && !found.listing.empty();
    if (is_for_good || are_many || is_wide) {
        co_return co_await ask_about_all(scene, std::move(order), std::move(found));
    }
    co_await carry_out_all(scene, std::move(order), std::move(found.tasks));
    co_return Next::go_on;
}

/// With what there is to know of each; says which there are not, and how many were too many.
base::Async<Found> look_up(Scene& scene, Found found)
{
    if (found.tasks.size() > max_looked_up) {
        co_await say(scene, fill(scene.replies.only_so_many, fmt::arg("total", found.total),
                                 fmt::arg("count", max_looked_up)));
        found.tasks.resize(max_looked_up);
    }
    found.total = 0;
    std::vector<TaskView> known;
    for (const TaskView& task : found.tasks) {
        const Outcome got = co_await use(scene, "get_task", {{"task_id", task.number}});
        if (got) {
            known.push_back(read_task(got.data));
        } else {
            co_await say(scene, failure_in_words(scene, got, task.number));
        }
    }
    found.tasks = std::move(known);
    co_return found;
}

/// Whether there is no doubt that `found`'s only task is meant.
bool is_sure(const Found& found, Work work) noexcept
{
    if (found.how == How::maybe) return false;
    return work != Work::remove || (found.how != How::fuzzy && !found.are_more);
}

}  // namespace

base::Async<Next> act_on_found(Scene& scene, Order order, Found found, std::string_view words)
{
    if (found.tasks.empty()) {
        co_await say(scene, std::move(found.problem));
        co_return Next::go_on;
    }
    if (found.how == How::all) {
        co_return co_await act_on_all(scene, std::move(order), std::move(found));
    }
    // "Delete tasks 1 and 2, but not 2".
    const bool is_limited =
        order.work == Work::remove && says_one_of(scene, scene.replies.negation_words);
    if (found.how == How::named && order.work == Work::remove &&
        (is_limited || found.tasks.size() > max_without_asking)) {
        co_return co_await ask_about_all(scene, std::move(order),
                                         co_await look_up(scene, std::move(found)));
    }
    if (found.how == How::named) {
        if (found.total > std::ssize(found.tasks)) {
            co_await say(scene, fill(scene.replies.only_so_many, fmt::arg("total", found.total),
                                     fmt::arg("count", found.tasks.size())));
        }
        co_await carry_out_all(scene, std::move(order), std::move(found.tasks));
        co_return Next::go_on;
    }
    if (found.tasks.size() > 1) {
        co_return co_await ask_which(scene, std::move(order), std::move(found), words);
    }
    if (is_limited || !is_sure(found, order.work)) {
        if (found.how == How::maybe && !words.empty()) {
            co_await say(scene, fill(scene.replies.no_task_named, fmt::arg("words", words)));
        }
        co_return co_await ask_whether(scene, std::move(order), found.tasks.front());
    }
    co_await carry_out(scene, std::move(order), std::move(found.tasks.front()));
    co_return Next::go_on;
}

base::Async<Next> ask_which(Scene& scene, Order order, Found found, std::string_view words)
{
    const Replies& replies = scene.replies;
    std::vector<TaskView> tasks = std::move(found.tasks);
    if (tasks.size() > max_choices) {
        if (!words.empty()) {
            co_await say(scene, fill(replies.which_of_many,
                                     fmt::arg("count", std::max(found.total, std::ssize(tasks))),
                                     fmt::arg("words", words)));
        }
        tasks.resize(max_choices);
    }
    co_await say(scene, fill(replies.which, fmt::arg("verb", verb_of(scene, order.work))));
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const std::string details = details_of(replies, tasks[i], scene.moment);
        co_await say(
            scene, fill(replies.choice, fmt::arg("index", i + 1), fmt::arg("title", tasks[i].title),
                        fmt::arg("number", tasks[i].number),
                        fmt::arg("details", details.empty() ? details : ", " + details)));
    }
    scene.after.shown = {.of = names_of(tasks), .is_new = true};
    scene.after.question = question_of(Question::Kind::which, std::move(order), names_of(tasks));
    co_return Next::wait;
}

base::Async<Next> ask_about_all(Scene& scene, Order order, Found found)
{
    if (found.tasks.empty()) co_return Next::go_on;
    const auto total = std::max(found.total, std::ssize(found.tasks));
    // What was not found by a list is looked up one by one.
    const std::size_t most =
        found.listing.empty() && order.work != Work::complete && order.work != Work::reopen
            ? max_looked_up
            : max_at_once;
    if (found.tasks.size() > most) found.tasks.resize(most);
    if (std::ssize(found.tasks) < total) {
        co_await say(scene, fill(scene.replies.only_so_many, fmt::arg("total", total),
                                 fmt::arg("count", found.tasks.size())));
    }
    const std::size_t shown = std::min(found.tasks.size(), max_choices);
    co_await say(
        scene,
        fill(scene.replies.really_many, fmt::arg("verb", verb_of(scene, order.work)),
             fmt::arg("count", found.tasks.size()),
             fmt::arg("what", found.tasks.size() == 1 ? scene.replies.task : scene.replies.tasks)));
    for (std::size_t i = 0; i < shown; ++i)
        co_await say(scene, line_of(scene.replies, found.tasks[i], scene.moment));
    if (shown < found.tasks.size()) {
        co_await say(scene,
                     fill(scene.replies.and_more, fmt::arg("count", found.tasks.size() - shown)));
    }
    scene.after.focus = {.of = names_of(found.tasks), .is_new = true};
    scene.after.question =
        question_of(Question::Kind::sure, std::move(order), names_of(found.tasks));
    scene.after.question->listing = std::move(found.listing);
    co_return Next::wait;
}

base::Async<Next> ask_whether(Scene& scene, Order order, const TaskView& task)
{
    const std::string_view asked =
        order.work == Work::remove ? scene.replies.really_delete : scene.replies.did_you_mean;
    co_await say(scene, fill(asked, fmt::arg("name", name_in_words(scene, name_of(task)))));
    scene.after.focus = {.of = {name_of(task)}, .is_new = true};
    scene.after.question = question_of(Question::Kind::sure, std::move(order), {name_of(task)});
    co_return Next::wait;
}

base::Async<Next> ask_value(Scene& scene, Order order, std::vector<TaskName> task,
                            std::string field)
{
    const std::string name = task.empty() ? "" : name_in_words(scene, task.front());
    const std::string_view asked =
        task.empty() ? scene.replies.what_title : question_for(scene.replies, field);
    co_await say(scene, fill(asked, fmt::arg("name", name)));
    scene.after.question = question_of(Question::Kind::value, std::move(order), std::move(task));
    scene.after.question->field = std::move(field);
    co_return Next::wait;
}

std::string field_in(const Scene& scene)
{
    const auto tokens = tokenize(scene.turn.message);
    for (const auto& known : scene.replies.fields)
        if (contains(tokens, known.word, &Token::text)) {
            return std::string{known.field};
        }
    return {};
}

base::Async<Next> act_on(Scene& scene, Order order, TaskReference reference)
{
    const std::string words = reference.words;
    Found found = co_await find_tasks(scene, std::move(reference), order.work);
    const bool is_one = found.tasks.size() == 1 && found.how != How::maybe;
    if (is_one && order.work == Work::update && order.changes.empty()) {
        TaskView& task = found.tasks.front();
        if (!task.is_known) {
            const Outcome got = co_await use(scene, "get_task", {{"task_id", task.number}});
            if (!got) {
                co_await say(scene, failure_in_words(scene, got, task.number));
                co_return Next::go_on;
            }
            task = read_task(got.data);
        }
        scene.after.focus = {.of = {name_of(task)}, .is_new = true};
        co_return co_await ask_value(scene, std::move(order), {name_of(task)}, field_in(scene));
    }
    co_return co_await act_on_found(scene, std::move(order), std::move(found), words);
}

base::Async<void> ask_about_rest(Scene& scene, Order order, std::vector<TaskName> tasks)
{
    co_await say(scene, fill(scene.replies.too_many, fmt::arg("count", tasks.size())));
    co_await say(scene, std::string{scene.replies.go_on});
    scene.after.question = question_of(Question::Kind::sure, std::move(order), std::move(tasks));
}

base::Async<void> carry_out_all(Scene& scene, Order order, std::vector<TaskView> tasks)
{
    constexpr std::size_t most_for_one = 2;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (uses_left(scene) < most_for_one) {
            tasks.erase(tasks.begin(), tasks.begin() + static_cast<std::ptrdiff_t>(i));
            co_return co_await ask_about_rest(scene, std::move(order), names_of(tasks));
        }
        co_await carry_out(scene, order, std::move(tasks[i]));
    }
}

}  // namespace todod::assistant::builtin
