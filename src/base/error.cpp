#include "base/error.hpp"

namespace todod::base {

Error Error::invalid(std::vector<Violation> violations)
{
    return refused(ErrorCode::invalid, std::move(violations));
}

Error Error::refused(ErrorCode code, std::vector<Violation> violations)
{
    std::string message;
    for (const auto& violation : violations) {
        if (message.ends_with('.')) message.pop_back();
        if (!message.empty()) message += "; ";
        message += violation.msg;
    }
    Error error{code, std::move(message)};
    error.violations_ = std::move(violations);
    return error;
}

Error Error::with(std::string name, std::string json) &&
{
    members_.push_back({std::move(name), std::move(json)});
    return std::move(*this);
}

Error Error::unavailable(std::string message, std::chrono::seconds wait, std::string cause)
{
    Error error{ErrorCode::unavailable, std::move(message)};
    error.retry_after_ = wait;
    error.cause_ = std::move(cause);
    return error;
}

Error Error::of_upstream(ErrorCode code, std::string message, std::string cause,
                         std::optional<std::chrono::seconds> wait)
{
    Error error{code, std::move(message)};
    error.retry_after_ = wait;
    error.cause_ = std::move(cause);
    return error;
}

}  // namespace todod::base
