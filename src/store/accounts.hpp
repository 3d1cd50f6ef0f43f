#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "types/account.hpp"
#include "types/change.hpp"

namespace todod::store {

/// What a JWT is held against at each request. Whatever ends a token counts its generation up.
struct Standing {
    std::int64_t generation = 0;
    std::optional<base::Instant> tokens_valid_from;
};

/// What a token says of the account that it was issued for.
struct Issue {
    std::optional<std::int64_t> generation;  ///< todod's own tokens name it
    std::optional<base::Instant> at;
};

/// Whether a token is as good as when it was issued.
bool holds(const Issue& issue, const Standing& standing);

/// Who asks for something, and what the account looked like when the token was held against it. A
/// store that goes by what it remembers does what is asked only while the account looks the same.
struct User {
    struct Sighting {
        std::int64_t generation = 0;
        Issue issue;
    };

    // A name alone will do where there is nothing to confirm.
    User(std::string user_id) : id(std::move(user_id)) {}
    User(const char* user_id) : id(user_id) {}
    User(std::string user_id, std::optional<Sighting> sighting)
        : id(std::move(user_id)), seen(sighting)
    {
    }

    std::string id;
    std::optional<Sighting> seen;  ///< nothing: need not be confirmed
    /// Of who writes: the change set that the writes belong to. Null: each is one of its own.
    std::shared_ptr<types::ChangeScope> changes{};
};

/// Users. What is answered is durable.
class Accounts {
public:
    virtual ~Accounts() = default;

    virtual base::Async<std::optional<types::Account>> find(std::string user_id) = 0;
    virtual base::Async<std::optional<types::Account>> find_by_email(std::string email) = 0;

    /// What is remembered of an account, if anything: it may have changed since. Good for those
    /// only who go on to a store that confirms it (User::seen).
    virtual std::optional<Standing> recall_standing(const std::string&) { return std::nullopt; }

    /// Of an account that is there and has not been deleted.
    virtual base::Async<std::optional<Standing>> find_standing(std::string user_id) = 0;

    /// Makes an account for a user that another service has signed in, unless it is there. Nothing
    /// when it has been deleted: it does not come back.
    virtual base::Async<std::optional<Standing>> ensure(std::string user_id, base::Instant now) = 0;

    /// Throws Error{bad_request} when the e-mail is taken, in whatever case.
    virtual base::Async<void> create(types::Account account) = 0;

    /// Sets a new password, and refuses every JWT issued so far. False, and nothing done, when the
    /// account is not at `generation` any more.
    virtual base::Async<bool> change_password(std::string user_id, std::int64_t generation,
                                              std::string hash, base::Instant now) = 0;

    /// Keeps the same password under other parameters, unless it has been changed meanwhile.
    virtual base::Async<void> replace_hash(std::string user_id, std::string old_hash,
                                           std::string new_hash) = 0;

    /// Everyone's, for the operator, oldest first.
    virtual base::Async<std::vector<types::AccountSummary>> list_all() = 0;

    /// Erases the account and all that is its.
    virtual base::Async<void> remove(std::string user_id, base::Instant now) = 0;
};

}  // namespace todod::store
