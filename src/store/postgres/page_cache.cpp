#include "store/postgres/page_cache.hpp"

#include <algorithm>
#include <utility>

#include <boost/container_hash/hash.hpp>

namespace todod::store::postgres {

namespace {

std::size_t bytes_of(const std::string& text) noexcept
{
    return sizeof(std::string) + text.capacity();
}

std::size_t bytes_of(const types::Task& task) noexcept
{
    std::size_t bytes = sizeof task + task.user_id.capacity() + task.title.capacity();
    if (task.description) bytes += task.description->capacity();
    for (const std::string& tag : task.tags)
        bytes += bytes_of(tag);
    return bytes;
}

/// Of a task of a page that is kept.
std::size_t kept_bytes_of(const types::Task& task) noexcept
{
    return sizeof(std::shared_ptr<const types::Task>) + bytes_of(task);
}

std::size_t kept_bytes_of(const TaskPage& page) noexcept
{
    std::size_t bytes = sizeof(KeptPage);
    for (const types::Task& task : page.tasks)
        bytes += kept_bytes_of(task);
    return bytes;
}

std::shared_ptr<const KeptPage> to_kept(std::int64_t last_change, const TaskPage& page,
                                        std::size_t bytes)
{
    auto kept = std::make_shared<KeptPage>();
    kept->last_change = last_change;
    kept->tasks.reserve(page.tasks.size());
    for (const types::Task& task : page.tasks)
        kept->tasks.push_back(std::make_shared<const types::Task>(task));
    kept->total = page.total;
    kept->next = page.next;
    kept->bytes = bytes;
    return kept;
}

/// Whether the page begins with the newest of all tasks of its user.
bool begins_with_newest(const PageName& name) noexcept
{
    return name.status == types::StatusFilter::all && !name.oldest_first && !name.after &&
           name.skip == 0 && name.limit > 0;
}

/// Adds the newest task of all to a page of at most `limit`.
void add_newest(KeptPage& page, std::shared_ptr<const types::Task> task, std::int64_t limit)
{
    page.bytes += kept_bytes_of(*task);
    page.tasks.insert(page.tasks.begin(), std::move(task));
    ++page.total;
    if (std::ssize(page.tasks) <= limit) return;
    page.bytes -= kept_bytes_of(*page.tasks.back());
    page.tasks.pop_back();
    page.next = position_of(*page.tasks.back(), {});
}

/// `page`, of at most `limit` tasks, after the change that has left `task`; nothing when that
/// cannot be told. A page may be ahead of the log that it is kept with: the change may be in it
/// already.
std::shared_ptr<const KeptPage> after(const KeptPage& page, std::int64_t limit,
                                      const ChangedTask& changed,
                                      std::shared_ptr<const types::Task> task)
{
    auto next = std::make_shared<KeptPage>(page);
    next->last_change = changed.seq;
    if (changed.kind == types::ChangeKind::create) {
        if (!page.tasks.empty() && page.tasks.front()->number >= task->number) return nullptr;
        add_newest(*next, std::move(task), limit);
        return next;
    }
    const auto found = std::ranges::find(next->tasks, task->number, &types::Task::number);
    if (found != next->tasks.end() && (*found)->version < task->version) {
        next->bytes += kept_bytes_of(*task);
        next->bytes -= kept_bytes_of(**found);
        *found = std::move(task);
    }
    return next;
}

}  // namespace

TaskPage KeptPage::to_page() const
{
    TaskPage page{.tasks = {}, .total = total, .next = next};
    page.tasks.reserve(tasks.size());
    for (const auto& task : tasks)
        page.tasks.push_back(*task);
    return page;
}

PageName name_of(const std::string& user_id, const TaskQuery& query)
{
    PageName name{.user_id = user_id,
                  .status = query.filter.status,
                  .oldest_first = query.sort.reversed,
                  .skip = query.skip,
                  .limit = query.limit};
    if (query.after) name.after = query.after->number;
    return name;
}

std::size_t hash_value(const PageName& name) noexcept
{
    std::size_t seed = 0;
    boost::hash_combine(seed, name.user_id);
    boost::hash_combine(seed, static_cast<int>(name.status));
    boost::hash_combine(seed, name.oldest_first);
    boost::hash_combine(seed, name.after.value_or(0));
    boost::hash_combine(seed, name.skip);
    boost::hash_combine(seed, name.limit);
    return seed;
}

std::shared_ptr<const KeptPage> PageCache::find(const PageName& name, TimePoint now)
{
    const std::lock_guard lock{mutex_};
    const auto& by_name = entries_.get<1>();
    const auto found = by_name.find(name);
    return found == by_name.end() || now - found->noted_at > max_age ? nullptr : found->page;
}

void PageCache::note(PageName name, std::int64_t last_change, const TaskPage& page, TimePoint now)
{
    std::size_t bytes = sizeof(Entry) + name.user_id.capacity();
    std::shared_ptr<const KeptPage> kept;
    const std::size_t more = kept_bytes_of(page);
    // Copied where it keeps nobody waiting.
    if (more <= max_page_bytes && was_noted(name, last_change)) {
        kept = to_kept(last_change, page, more);
        bytes += more;
    }
    const std::lock_guard lock{mutex_};
    const auto& by_name = entries_.get<1>();
    if (const auto found = by_name.find(name); found != by_name.end()) {
        const bool is_newer = found->page && found->last_change > last_change;
        if (is_newer && now - found->noted_at <= max_age) return;
        erase(entries_.project<0>(found));
    }
    entries_.push_back({std::move(name), last_change, std::move(kept), bytes, now});
    bytes_ += bytes;
    forget_old(now);
    keep_within_memory();
}

void PageCache::put(const ChangedTask& changed, TimePoint now)
{
    std::shared_ptr<const types::Task> task;
    const std::lock_guard lock{mutex_};
    auto& by_owner = entries_.get<2>();
    const auto [first, end] = by_owner.equal_range(Owner{changed.task.user_id, true});
    int left = max_put;
    for (auto entry = first; entry != end && left > 0; ++entry) {
        if (entry->last_change + 1 != changed.seq || now - entry->noted_at > max_age) continue;
        --left;
        std::shared_ptr<const KeptPage> page;
        std::size_t bytes = entry->bytes;
        if (entry->page) {
            if (!task) task = std::make_shared<const types::Task>(changed.task);
            page = after(*entry->page, entry->name.limit, changed, task);
            if (!page || page->bytes > max_page_bytes) continue;
            bytes += page->bytes;
            bytes -= entry->page->bytes;
            bytes_ += bytes;
            bytes_ -= entry->bytes;
        }
        // What was read once is to be kept when it is read as it was but for this change.
        by_owner.modify(entry, [&](Entry& there) {
            there.last_change = changed.seq;
            there.page = std::move(page);
            there.bytes = bytes;
        });
    }
    keep_within_memory();
}

PageCache::Owner PageCache::owner_of(const Entry& entry)
{
    return {entry.name.user_id, begins_with_newest(entry.name)};
}

void PageCache::keep_within_memory()
{
    while (bytes_ > max_bytes)
        erase(entries_.begin());
}

bool PageCache::was_noted(const PageName& name, std::int64_t last_change)
{
    const std::lock_guard lock{mutex_};
    const auto& by_name = entries_.get<1>();
    const auto found = by_name.find(name);
    return found != by_name.end() && found->last_change == last_change;
}

/// A few, so that whoever notes a page is not held up by the end of all those of a busy hour.
void PageCache::forget_old(TimePoint now)
{
    constexpr int at_once = 2;
    for (int i = 0; i < at_once && !entries_.empty(); ++i) {
        if (now - entries_.front().noted_at <= max_unread) return;
        erase(entries_.begin());
    }
}

void PageCache::erase(Entries::iterator entry)
{
    bytes_ -= entry->bytes;
    entries_.erase(entry);
}

}  // namespace todod::store::postgres
