// What the dispatcher answers to a request that has failed.
#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "http/dispatch.hpp"

namespace todod::http {

namespace {

/// What a request is refused with before anything is asked of the database for it.
bool is_refused_unasked(base::ErrorCode code) noexcept
{
    using enum base::ErrorCode;
    return code == bad_request || code == forbidden || code == unsupported_media_type ||
           code == invalid;
}

/// What who is refused for their credentials is told of better ones.
std::optional<operation::Header> challenge(const Exchange& exchange, const Problem& problem)
{
    const bool is_stranger = problem.status == 401;
    if (exchange.endpoint == nullptr) return std::nullopt;
    if (!is_stranger && (problem.status != 403 || !exchange.lacks_scope)) return std::nullopt;
    static const operation::Challenge standard;
    const operation::Operation& operation = *exchange.endpoint->operation;
    const auto& how = operation.challenge ? *operation.challenge : standard;
    return operation::Header{"WWW-Authenticate",
                             is_stranger ? operation::sign_in_challenge(how, problem.detail)
                                         : operation::scope_challenge(operation.scope)};
}

}  // namespace

/// A request that was let in by what was remembered of its account, and refused before anything
/// was asked of the database: whose credentials do not hold any more is told that first.
base::Async<std::exception_ptr> Dispatcher::confirm(const Request& request,
                                                    std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const base::Error& error) {
        if (!is_refused_unasked(error.code())) co_return failure;
    } catch (...) {
        co_return failure;
    }
    try {
        co_await site_.authenticator->authenticate(request.headers, false);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return failure;
}

void Dispatcher::fail(Exchange& exchange, const std::exception_ptr& failure)
{
    Problem problem{500, "Something went wrong here.", {}, {}};
    std::optional<operation::Reply> explained;
    try {
        std::rethrow_exception(failure);
    } catch (const base::Error& error) {
        problem = to_problem(error);
        const auto& limit = exchange.meter.told();
        if (limit && !limit->count.is_allowed) {
            problem.retry_after = std::chrono::seconds{limit->count.reset_seconds};
        }
        // What fails because nobody waits for it any more is no news.
        const bool is_stopped = exchange.is_unheard && error.code() == base::ErrorCode::unavailable;
        if (problem.status >= 500 && !is_stopped) {
            log_cause(exchange, error.cause().empty() ? error.message() : error.cause());
        }
        const bool is_ours = error.code() == base::ErrorCode::internal;
        explained = explain(
            exchange, is_ours ? base::Error{base::ErrorCode::internal, problem.detail} : error);
    } catch (const std::exception& error) {
        log_cause(exchange, error.what());
        explained = explain(exchange, {base::ErrorCode::internal, problem.detail});
    } catch (...) {
        log_cause(exchange, "an unknown exception");
        explained = explain(exchange, {base::ErrorCode::internal, problem.detail});
    }
    std::vector<operation::Header> headers;
    if (auto header = challenge(exchange, problem)) headers.push_back(*std::move(header));
    fail(exchange, problem, std::move(headers), std::move(explained));
}

/// Nothing where the operation leaves it to the dispatcher.
std::optional<operation::Reply> Dispatcher::explain(const Exchange& exchange,
                                                    const base::Error& error)
{
    if (exchange.endpoint == nullptr || !exchange.endpoint->operation->explain) {
        return std::nullopt;
    }
    try {
        return exchange.endpoint->operation->explain(error);
    } catch (const std::exception& second) {
        log_cause(exchange, second.what());
        return std::nullopt;
    }
}

void Dispatcher::fail(Exchange& exchange, const Problem& problem,
                      std::vector<operation::Header> headers,
                      std::optional<operation::Reply> explained)
{
    if (exchange.events != nullptr && exchange.events->has_begun()) {
        if (explained) return finish_events(exchange, *explained);
        return finish_events(exchange, "error", write_problem_event(problem, exchange.request_id));
    }
    auto more = problem_headers(problem);
    std::ranges::move(more, std::back_inserter(headers));
    if (explained) {
        std::ranges::move(explained->headers, std::back_inserter(headers));
        return finish(exchange, {.status = explained->status,
                                 .type = "application/json",
                                 .body = explained->body,
                                 .headers = headers});
    }
    const auto body = write_problem(problem, exchange.request_id);
    finish(exchange, {.status = problem.status,
                      .type = "application/problem+json",
                      .body = body,
                      .headers = headers});
}

}  // namespace todod::http
