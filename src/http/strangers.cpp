#include "http/strangers.hpp"

#include "base/error.hpp"

namespace todod::http {

std::string_view limited_subject(auth::LimitKind kind, const auth::Principal& caller,
                                 const Address& client) noexcept
{
    const bool is_stranger = kind == auth::LimitKind::anonymous || kind == auth::LimitKind::login;
    return is_stranger ? client.network() : std::string_view{caller.user_id};
}

base::Async<std::exception_ptr> count_stranger(auth::Meter& meter, const Address& client,
                                               std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::unauthorized) co_return failure;
    } catch (...) {
        co_return failure;
    }
    try {
        co_await meter.check(auth::LimitKind::anonymous, client.network());
    } catch (...) {
        co_return std::current_exception();
    }
    co_return failure;
}

base::Async<std::exception_ptr> count_failure(auth::Meter& meter, std::string user_id,
                                              std::exception_ptr failure)
{
    try {
        co_await meter.check(auth::LimitKind::read, user_id);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return failure;
}

}  // namespace todod::http
