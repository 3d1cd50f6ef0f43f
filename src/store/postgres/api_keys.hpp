#pragma once

#include "store/api_keys.hpp"
#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class ApiKeys final : public store::ApiKeys {
public:
    /// Both must outlive this.
    ApiKeys(db::postgres::Line& line, base::Loop& loop) : statements_(line, loop) {}

    base::Async<std::vector<types::ApiKey>> list(std::string user_id) override;
    base::Async<std::optional<types::SealedApiKey>> find(std::string user_id,
                                                         types::Provider provider) override;
    base::Async<std::optional<types::ApiKey>> put(std::string user_id,
                                                  types::SealedApiKey key) override;
    base::Async<bool> update(std::string user_id, std::string token,
                             types::SealedApiKey key) override;
    base::Async<bool> remove(std::string user_id, types::Provider provider) override;

private:
    Statements statements_;
};

}  // namespace todod::store::postgres
