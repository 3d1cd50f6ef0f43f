#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "operation/operation.hpp"

namespace todod::http {

/// What an answer says when it did not go well (RFC 9457).
struct Problem {
    int status = 500;
    std::string detail;
    std::vector<base::Violation> errors;
    std::optional<std::chrono::seconds> retry_after;
    std::vector<base::ProblemMember> members{};
};

/// "Not Found" for 404; for every status that is sent.
std::string_view reason_phrase(int status) noexcept;

/// What the caller is told of `error`: of an internal one nothing.
Problem to_problem(const base::Error& error);

/// {"type": "about:blank", "title", "status", "detail", "request_id"}, and "errors" where there are
/// any, and the members of its own that it has.
std::string write_problem(const Problem& problem, std::string_view request_id);

/// The same, for an event, which has no headers: with "retry_after", in seconds, where an answer
/// would have Retry-After.
std::string write_problem_event(const Problem& problem, std::string_view request_id);

/// Retry-After.
std::vector<operation::Header> problem_headers(const Problem& problem);

}  // namespace todod::http
