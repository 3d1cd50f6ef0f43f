#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/multi_index/global_fun.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>

#include "db/activity.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// Names a page that is_plain (task_reads.hpp): whose it is, and what of theirs.
struct PageName {
    std::string user_id;
    types::StatusFilter status{};
    bool oldest_first = false;
    std::optional<std::int64_t> after{};  ///< the number that the page before ended with
    std::int64_t skip = 0;
    std::int64_t limit = 0;

    bool operator==(const PageName&) const = default;
};

PageName name_of(const std::string& user_id, const TaskQuery& query);

std::size_t hash_value(const PageName& name) noexcept;

/// A page as it was when the user's log ended with `last_change`, and is as long as it does.
struct KeptPage {
    std::int64_t last_change = 0;
    std::vector<std::shared_ptr<const types::Task>> tasks;  ///< never null
    std::int64_t total = 0;
    std::optional<TaskPosition> next;
    std::size_t bytes = 0;  ///< about what it takes

    TaskPage to_page() const;
};

/// A task as a change, which makes or updates it, has left it.
struct ChangedTask {
    const types::Task& task;
    std::int64_t seq;  ///< of the change
    types::ChangeKind kind;
};

/// Pages that are asked for again and again. None is given to anybody before the database has said
/// that the user's log still ends where it did then: what is saved is to read the tasks and to send
/// them (docs/adr/0011-pages-given-again.md). For any thread.
class PageCache {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// Of all pages together, about; the oldest go first.
    static constexpr std::size_t max_bytes = 16U << 20U;
    static constexpr std::size_t max_page_bytes = 256U << 10U;
    /// None is given that was read longer ago: the log does not tell of everything (ADR 11).
    static constexpr std::chrono::minutes max_age{1};
    /// Of one user, so many are brought up to date by a change.
    static constexpr int max_put = 8;
    /// What nobody has read for so long is forgotten, by and by.
    static constexpr std::chrono::minutes max_unread{10};

    /// Nothing: it is not there, was read once, or too long ago.
    std::shared_ptr<const KeptPage> find(const PageName& name, TimePoint now);

    /// `page` was read at `now`, when the log ended with `last_change`. It is kept when it was the
    /// same the time before: to keep each would slow down those that change.
    void note(PageName name, std::int64_t last_change, const TaskPage& page, TimePoint now);

    /// Of the pages that begin with the user's newest task, brings those up to date that were so up
    /// to the change before, a few at most. All others are read anew when they are asked for.
    void put(const ChangedTask& changed, TimePoint now);

    /// Counts that a page was given again, or not.
    void count(bool is_hit) noexcept { (is_hit ? counters_.hits : counters_.misses).add(); }

    const db::CacheCounters& counters() const noexcept { return counters_; }

private:
    struct Entry {
        PageName name;
        std::int64_t last_change;
        std::shared_ptr<const KeptPage> page;  ///< nothing: it was read once
        std::size_t bytes;
        TimePoint noted_at;
    };
    /// Whose page it is, and whether writes are put in: a user has at most one of these a limit.
    using Owner = std::pair<std::string_view, bool>;
    static Owner owner_of(const Entry& entry);

    using Entries = boost::multi_index_container<
        Entry, boost::multi_index::indexed_by<
                   boost::multi_index::sequenced<>,
                   boost::multi_index::hashed_unique<
                       boost::multi_index::member<Entry, PageName, &Entry::name>>,
                   boost::multi_index::hashed_non_unique<
                       boost::multi_index::global_fun<const Entry&, Owner, &owner_of>>>>;

    bool was_noted(const PageName& name, std::int64_t last_change);
    void erase(Entries::iterator entry);
    void forget_old(TimePoint now);
    void keep_within_memory();

    db::CacheCounters counters_;
    std::mutex mutex_;  ///< of what follows
    Entries entries_;   ///< in the order of the notes
    std::size_t bytes_ = 0;
};

}  // namespace todod::store::postgres
