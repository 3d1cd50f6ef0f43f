#include "mcp/inputs.hpp"

#include "mcp/capabilities.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view responses_name = "inputResponses";
constexpr std::string_view state_name = "requestState";

[[noreturn]] void refuse(std::string message)
{
    throw base::Error{base::ErrorCode::invalid, std::move(message)};
}

/// "sampling" of "sampling/createMessage".
std::string_view capability_of(std::string_view method)
{
    return method.substr(0, method.find('/'));
}

}  // namespace

Inputs::Inputs(const json::object* params)
{
    if (params == nullptr) return;
    if (const auto* const responses = params->if_contains(responses_name)) {
        responses_ = responses->if_object();
        if (responses_ == nullptr) refuse("`inputResponses` must be an object.");
        for (const auto& [name, response] : *responses_) {
            if (response.is_object()) continue;
            refuse("Each of `inputResponses` must be an object.");
        }
    }
    if (const auto* const state = params->if_contains(state_name)) {
        if (!state->is_string()) refuse("`requestState` must be a text.");
        state_ = state->get_string();
    }
}

const json::object* Inputs::find(std::string_view name) const
{
    const auto* const found = responses_ != nullptr ? responses_->if_contains(name) : nullptr;
    return found != nullptr ? &found->get_object() : nullptr;
}

const json::object* Inputs::find_content(std::string_view name) const
{
    const auto* const response = find(name);
    const auto* const action = find_text(response, "action");
    if (action == nullptr || *action != "accept") return nullptr;
    const auto* const content = response->if_contains("content");
    return content != nullptr ? content->if_object() : nullptr;
}

InputsNeeded& InputsNeeded::ask(std::string_view name, std::string_view method, json::object params)
{
    requests_[name] = json::object{{"method", method}, {"params", std::move(params)}};
    return *this;
}

InputsNeeded& InputsNeeded::keep(std::string state)
{
    state_ = std::move(state);
    return *this;
}

Answer InputsNeeded::answer(const Request& request) const
{
    for (const auto& [name, asked] : requests_) {
        const auto capability = capability_of(asked.at("method").get_string());
        if (!can(request, capability)) return missing_capability(capability);
    }
    json::object result{{"inputRequests", requests_}};
    if (!state_.empty()) result[state_name] = state_;
    return Result{.members = write_members(result), .type = "input_required"};
}

}  // namespace todod::mcp
