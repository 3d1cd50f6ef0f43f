#include "store/postgres/page_cache.hpp"

#include <utility>

#include <boost/container_hash/hash.hpp>

namespace todod::store::postgres {

namespace {

std::size_t bytes_of(const std::string& text) noexcept { return sizeof text + text.capacity(); }

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
    std::size_t bytes = sizeof page;
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
    forget_old(now);
    const auto& by_name = entries_.get<1>();
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->page;
}

void PageCache::keep(PageName name, KeptPage page, TimePoint now)
{
    const std::size_t bytes = sizeof(Entry) + name.user_id.capacity() + bytes_of(page.page);
    if (bytes > max_page_bytes) return;
    auto kept = std::make_shared<const KeptPage>(std::move(page));
    const std::lock_guard lock{mutex_};
    const auto& by_name = entries_.get<1>();
    if (const auto found = by_name.find(name); found != by_name.end()) {
        erase(entries_.project<0>(found));
    }
    entries_.push_back({std::move(name), std::move(kept), bytes, now});
    bytes_ += bytes;
    while (bytes_ > max_bytes)
        erase(entries_.begin());
}

void PageCache::forget_old(TimePoint now)
{
    while (!entries_.empty() && now - entries_.front().kept_at > max_age)
        erase(entries_.begin());
}

void PageCache::erase(Entries::iterator entry)
{
    bytes_ -= entry->bytes;
    entries_.erase(entry);
}

}  // namespace todod::store::postgres
