#pragma once

#include <memory>
#include <utility>

#include "support/database.hpp"

namespace todod::testing {

/// What one more I/O thread has of a TestDatabase: a loop, a way to the database and stores of its
/// own.
class Shard {
public:
    explicit Shard(TestDatabase& database)
        : database_(database.storage().connect(loop_)),
          tasks_(database_->tasks()),
          accounts_(database_->accounts()),
          api_keys_(database_->api_keys()),
          conversations_(database_->conversations()),
          tokens_(database_->tokens()),
          webhooks_(database_->webhooks())
    {
    }

    TestLoop& loop() noexcept { return loop_; }
    store::Tasks& tasks() noexcept { return *tasks_; }
    store::Accounts& accounts() noexcept { return *accounts_; }
    store::ApiKeys& api_keys() noexcept { return *api_keys_; }
    store::Conversations& conversations() noexcept { return *conversations_; }
    store::Tokens& tokens() noexcept { return *tokens_; }
    store::Webhooks& webhooks() noexcept { return *webhooks_; }

    template <class T>
    T run(base::Async<T> work)
    {
        return loop_.run(std::move(work));
    }

private:
    TestLoop loop_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::Tasks> tasks_;
    std::unique_ptr<store::Accounts> accounts_;
    std::unique_ptr<store::ApiKeys> api_keys_;
    std::unique_ptr<store::Conversations> conversations_;
    std::unique_ptr<store::Tokens> tokens_;
    std::unique_ptr<store::Webhooks> webhooks_;
};

}  // namespace todod::testing
