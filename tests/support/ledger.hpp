#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>

#include "store/task_ledger.hpp"
#include "support/changes.hpp"
#include "support/tasks.hpp"

namespace todod::testing {

inline constexpr base::Instant ledger_time{std::chrono::milliseconds{1'800'000'000'000}};
inline constexpr base::Instant ledger_loaded_time = ledger_time - std::chrono::hours{1};

/// Ada's, who has given out ten numbers and logged 40 changes.
struct TestLedger : ::testing::Test {
    store::TaskLedger ledger{"ada", 10, 40};
    std::optional<std::int64_t> set;

    types::Task task(std::int64_t number, std::string title = "a task")
    {
        types::Task made = new_task("ada", std::move(title), ledger_loaded_time);
        made.number = number;
        return made;
    }

    types::Task load(std::int64_t number, std::int64_t last_change = 0)
    {
        types::Task loaded = task(number);
        ledger.load(loaded, last_change);
        return loaded;
    }

    types::Task load_trashed(std::int64_t number, std::int64_t last_change = 0)
    {
        types::Task loaded = task(number);
        ledger.load_trashed(loaded, last_change, ledger_loaded_time);
        return loaded;
    }

    template <class... Writes>
    store::WriteOutcome write(Writes... writes)
    {
        return write_all(request_of(ledger_time, std::move(writes)...));
    }

    store::WriteOutcome write_all(const store::WriteRequest& request)
    {
        return ledger.write(request, {.via = types::Via::mcp}, set);
    }

    static base::ErrorCode code_of(const store::WriteResult& result)
    {
        EXPECT_EQ(result.task, std::nullopt);
        return result.failure.value().code();
    }

    /// That nothing of what the database has is to be changed.
    void expect_untouched() const
    {
        EXPECT_THAT(ledger.log(), ::testing::IsEmpty());
        EXPECT_EQ(ledger.last_number(), 10);
        EXPECT_EQ(ledger.last_change(), 40);
        EXPECT_EQ(ledger.count_added(), 0);
        EXPECT_EQ(set, std::nullopt);
        for (const auto& [number, entry] : ledger.entries()) {
            EXPECT_FALSE(entry.is_changed) << number;
            EXPECT_EQ(entry.place, entry.stored_place) << number;
        }
    }
};

}  // namespace todod::testing
