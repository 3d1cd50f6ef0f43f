#include "assistant/builtin/find.hpp"

#include "assistant/builtin/contains.hpp"
#include "assistant/builtin/search.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;
using How = Found::How;

namespace {

constexpr std::size_t max_numbers = 100;

Found problem(std::string_view why)
{
    return {.problem = std::string{why}};
}

Found by_numbers(const std::vector<std::int64_t>& numbers)
{
    Found found{.how = How::named};
    for (const std::int64_t number : numbers) {
        if (contains(found.tasks, number, &TaskView::number)) continue;
        ++found.total;
        if (found.tasks.size() == max_numbers) continue;
        found.tasks.push_back({.number = number, .is_known = false});
    }
    return found;
}

Found by_names(std::span<const TaskName> names, How how)
{
    Found found{.how = how};
    for (const TaskName& name : names)
        found.tasks.push_back({.number = name.number, .title = name.title, .is_known = false});
    return found;
}

base::Async<Found> by_id(Scene& scene, base::Uuid id)
{
    const Outcome got = co_await use(scene, "get_task", {{"task_id", base::to_string(id)}});
    if (!got) co_return problem(scene.replies.no_task_of_id);
    co_return Found{.tasks = {read_task(got.data)}, .how = How::named};
}

/// What was spoken of in this turn, or else in the one before.
const Spoken<TaskName>& focus_of(const Scene& scene)
{
    return scene.after.focus.of.empty() ? scene.before.focus : scene.after.focus;
}

/// The same for "them", "both": what was spoken of, or else shown.
const Spoken<TaskName>& focus_of_several(const Scene& scene)
{
    for (const auto* const spoken :
         {&scene.after.focus, &scene.after.shown, &scene.before.focus, &scene.before.shown}) {
        if (spoken->is_new && spoken->of.size() > 1) return *spoken;
    }
    return focus_of(scene);
}

Found by_focus(const Scene& scene, bool are_all)
{
    const auto& focus = are_all ? focus_of_several(scene) : focus_of(scene);
    if (focus.of.empty()) return problem(scene.replies.no_previous);
    // "Both", of one.
    const bool are_too_few =
        are_all && focus.of.size() == 1 && says_one_of(scene, scene.replies.all_words);
    if (!focus.is_new || are_too_few) return by_names(focus.of, How::maybe);
    return by_names(focus.of, are_all && focus.of.size() > 1 ? How::all : How::sure);
}

/// "The other one": of two that were shown.
Found by_other(const Scene& scene)
{
    const auto& focus = focus_of(scene).of;
    const auto& shown = scene.before.shown.of;
    const bool is_said = says_one_of(scene, scene.replies.other_words);
    if (!is_said || focus.size() != 1 || shown.size() != 2) return {};
    const bool is_first = shown[0].number == focus.front().number;
    if (!is_first && shown[1].number != focus.front().number) return {};
    return by_names(std::span{shown}.subspan(is_first ? 1 : 0, 1), How::fuzzy);
}

/// `position` counts from 1, or from the end where it is below 0.
std::optional<std::size_t> index_of(int position, std::size_t size) noexcept
{
    const auto count = static_cast<std::int64_t>(size);
    const std::int64_t index = position > 0 ? position - 1 : count + position;
    if (position == 0 || index < 0 || index >= count) return std::nullopt;
    return static_cast<std::size_t>(index);
}

/// Among all of the user's, by when they were made.
base::Async<Found> by_age(Scene& scene, int position, Filter filter, Work work)
{
    const std::int64_t count = position < 0 ? -std::int64_t{position} : position;
    if (count == 0 || count > page_size) co_return problem(scene.replies.none_shown);
    if (!filter.status) filter.status = usual_status(work);
    json::object listing = listing_of(filter);
    listing["sort"] = position > 0 ? "-created" : "created";
    auto tasks = co_await list_first(scene, std::move(listing), count);
    if (std::ssize(tasks) < count) co_return problem(scene.replies.none_shown);
    // Nobody has seen the list that this counts in.
    co_return Found{.tasks = {std::move(tasks.back())}, .how = How::fuzzy};
}

base::Async<Found> by_position(Scene& scene, int position, Filter filter, Work work)
{
    const bool is_unseen = scene.after.shown.is_new;
    const auto& shown = is_unseen ? scene.after.shown : scene.before.shown;
    if (shown.of.empty() && is_unseen) co_return problem(scene.replies.none_shown);
    if (shown.of.empty()) co_return co_await by_age(scene, position, std::move(filter), work);
    const auto index = index_of(position, shown.of.size());
    if (!index) {
        co_return problem(fill(scene.replies.no_position, fmt::arg("count", shown.of.size())));
    }
    const How how = shown.is_new ? How::sure : How::maybe;
    co_return by_names(std::span{shown.of}.subspan(*index, 1), is_unseen ? How::fuzzy : how);
}

base::Async<Found> by_filter(Scene& scene, Filter filter, Work work, How how)
{
    if (!filter.status && !filter.is_overdue) filter.status = usual_status(work);
    json::object listing = listing_of(filter);
    if (!filter.status) listing["status"] = "all";
    Page page = co_await fetch(scene, listing, page_size);
    if (page.tasks.empty()) {
        const std::string what =
            describe(scene.replies, filter, time_in_words(scene, filter), false, scene.moment);
        co_return problem(fill(scene.replies.empty, fmt::arg("what", what)));
    }
    co_return Found{.tasks = std::move(page.tasks),
                    .how = how,
                    .total = page.total,
                    .listing = std::move(listing),
                    .problem = {}};
}

base::Async<Found> find(Scene& scene, TaskReference reference, Work work)
{
    if (!reference.numbers.empty()) co_return by_numbers(reference.numbers);
    if (reference.id) co_return co_await by_id(scene, *reference.id);
    if (!reference.words.empty()) {
        co_return co_await find_by_words(scene, std::move(reference), work);
    }
    if (reference.position) {
        co_return co_await by_position(scene, *reference.position, reference.filter, work);
    }
    if (reference.is_previous) co_return by_focus(scene, reference.is_all);
    if (reference.is_all) co_return co_await by_filter(scene, reference.filter, work, How::all);
    if (is_set(reference.filter)) {
        co_return co_await by_filter(scene, reference.filter, work, How::fuzzy);
    }
    if (Found other = by_other(scene); !other.tasks.empty()) co_return other;
    const auto& focus = focus_of(scene);
    if (focus.is_new && focus.of.size() == 1) co_return by_names(focus.of, How::fuzzy);
    co_return co_await by_filter(scene, {}, work, How::maybe);
}

/// `found` without what `left_out` speaks of; a problem where that is not clear.
base::Async<Found> without(Scene& scene, Found found, TaskReference left_out)
{
    const std::string words = left_out.words;
    const Found out = co_await find(scene, std::move(left_out), Work::remove);
    if (out.tasks.empty()) co_return problem(out.problem);
    const bool are_all = !out.are_more && out.total <= std::ssize(out.tasks);
    if (!are_all || out.how == How::maybe) {
        co_return problem(are_all ? fill(scene.replies.no_task_named, fmt::arg("words", words))
                                  : scene.replies.too_many_left_out);
    }
    const auto erased = std::erase_if(found.tasks, [&](const TaskView& task) {
        return contains(out.tasks, task.number, &TaskView::number);
    });
    found.total -= std::min<std::int64_t>(found.total, static_cast<std::int64_t>(erased));
    if (found.tasks.empty()) co_return problem(scene.replies.gone_since);
    co_return found;
}

}  // namespace

base::Async<Found> find_tasks(Scene& scene, TaskReference reference, Work work)
{
    const std::vector<TaskReference> except = std::exchange(reference.except, {});
    Found found = co_await find(scene, std::move(reference), work);
    if (!found.tasks.empty() && !except.empty()) {
        found = co_await without(scene, std::move(found), except.front());
    }
    if (found.tasks.empty() && !scene.failure.empty()) {
        found.problem = fill(scene.replies.failed, fmt::arg("why", scene.failure));
    }
    co_return found;
}

}  // namespace todod::assistant::builtin
