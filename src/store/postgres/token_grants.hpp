#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/postgres/reads.hpp"
#include "store/tokens.hpp"

namespace todod::store::postgres {

/// One request for what a token gives.
struct FindToken : db::postgres::Waiting {
    std::string hash;
    std::optional<TokenGrant> grant{};  ///< the outcome
};

/// Asks for all of `batch` at once, and keeps in each what came of it.
db::postgres::Question find_tokens(const std::vector<FindToken*>& batch);

}  // namespace todod::store::postgres
