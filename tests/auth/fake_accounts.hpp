#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/accounts.hpp"

namespace todod::testing {

/// Accounts that remember what a test says they do.
class FakeAccounts final : public store::Accounts {
public:
    std::optional<store::Standing> recall_standing(const std::string& user_id) override
    {
        return find_in(recalled, user_id);
    }
    base::Async<std::optional<store::Standing>> find_standing(std::string user_id) override
    {
        ++looks;
        co_return find_in(standings, user_id);
    }
    base::Async<std::optional<store::Standing>> ensure(std::string user_id, base::Instant) override
    {
        if (deleted == user_id) co_return std::nullopt;
        co_return standings.try_emplace(user_id).first->second;
    }

    base::Async<std::optional<types::Account>> find(std::string) override { unexpected(); }
    base::Async<std::optional<types::Account>> find_by_email(std::string) override { unexpected(); }
    base::Async<void> create(types::Account) override { unexpected(); }
    base::Async<bool> change_password(std::string, std::int64_t, std::string,
                                      base::Instant) override
    {
        unexpected();
    }
    base::Async<void> replace_hash(std::string, std::string, std::string) override { unexpected(); }
    base::Async<std::vector<types::AccountSummary>> list_all() override { unexpected(); }
    base::Async<void> remove(std::string, base::Instant) override { unexpected(); }

    std::map<std::string, store::Standing> recalled;
    std::map<std::string, store::Standing> standings;
    std::string deleted;
    int looks = 0;

private:
    static std::optional<store::Standing> find_in(
        const std::map<std::string, store::Standing>& standings, const std::string& user_id)
    {
        const auto found = standings.find(user_id);
        return found == standings.end() ? std::nullopt : std::optional{found->second};
    }

    [[noreturn]] static void unexpected() { throw std::logic_error{"nobody signs in by this"}; }
};

}  // namespace todod::testing
