#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/tokens.hpp"

namespace todod::store::sqlite {

class Tokens final : public store::Tokens {
public:
    /// What comes when so many wait is not noted: the next use will be.
    static constexpr std::size_t max_waiting_uses = 64;

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
    std::shared_ptr<std::atomic<std::size_t>> waiting_uses_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace todod::store::sqlite
