#include "assistant/builtin/show.hpp"

#include <algorithm>
#include <utility>

#include "assistant/builtin/search.hpp"
#include "base/text.hpp"
#include "types/task_limits.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;

namespace {

constexpr std::int64_t max_lines = 20;
constexpr std::int64_t max_looked_through = 300;  ///< for what the server has no filter of

std::string empty_in_words(const Scene& scene, const Filter& filter)
{
    const Replies& replies = scene.replies;
    const std::string when = time_in_words(scene, filter);
    Filter rest = filter;
    rest.status.reset();
    const bool has_status_only = filter.status && !is_set(rest);
    if (!is_set(filter)) return std::string{replies.empty_all};
    if (has_status_only && filter.status == types::StatusFilter::pending) {
        return std::string{replies.empty_pending};
    }
    if (has_status_only && filter.status == types::StatusFilter::completed) {
        return std::string{replies.empty_completed};
    }
    rest = filter;
    rest.is_overdue = false;
    if (filter.is_overdue && !is_set(rest)) return std::string{replies.empty_overdue};
    return fill(replies.empty,
                fmt::arg("what", describe(replies, filter, when, false, scene.moment)));
}

std::string_view name_of(types::SortKey key)
{
    return schema::Codec<types::SortKey>::name(key, schema::Dialect::tool);
}

bool is_let_through(const Filter& filter, const TaskView& task)
{
    if (filter.is_undated && task.due) return false;
    if (filter.is_untagged && !task.tags.empty()) return false;
    if (!filter.is_by_completion) return true;
    const auto at = task.completed_at;
    return at && (!filter.due_after || *at >= *filter.due_after) &&
           (!filter.due_before || *at < *filter.due_before);
}

/// What was completed when the filter says, or is without a date or tags: of what was changed last.
base::Async<Page> look_through(Scene& scene, const Filter& filter, std::int64_t limit)
{
    json::object listing = listing_of(filter);
    listing["sort"] = name_of(types::SortKey::updated);
    Page page{.tasks = co_await list_first(scene, std::move(listing), max_looked_through)};
    page.is_part = std::ssize(page.tasks) == max_looked_through;
    std::erase_if(page.tasks, [&](const TaskView& task) { return !is_let_through(filter, task); });
    page.total = std::ssize(page.tasks);
    if (page.total > limit) page.tasks.resize(static_cast<std::size_t>(limit));
    co_return page;
}

base::Async<Page> list(Scene& scene, const Filter& filter, std::int64_t limit,
                       std::optional<types::SortKey> sort = {})
{
    if (filter.is_by_completion || filter.is_undated || filter.is_untagged) {
        co_return co_await look_through(scene, filter, limit);
    }
    json::object listing = listing_of(filter);
    const bool is_dated = filter.due_after || filter.due_before || filter.is_overdue;
    if (!sort && is_dated) sort = types::SortKey::due_date;
    if (sort) listing["sort"] = name_of(*sort);
    co_return co_await fetch(scene, std::move(listing), limit);
}

/// "Health tasks" may be those that are tagged so.
bool may_be_tag(const Filter& filter)
{
    const std::string_view words = filter.words;
    return !words.empty() && filter.tags.empty() &&
           base::cut_code_points(words, types::tag_limits.max_length).size() == words.size();
}

/// False, and said why, where it failed.
base::Async<bool> is_found(Scene& scene, const Page& found)
{
    if (!found.tasks.empty() || scene.failure.empty()) co_return true;
    co_await say(scene, fill(scene.replies.failed, fmt::arg("why", scene.failure)));
    co_return false;
}

base::Async<void> say_if_part(Scene& scene, const Page& found)
{
    if (!found.is_part) co_return;
    co_await say(scene, fill(scene.replies.of_the_last, fmt::arg("count", max_looked_through)));
}

std::string head_of(const Scene& scene, const Filter& filter, std::int64_t count,
                    std::int64_t total)
{
    const std::string what =
        describe(scene.replies, filter, time_in_words(scene, filter), total == 1, scene.moment);
    if (count == total) {
        return fill(total == 1 ? scene.replies.list_head_one : scene.replies.list_head,
                    fmt::arg("what", what));
    }
    return fill(scene.replies.list_next_head, fmt::arg("count", count), fmt::arg("total", total),
                fmt::arg("what", what));
}

}  // namespace

base::Async<void> show_tasks(Scene& scene, Filter filter, std::optional<types::SortKey> sort)
{
    Page found = co_await list(scene, filter, max_lines, sort);
    if (!co_await is_found(scene, found)) co_return;
    if (found.tasks.empty() && may_be_tag(filter)) {
        Filter tagged = filter;
        tagged.tags.push_back(std::exchange(tagged.words, {}));
        if (Page of_tag = co_await list(scene, tagged, max_lines, sort); !of_tag.tasks.empty()) {
            filter = std::move(tagged);
            found = std::move(of_tag);
        }
    }
    if (found.total > max_lines && !filter.status) {
        // Of many, what is not done.
        filter.status = types::StatusFilter::pending;
        Page pending = co_await list(scene, filter, max_lines, sort);
        if (pending.total > 0) {
            found = std::move(pending);
        } else {
            filter.status.reset();
        }
    }
    std::vector<TaskView>& tasks = found.tasks;
    std::ranges::stable_partition(tasks, [](const TaskView& task) { return !task.completed; });
    scene.after.shown = {.of = names_of(tasks), .is_new = true};
    if (tasks.empty()) {
        co_await say(scene, empty_in_words(scene, filter));
        co_await say_if_part(scene, found);
        co_return;
    }
    co_await say(scene, head_of(scene, filter, std::ssize(tasks), found.total));
    std::string lines;
    for (const TaskView& task : tasks) {
        if (!lines.empty()) lines += '\n';
        lines += line_of(scene.replies, task, scene.moment);
    }
    co_await say(scene, std::move(lines));
    const std::int64_t more = found.total - std::ssize(tasks);
    if (more > 0) co_await say(scene, fill(scene.replies.and_more, fmt::arg("count", more)));
    co_await say_if_part(scene, found);
    if (tasks.size() == 1) scene.after.focus = scene.after.shown;
}

base::Async<void> count_tasks(Scene& scene, Filter filter)
{
    const Page found = co_await list(scene, filter, 1);
    if (!co_await is_found(scene, found)) co_return;
    const std::int64_t total = found.total;
    if (total == 0) {
        co_await say(scene, empty_in_words(scene, filter));
        co_await say_if_part(scene, found);
        co_return;
    }
    const std::string what =
        describe(scene.replies, filter, time_in_words(scene, filter), total == 1, scene.moment);
    co_await say(scene, fill(total == 1 ? scene.replies.count_one : scene.replies.count_many,
                             fmt::arg("count", total), fmt::arg("what", what)));
    co_await say_if_part(scene, found);
}

}  // namespace todod::assistant::builtin
