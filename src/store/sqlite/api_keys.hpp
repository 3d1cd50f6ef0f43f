#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/api_keys.hpp"

namespace todod::store::sqlite {

class ApiKeys final : public store::ApiKeys {
public:
    ApiKeys(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
    {
    }

    base::Async<std::vector<types::ApiKey>> list(std::string user_id) override;
    base::Async<std::optional<types::SealedApiKey>> find(std::string user_id,
                                                         types::Provider provider) override;
    base::Async<std::optional<types::ApiKey>> put(std::string user_id,
                                                  types::SealedApiKey key) override;
    base::Async<bool> update(std::string user_id, std::string token,
                             types::SealedApiKey key) override;
    base::Async<bool> remove(std::string user_id, types::Provider provider) override;

private:
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

}  // namespace todod::store::sqlite
