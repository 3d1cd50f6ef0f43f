#pragma once

#include "base/loop.hpp"
#include "store/postgres/gathers.hpp"
#include "store/postgres/statements.hpp"
#include "store/tokens.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class Tokens final : public store::Tokens {
public:
    /// Both must outlive this.
    Tokens(Gathers& gathers, base::Loop& loop)
        : gathers_(gathers), loop_(loop), statements_(gathers.line, loop)
    {
    }

    base::Async<std::optional<TokenGrant>> find(std::string hash) override;
    base::Async<std::vector<types::Token>> list(std::string user_id) override;
    base::Async<void> create(std::string user_id, types::Token token, std::string hash) override;
    base::Async<bool> remove(std::string user_id, base::Uuid id) override;
    void note_use(std::string user_id, base::Uuid id, base::Instant now) override;

private:
    Gathers& gathers_;
    base::Loop& loop_;
    Statements statements_;
};

}  // namespace todod::store::postgres
