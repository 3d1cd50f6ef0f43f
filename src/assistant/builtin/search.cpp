#include "assistant/builtin/search.hpp"

#include "assistant/builtin/contains.hpp"
#include "base/text.hpp"

namespace todod::assistant::builtin {

namespace json = boost::json;
using How = Found::How;

namespace {

constexpr int max_pages = 10;  ///< of tasks that are looked through
constexpr std::size_t max_query_bytes = 200;
constexpr std::size_t max_maybes = 5;
constexpr std::size_t kept_uses = 5;  ///< are not spent on looking for a task

/// `tasks` of those that fit `wanted` best.
struct Best {
    std::vector<TaskView> tasks;
    Fit fit = Fit::none;
};

Best best_of(const std::vector<TaskView>& tasks, std::span<const std::string> wanted,
             const Replies& replies, Work work)
{
    Best best;
    for (const TaskView& task : tasks) {
        Fit how = fit(wanted, telling_words(task.title, replies.empty_words));
        // What is gone is gone: there, a title that fits to the last word is no better than others.
        if (work == Work::remove && how > Fit::plural) how = Fit::plural;
        if (how == Fit::none || how < best.fit) continue;
        if (how > best.fit) best = {.tasks = {}, .fit = how};
        best.tasks.push_back(task);
    }
    return best;
}

/// Looks for a task by its words, in what the filter lets through.
class Search {
public:
    Search(Scene& scene, std::string_view words, Work work)
        : scene_(scene), work_(work), wanted_(telling_words(words, scene.replies.empty_words))
    {
    }

    base::Async<void> run(Filter filter)
    {
        co_await ask(filter);
        if (best_.fit < Fit::inflected) co_await look_through(filter);
    }

    /// Asks the database, which knows whole words.
    base::Async<void> ask(Filter filter)
    {
        filter.words.clear();
        for (const std::string& word : wanted_) {
            if (filter.words.size() + word.size() >= max_query_bytes) break;
            if (!filter.words.empty()) filter.words += ' ';
            filter.words += word;
        }
        if (filter.words.empty()) co_return;
        const Page page = co_await fetch(scene_, listing_of(filter), page_size);
        best_ = best_of(page.tasks, wanted_, scene_.replies, work_);
        are_more_ = !page.next.empty();
        if (best_.tasks.size() == page.tasks.size()) total_ = page.total;
        // Its words are in the descriptions.
        if (best_.fit < Fit::inflected && !page.tasks.empty()) {
            best_ = {.tasks = page.tasks, .fit = Fit::some};
            if (best_.tasks.size() > max_maybes) best_.tasks.resize(max_maybes);
        }
    }

    const Best& best() const noexcept { return best_; }

    /// Of those that fit best; 0: as many as were found.
    std::int64_t total() const noexcept { return total_; }

    /// Whether there are tasks that have not been looked at.
    bool are_more() const noexcept { return are_more_; }

private:
    base::Async<void> look_through(const Filter& filter)
    {
        json::object listing = listing_of(filter);
        total_ = 0;
        for (int count = 0; count < max_pages; ++count) {
            Page page = co_await fetch(scene_, listing, page_size);
            add(best_of(page.tasks, wanted_, scene_.replies, work_));
            are_more_ = !page.next.empty();
            if (page.next.empty() || uses_left(scene_) <= kept_uses) break;
            listing["cursor"] = page.next;
        }
        if (best_.fit == Fit::some && best_.tasks.size() > max_maybes) {
            best_.tasks.resize(max_maybes);
        }
    }

    void add(Best more)
    {
        if (more.fit == Fit::none || more.fit < best_.fit) return;
        if (more.fit > best_.fit) {
            best_ = std::move(more);
            return;
        }
        for (TaskView& task : more.tasks) {
            if (!contains(best_.tasks, task.number, &TaskView::number))
                best_.tasks.push_back(std::move(task));
        }
    }

    Scene& scene_;
    const Work work_;
    const std::vector<std::string> wanted_;
    Best best_;
    std::int64_t total_ = 0;
    bool are_more_ = false;
};

/// What is gone is gone: for that, "tap" is no "tape".
How how_of(Fit fit, Work work) noexcept
{
    if (fit >= (work == Work::remove ? Fit::plural : Fit::inflected)) return How::sure;
    return fit >= Fit::near ? How::fuzzy : How::maybe;
}

base::Async<Found> by_words(Scene& scene, TaskReference reference, Work work)
{
    Filter filter = std::move(reference.filter);
    const bool is_open = !filter.status && work == Work::update;
    if (!filter.status) filter.status = usual_status(work);
    Search search{scene, reference.words, work};
    co_await search.run(filter);
    Best best = search.best();
    std::int64_t total = search.total();
    bool are_more = search.are_more();
    if (best.fit < Fit::near && (is_open || work == Work::complete || work == Work::reopen)) {
        // Perhaps it is so already.
        Search again{scene, reference.words, work};
        filter.status =
            work == Work::reopen ? types::StatusFilter::pending : types::StatusFilter::completed;
        co_await again.ask(filter);
        if (again.best().fit >= Fit::inflected) {
            best = again.best();
            total = again.total();
            are_more = again.are_more();
        }
    }
    if (best.fit == Fit::none) {
        co_return Found{.problem =
                            fill(scene.replies.no_task_named, fmt::arg("words", reference.words))};
    }
    const bool is_every = reference.is_all && best.fit >= Fit::inflected;
    co_return Found{.tasks = std::move(best.tasks),
                    .how = is_every ? How::all : how_of(best.fit, work),
                    .total = total,
                    .are_more = are_more,
                    .listing = {},
                    .problem = {}};
}

/// What stands between "and"s and commas.
std::vector<std::string> parts_of(const Scene& scene, std::string_view words)
{
    std::vector<std::string> parts(1);
    std::size_t from = 0;
    for (const Token& token : tokenize(words)) {
        if (contains(scene.replies.joining_words, token.text)) {
            parts.emplace_back();
        } else {
            parts.back() += words.substr(from, token.end - from);
        }
        from = token.end;
    }
    std::erase_if(parts, [](const std::string& part) { return base::trim(part).empty(); });
    return parts;
}

/// "Milk and bread": where each part fits one task and no other, those tasks.
base::Async<std::optional<Found>> by_several_words(Scene& scene, const TaskReference& reference,
                                                   Work work)
{
    constexpr std::size_t most = 5;
    const std::vector<std::string> parts = parts_of(scene, reference.words);
    if (parts.size() < 2 || parts.size() > most) co_return std::nullopt;
    Found all{.how = How::named};
    for (const std::string& part : parts) {
        TaskReference one;
        one.words = part;
        one.filter = reference.filter;
        Found found = co_await by_words(scene, std::move(one), work);
        const bool is_clear = found.how == How::sure && found.tasks.size() == 1 &&
                              !found.are_more &&
                              !contains(all.tasks, found.tasks.front().number, &TaskView::number);
        if (!is_clear) co_return std::nullopt;
        all.tasks.push_back(std::move(found.tasks.front()));
    }
    all.total = std::ssize(all.tasks);
    co_return all;
}

}  // namespace

base::Async<Page> fetch(Scene& scene, json::object listing, std::int64_t limit)
{
    listing["limit"] = limit;
    const Outcome found = co_await use(scene, "list_tasks", std::move(listing));
    Page page;
    if (!found) {
        scene.failure = found.error;
        co_return page;
    }
    for (const auto& task : found.data.at("tasks").as_array())
        page.tasks.push_back(read_task(task.as_object()));
    page.total = found.data.at("total").to_number<std::int64_t>();
    const json::value* const next = found.data.if_contains("next_cursor");
    if (next != nullptr && next->is_string()) page.next = next->get_string();
    co_return page;
}

std::optional<types::StatusFilter> usual_status(Work work) noexcept
{
    switch (work) {
        case Work::complete:
        case Work::update:
            return types::StatusFilter::pending;
        case Work::reopen:
            return types::StatusFilter::completed;
        case Work::add:
        case Work::remove:
            break;
    }
    return std::nullopt;
}

base::Async<std::vector<TaskView>> list_first(Scene& scene, json::object listing,
                                              std::int64_t count)
{
    std::vector<TaskView> tasks;
    for (int pages = 0; pages < max_pages; ++pages) {
        Page page = co_await fetch(scene, listing, std::min(page_size, count - std::ssize(tasks)));
        std::ranges::move(page.tasks, std::back_inserter(tasks));
        const bool is_all = page.next.empty() || std::ssize(tasks) >= count;
        if (is_all || uses_left(scene) <= kept_uses) break;
        listing["cursor"] = page.next;
    }
    co_return tasks;
}

base::Async<Found> find_by_words(Scene& scene, TaskReference reference, Work work)
{
    Found found = co_await by_words(scene, reference, work);
    if (found.how != How::maybe && !found.tasks.empty()) co_return found;
    auto several = co_await by_several_words(scene, reference, work);
    co_return several ? *std::move(several) : std::move(found);
}

}  // namespace todod::assistant::builtin
