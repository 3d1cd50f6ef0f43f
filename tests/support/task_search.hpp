#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "support/tasks.hpp"

namespace todod::testing {

/// Ada and Bob on a database of their own, and what Ada does with tasks in order to search them.
template <class Database>
class TaskSearching : public ::testing::Test, public Database {
protected:
    TaskSearching()
    {
        this->add_user("ada");
        this->add_user("bob");
    }

    types::Task create(std::string title, std::optional<std::string> description = std::nullopt)
    {
        return this->run(
            create_task(this->tasks(), make(std::move(title), std::move(description))));
    }

    static types::Task make(std::string title,
                            std::optional<std::string> description = std::nullopt)
    {
        types::Task task = new_task("ada", std::move(title));
        task.description = std::move(description);
        return task;
    }

    base::Async<types::Task> update(std::int64_t number, types::TaskChange change)
    {
        return this->tasks().update("ada", number, std::nullopt, std::move(change), {});
    }

    base::Async<types::Task> remove(std::int64_t number)
    {
        co_await this->tasks().remove("ada", number, std::nullopt, base::Instant{});
        co_return types::Task{};
    }

    std::vector<std::int64_t> search(std::string words, const std::string& user_id = "ada")
    {
        const auto page = this->run(this->tasks().list(
            user_id, {.filter = {.words = std::move(words)}, .sort = {.reversed = true}}));
        EXPECT_EQ(page.total, static_cast<std::int64_t>(page.tasks.size()));
        return numbers_of(page.tasks);
    }
};

}  // namespace todod::testing
