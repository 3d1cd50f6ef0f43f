#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace todod::base {

/// What went wrong, in the terms of the one who asked. `http` maps each to a status.
enum class ErrorCode {
    bad_request,             ///< 400: does not parse
    unauthorized,            ///< 401: nobody, or credentials that do not hold
    forbidden,               ///< 403: somebody, but not allowed
    not_found,               ///< 404: also for what belongs to another user
    conflict,                ///< 409: exists already
    gone,                    ///< 410: was there, and is not kept any more
    precondition_failed,     ///< 412: If-Match does not hold
    too_large,               ///< 413: the body
    unsupported_media_type,  ///< 415
    invalid,                 ///< 422: parses, but breaks a rule; see Error::violations
    too_many_requests,       ///< 429
    internal,                ///< 500: our fault; the message is logged, never shown
    bad_gateway,             ///< 502: another server, which this needs, does not do its part
    unavailable,             ///< 503: try again after Error::retry_after
};

/// One broken rule of an input: where, what, and a stable machine-readable kind.
struct Violation {
    std::vector<std::string> loc;  ///< {"body", "title"}; an array index is its digits
    std::string msg;               ///< for people
    std::string type;              ///< "missing", "unknown_field", "too_long" …

    bool operator==(const Violation&) const = default;
};

/// What an error says beside its message, for programs: a member of the problem (RFC 9457 §3.2).
struct ProblemMember {
    std::string name;
    std::string json;

    bool operator==(const ProblemMember&) const = default;
};

/// The only exception that crosses layers. Thrown below `http`, made into a problem there.
class Error : public std::exception {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

    /// ErrorCode::invalid with everything that is wrong with the input.
    static Error invalid(std::vector<Violation> violations);

    /// Of another code with what each part of the input is refused for.
    static Error refused(ErrorCode code, std::vector<Violation> violations);

    /// ErrorCode::unavailable, to be tried again after `wait`. `cause` is for the log alone.
    static Error unavailable(std::string message, std::chrono::seconds wait,
                             std::string cause = {});

    /// What another server has done to us. `cause` is for the log alone.
    static Error of_upstream(ErrorCode code, std::string message, std::string cause,
                             std::optional<std::chrono::seconds> wait = std::nullopt);

    /// The same with a member more.
    Error with(std::string name, std::string json) &&;

    ErrorCode code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    /// What is behind it, for those who run todod: never shown to a client. May be empty.
    const std::string& cause() const noexcept { return cause_; }
    const std::vector<Violation>& violations() const noexcept { return violations_; }
    const std::vector<ProblemMember>& members() const noexcept { return members_; }
    std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }
    const char* what() const noexcept override { return message_.c_str(); }

private:
    ErrorCode code_;
    std::string message_;
    std::string cause_;
    std::vector<Violation> violations_;
    std::vector<ProblemMember> members_;
    std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace todod::base
