#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "db/postgres/reads.hpp"
#include "store/accounts.hpp"

namespace todod::store::postgres {

/// One request for what a JWT is held against, which every request asks for.
struct FindStanding : db::postgres::Waiting {
    std::string user_id;
    std::optional<Standing> standing{};  ///< the outcome
};

/// Asks for all of `batch` at once, and keeps in each what came of it.
db::postgres::Question find_standings(const std::vector<FindStanding*>& batch);

/// What an I/O thread remembers of accounts. Whatever is let in by it is confirmed later.
class StandingCache {
public:
    /// Past it all is forgotten: who is active is soon there again.
    static constexpr std::size_t max_size = 10'000;

    std::optional<Standing> find(const std::string& user_id) const;

    /// Nothing: there is no such account.
    void remember(const std::string& user_id, const std::optional<Standing>& standing);

private:
    std::unordered_map<std::string, Standing> standings_;
};

/// Out of a row whose columns from `column` on are generation and tokens_valid_from.
Standing read_standing(const db::postgres::Rows& rows, int row, int column);

}  // namespace todod::store::postgres
