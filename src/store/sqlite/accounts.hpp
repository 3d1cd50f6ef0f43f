#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/accounts.hpp"

namespace todod::store::sqlite {

class Accounts final : public store::Accounts {
public:
    Accounts(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
    {
    }

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
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

}  // namespace todod::store::sqlite
