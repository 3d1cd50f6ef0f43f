#include "assistant/model/failure.hpp"

#include <charconv>

#include "assistant/model/reply.hpp"
#include "net/url.hpp"

namespace todod::assistant::model {

using base::Error;
using base::ErrorCode;

namespace {

constexpr int unauthorized = 401;
constexpr int payment_required = 402;
constexpr int forbidden = 403;
constexpr int not_found = 404;
constexpr int request_timeout = 408;
constexpr int too_many_requests = 429;
constexpr int internal_server_error = 500;

/// Where a provider does not say how long to wait.
constexpr std::chrono::seconds usual_wait{10};
constexpr std::chrono::seconds longest_wait{24 * 3600};

/// Seconds; a date counts as nothing said.
std::optional<std::chrono::seconds> read_retry_after(std::string_view text)
{
    std::int64_t seconds = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || failed != std::errc{} || stop != end || seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds{seconds}, longest_wait);
}

/// For the log: who, and where.
std::string name_of(const Endpoint& endpoint)
{
    const auto url = net::parse_url(endpoint.base_url);
    return fmt::format("model ({}, {})", endpoint.provider, url ? url->origin() : "no URL");
}

std::string_view words_for(const Endpoint& endpoint, int status) noexcept
{
    switch (status) {
        case unauthorized:
        case forbidden:
            return endpoint.is_users
                       ? "The provider of your API key does not take it: check it, or replace it."
                       : "The assistant's model does not let todod in: tell whoever runs it.";
        case payment_required:
            return endpoint.is_users ? "Your account at the provider of your API key has no credit "
                                       "left."
                                     : "The assistant's model is not paid for: tell whoever runs "
                                       "todod.";
        case not_found:
            return endpoint.is_users ? "The provider of your API key has no such model: name "
                                       "another one with the key."
                                     : "The assistant's model is not there: tell whoever runs "
                                       "todod.";
        default:
            return "The assistant's model did not take the request: try to say it in other words, "
                   "or in a new conversation.";
    }
}

}  // namespace

Failure refusal(const Endpoint& endpoint, const net::HttpResponse& head, std::string_view body,
                const Patience& patience)
{
    const int status = head.status;
    std::string cause =
        fmt::format("{} answered {} {}", name_of(endpoint), status, find_error_code(body));
    if (status == too_many_requests) {
        const auto wait = read_retry_after(head.header("Retry-After"));
        Failure failure{Error::of_upstream(ErrorCode::too_many_requests,
                                           "The assistant's model is asked too much: try again "
                                           "later.",
                                           std::move(cause), wait.value_or(usual_wait)),
                        Outcome::limited, patience.retry};
        if (wait) failure.retry_in = *wait;
        if (*failure.retry_in > patience.longest_retry) failure.retry_in.reset();
        return failure;
    }
    if (status >= internal_server_error || status == request_timeout) {
        return {Error::of_upstream(ErrorCode::bad_gateway,
                                   "The assistant's model is in trouble: try again later.",
                                   std::move(cause), usual_wait),
                Outcome::failed, patience.retry};
    }
    return {Error::of_upstream(ErrorCode::bad_gateway, std::string{words_for(endpoint, status)},
                               std::move(cause)),
            Outcome::refused, std::nullopt};
}

Failure breakdown(const Endpoint& endpoint, const Error& error, const Patience& patience)
{
    std::string cause = fmt::format("{}: {}", name_of(endpoint),
                                    error.cause().empty() ? error.message() : error.cause());
    switch (error.code()) {
        case ErrorCode::unavailable:
            return {Error::of_upstream(ErrorCode::unavailable,
                                       "The assistant's model does not answer: try again later.",
                                       std::move(cause), usual_wait),
                    Outcome::unreachable, patience.retry};
        case ErrorCode::bad_request:
            return {Error::of_upstream(ErrorCode::bad_request,
                                       "Your key's base_url leads to no public address.",
                                       std::move(cause)),
                    Outcome::refused, std::nullopt};
        default:
            return {Error::of_upstream(ErrorCode::bad_gateway,
                                       "The assistant's model gave an answer that cannot be read: "
                                       "try again.",
                                       std::move(cause), usual_wait),
                    Outcome::failed, patience.retry};
    }
}

Failure cut_off(const Endpoint& endpoint, const Patience& patience)
{
    return {Error::of_upstream(ErrorCode::unavailable,
                               "The assistant's model has stopped in the middle of its answer: try "
                               "again.",
                               fmt::format("{}: the stream ended early", name_of(endpoint)),
                               usual_wait),
            Outcome::unreachable, patience.retry};
}

}  // namespace todod::assistant::model
