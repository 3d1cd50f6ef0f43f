#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "store/tokens.hpp"

namespace todod::testing {

/// Tokens that remember what a test says they do, and note what is asked.
class FakeTokens final : public store::Tokens {
public:
    base::Async<std::optional<store::TokenGrant>> find(std::string hash) override
    {
        ++looks;
        const auto found = grants.find(hash);
        co_return found == grants.end() ? std::nullopt : std::optional{found->second};
    }
    void note_use(std::string user_id, base::Uuid, base::Instant now) override
    {
        uses.emplace_back(std::move(user_id), now);
    }

    base::Async<std::vector<types::Token>> list(std::string) override { unexpected(); }
    base::Async<void> create(std::string, types::Token, std::string) override { unexpected(); }
    base::Async<bool> remove(std::string, base::Uuid) override { unexpected(); }

    std::map<std::string, store::TokenGrant> grants;  ///< by hash
    std::vector<std::pair<std::string, base::Instant>> uses;
    int looks = 0;

private:
    [[noreturn]] static void unexpected() { throw std::logic_error{"nobody signs in by this"}; }
};

}  // namespace todod::testing
