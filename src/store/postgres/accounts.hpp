#pragma once

#include "base/loop.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "store/accounts.hpp"

namespace todod::store::postgres {

/// One request for what a JWT is held against, which every request asks for.
struct FindStanding : db::postgres::Waiting {
    std::string user_id;
    std::optional<Standing> standing{};  ///< the outcome
};

class Accounts final : public store::Accounts {
public:
    /// Both must outlive this.
    Accounts(db::postgres::Pool& pool, base::Loop& loop);

    base::Async<std::optional<types::Account>> find(std::string user_id) override;
    base::Async<std::optional<types::Account>> find_by_email(std::string email) override;
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
    base::Async<db::postgres::Rows> run(db::postgres::Command command);

    db::postgres::Pool& pool_;
    db::postgres::Gather<FindStanding> standings_;
};

}  // namespace todod::store::postgres
