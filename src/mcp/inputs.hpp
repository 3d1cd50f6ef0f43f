#pragma once

#include <string>
#include <string_view>

#include "mcp/server.hpp"

namespace todod::mcp {

/// What a client brings when it tries again a request that needed more of it (2026-07-28,
/// `inputResponses` and `requestState`). Refers to the request's parameters. Nothing of it can be
/// relied on: the state is to be a sealed one (state_seal.hpp).
class Inputs {
public:
    /// Throws Error{invalid} where they are not of the form that they must have.
    explicit Inputs(const boost::json::object* params);

    /// The answer to what was asked by that name; null where there is none.
    const boost::json::object* find(std::string_view name) const;

    /// What was filled in for an elicitation; null where nothing was, or it was declined.
    const boost::json::object* find_content(std::string_view name) const;

    bool has_state() const noexcept { return !state_.empty(); }
    std::string_view state() const noexcept { return state_; }

private:
    const boost::json::object* responses_ = nullptr;
    std::string_view state_;
};

/// What is needed of a client before its request can have a result: it is to ask for all of it, and
/// then to try again.
class InputsNeeded {
public:
    /// `method` is that of a request to a client, as "elicitation/create".
    InputsNeeded& ask(std::string_view name, std::string_view method, boost::json::object params);

    /// Comes back with the answers.
    InputsNeeded& keep(std::string state);

    /// The result that says so; a Fault where the client cannot do what is needed.
    Answer answer(const Request& request) const;

private:
    boost::json::object requests_;
    std::string state_;
};

}  // namespace todod::mcp
