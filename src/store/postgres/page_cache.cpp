#include "store/postgres/page_cache.hpp"

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

std::size_t bytes_of(const TaskPage& page) noexcept
{
    std::size_t bytes = 0;
    for (const types::Task& task : page.tasks)
        bytes += bytes_of(task);
    return bytes;
}

}  // namespace

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
    const std::size_t more = sizeof(KeptPage) + bytes_of(page);
    // Copied where it keeps nobody waiting.
    if (more <= max_page_bytes && was_noted(name, last_change)) {
        kept = std::make_shared<const KeptPage>(last_change, page);
        bytes += more;
    }
    const std::lock_guard lock{mutex_};
    const auto& by_name = entries_.get<1>();
    if (const auto found = by_name.find(name); found != by_name.end()) {
        erase(entries_.project<0>(found));
    }
    entries_.push_back({std::move(name), last_change, std::move(kept), bytes, now});
    bytes_ += bytes;
    forget_old(now);
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
