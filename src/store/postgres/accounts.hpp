#pragma once

#include "base/loop.hpp"
#include "store/accounts.hpp"
#include "store/postgres/gathers.hpp"
#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class Accounts final : public store::Accounts {
public:
    /// All must outlive this.
    Accounts(Gathers& gathers, StandingCache& standings, base::Loop& loop)
        : gathers_(gathers), standings_(standings), loop_(loop), statements_(gathers.line, loop)
    {
    }

    base::Async<std::optional<types::Account>> find(std::string user_id) override;
    base::Async<std::optional<types::Account>> find_by_email(std::string email) override;
    std::optional<Standing> recall_standing(const std::string& user_id) override;
    base::Async<std::optional<Standing>> find_standing(std::string user_id) override;
    base::Async<std::optional<Standing>> ensure(std::string user_id, base::Instant now) override;
    base::Async<void> create(types::Account account) override;
    base::Async<bool> change_password(std::string user_id, std::int64_t generation,
                                      std::string hash, base::Instant now) override;
    base::Async<void> replace_hash(std::string user_id, std::string old_hash,
                                   std::string new_hash) override;
    base::Async<std::vector<types::AccountSummary>> list_all() override;
    base::Async<void> remove(std::string user_id, base::Instant now) override;

private:
    Gathers& gathers_;
    StandingCache& standings_;
    base::Loop& loop_;
    Statements statements_;
};

}  // namespace todod::store::postgres
