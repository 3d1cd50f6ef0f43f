#include "cli/find_user.hpp"

#include "base/error.hpp"

namespace todod::cli {

base::Async<std::string> find_user(store::Accounts& store, std::string email_or_id)
{
    const auto by_id = co_await store.find(email_or_id);
    const auto by_email = co_await store.find_by_email(email_or_id);
    if (!by_id && !by_email) {
        throw base::Error{base::ErrorCode::not_found,
                          fmt::format("there is no account '{}'", email_or_id)};
    }
    if (by_id && by_email && by_id->user_id != by_email->user_id) {
        throw base::Error{base::ErrorCode::conflict,
                          fmt::format("'{}' is one account's user_id and the e-mail of {}",
                                      email_or_id, by_email->user_id)};
    }
    co_return by_id ? by_id->user_id : by_email->user_id;
}

}  // namespace todod::cli
