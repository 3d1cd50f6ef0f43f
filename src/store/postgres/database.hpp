#pragma once

#include <memory>

#include "base/loop.hpp"
#include "store/database.hpp"
#include "store/postgres/gathers.hpp"

namespace todod::store::postgres {

/// One I/O thread's way to the gathers. Both must outlive it.
class Database final : public store::Database {
public:
    Database(Gathers& gathers, base::Loop& loop) : gathers_(gathers), loop_(loop) {}

    std::unique_ptr<store::Tasks> tasks() override;
    std::unique_ptr<store::Changes> changes() override;
    std::unique_ptr<store::Accounts> accounts() override;
    std::unique_ptr<store::ApiKeys> api_keys() override;
    std::unique_ptr<store::Conversations> conversations() override;
    base::Async<std::optional<std::string>> forget_answers(std::string after,
                                                           base::Instant until) override;
    base::Async<std::optional<std::string>> forget_changes(std::string after,
                                                           base::Instant changed_before,
                                                           base::Instant trashed_before) override;
    std::unique_ptr<store::Sessions> sessions() override;
    std::unique_ptr<store::Imports> imports() override;
    std::unique_ptr<store::Tokens> tokens() override;
    std::unique_ptr<store::Webhooks> webhooks() override;
    base::Async<bool> is_ready() override;

private:
    Gathers& gathers_;
    base::Loop& loop_;
    StandingCache standings_;
};

}  // namespace todod::store::postgres
