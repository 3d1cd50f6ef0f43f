#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/tokens.hpp"

namespace todod::store::sqlite {

class Tokens final : public store::Tokens {
public:
    Tokens(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
    {
    }

    base::Async<std::optional<TokenGrant>> find(std::string hash) override;
    base::Async<std::vector<types::Token>> list(std::string user_id) override;
    base::Async<void> create(std::string user_id, types::Token token, std::string hash) override;
    base::Async<bool> remove(std::string user_id, base::Uuid id) override;
    void note_use(std::string user_id, base::Uuid id, base::Instant now) override;

private:
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

}  // namespace todod::store::sqlite
