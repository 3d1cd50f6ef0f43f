#include "fixture.hpp"
#include "mcp/capabilities.hpp"
#include "mcp/inputs.hpp"

namespace todod::conformance {

namespace json = boost::json;
using mcp::Inputs;
using mcp::InputsNeeded;

namespace {

constexpr std::string_view elicitation = "elicitation/create";
constexpr std::string_view sampling = "sampling/createMessage";
constexpr std::string_view listing_roots = "roots/list";

json::object ask_model(std::string_view text, int max_tokens)
{
    const json::object content{{"type", "text"}, {"text", text}};
    return {{"messages", json::array{{{"role", "user"}, {"content", content}}}},
            {"maxTokens", max_tokens}};
}

/// What a model has said; nothing where it has not.
const json::string* said_text(const json::object* response)
{
    const auto* const content = response != nullptr ? response->if_contains("content") : nullptr;
    return content != nullptr ? mcp::find_text(content->if_object(), "text") : nullptr;
}

/// The state that goes from one try of this tool to the next.
class State {
public:
    State(const mcp::StateSeal& seal, const Request& request)
        : seal_(seal),
          user_id_(request.sender.caller.user_id),
          purpose_("tools/call " + std::string{*mcp::find_text(request.message.params, "name")})
    {
    }
    std::string seal(std::string_view content) const
    {
        return seal_.seal(user_id_, purpose_, content);
    }
    /// Empty where there is none. Throws Error{invalid} for one that was not given.
    std::string open(const Inputs& inputs) const
    {
        return inputs.has_state() ? seal_.open(user_id_, purpose_, inputs.state()) : std::string{};
    }

private:
    const mcp::StateSeal& seal_;
    const std::string& user_id_;
    const std::string purpose_;
};

Answer greet_user(const Request& request)
{
    const auto* const filled = Inputs{request.message.params}.find_content("user_name");
    const auto* const name = mcp::find_text(filled, "name");
    if (name != nullptr) return text_result(fmt::format("Hello, {}!", std::string_view{*name}));
    return InputsNeeded{}
        .ask("user_name", elicitation, ask_for("What is your name?", "name"))
        .answer(request);
}

Answer ask_capital(const Request& request)
{
    const Inputs inputs{request.message.params};
    const auto* const text = said_text(inputs.find("capital_question"));
    if (text != nullptr) return text_result(*text);
    return InputsNeeded{}
        .ask("capital_question", sampling, ask_model("What is the capital of France?", 100))
        .answer(request);
}

Answer name_roots(const Request& request)
{
    const Inputs inputs{request.message.params};
    const auto* const response = inputs.find("client_roots");
    const auto* const roots = response != nullptr ? response->if_contains("roots") : nullptr;
    if (roots == nullptr || !roots->is_array()) {
        return InputsNeeded{}.ask("client_roots", listing_roots, {}).answer(request);
    }
    std::string names = "Roots:";
    for (const json::value& root : roots->get_array()) {
        const auto* const uri = mcp::find_text(root.if_object(), "uri");
        if (uri != nullptr) names += fmt::format(" {}", std::string_view{*uri});
    }
    return text_result(names);
}

/// With a state that must come back as it was.
Answer confirm(const mcp::StateSeal& seal, const Request& request)
{
    const State state{seal, request};
    const Inputs inputs{request.message.params};
    if (state.open(inputs) == "confirm" && inputs.find_content("confirm") != nullptr) {
        return text_result("state-ok");
    }
    return InputsNeeded{}
        .ask("confirm", elicitation, ask_for("Please confirm", "ok", "boolean"))
        .keep(state.seal("confirm"))
        .answer(request);
}

Answer ask_all(const mcp::StateSeal& seal, const Request& request)
{
    const State state{seal, request};
    const Inputs inputs{request.message.params};
    const auto* const name = mcp::find_text(inputs.find_content("user_name"), "name");
    const auto* const greeting = said_text(inputs.find("greeting"));
    const bool is_whole = name != nullptr && greeting != nullptr && inputs.find("client_roots");
    if (state.open(inputs) == "all" && is_whole) {
        return text_result(
            fmt::format("{} {}", std::string_view{*greeting}, std::string_view{*name}));
    }
    return InputsNeeded{}
        .ask("user_name", elicitation, ask_for("What is your name?", "name"))
        .ask("greeting", sampling, ask_model("Generate a greeting", 50))
        .ask("client_roots", listing_roots, {})
        .keep(state.seal("all"))
        .answer(request);
}

/// The name first, which the state keeps until the colour is known as well.
Answer ask_in_turn(const mcp::StateSeal& seal, const Request& request)
{
    constexpr std::string_view named = "named ";
    const State state{seal, request};
    const Inputs inputs{request.message.params};
    std::string at = state.open(inputs);
    if (at == "step 1") {
        const auto* const name = mcp::find_text(inputs.find_content("step1"), "name");
        if (name != nullptr) at = fmt::format("{}{}", named, std::string_view{*name});
    }
    if (!at.starts_with(named)) {
        return InputsNeeded{}
            .ask("step1", elicitation, ask_for("Step 1: What is your name?", "name"))
            .keep(state.seal("step 1"))
            .answer(request);
    }
    const auto* const color = mcp::find_text(inputs.find_content("step2"), "color");
    if (color != nullptr) {
        return text_result(
            fmt::format("{} likes {}.", at.substr(named.size()), std::string_view{*color}));
    }
    return InputsNeeded{}
        .ask("step2", elicitation, ask_for("Step 2: What is your favorite color?", "color"))
        .keep(state.seal(at))
        .answer(request);
}

/// Of a client that can only do the one, only that is asked.
Answer ask_what_can_be(const Request& request)
{
    const Inputs inputs{request.message.params};
    const auto* const text = said_text(inputs.find("greeting"));
    if (text != nullptr) return text_result(*text);
    if (const auto* const filled = inputs.find_content("user_name")) {
        const auto* const name = mcp::find_text(filled, "name");
        if (name != nullptr) return text_result(*name);
    }
    InputsNeeded needed;
    if (mcp::can(request, "sampling") || !mcp::can(request, "elicitation")) {
        needed.ask("greeting", sampling, ask_model("Generate a greeting", 50));
    }
    if (mcp::can(request, "elicitation")) {
        needed.ask("user_name", elicitation, ask_for("What is your name?", "name"));
    }
    return needed.answer(request);
}

CallTool once(Answer (*answer)(const Request&))
{
    return [answer](const Request& request, const json::object*) -> base::Async<Answer> {
        co_return answer(request);
    };
}

CallTool sealed(const mcp::StateSeal& seal, Answer (*answer)(const mcp::StateSeal&, const Request&))
{
    return [&seal, answer](const Request& request, const json::object*) -> base::Async<Answer> {
        co_return answer(seal, request);
    };
}

}  // namespace

Tools rounds_tools(const Parts& parts)
{
    constexpr auto era = mcp::Era::modern;
    return {
        {"test_streaming_elicitation", "Asks for a name.", once(greet_user), era},
        {"test_input_required_result_elicitation", "Asks for a name.", once(greet_user), era},
        {"test_input_required_result_sampling", "Asks for a capital.", once(ask_capital), era},
        {"test_input_required_result_list_roots", "Asks for the roots.", once(name_roots), era},
        {"test_input_required_result_request_state", "Keeps a state.", sealed(parts.seal, confirm),
         era},
        {"test_input_required_result_tampered_state", "Keeps a state that none may change.",
         sealed(parts.seal, confirm), era},
        {"test_input_required_result_multiple_inputs", "Asks for three things at once.",
         sealed(parts.seal, ask_all), era},
        {"test_input_required_result_multi_round", "Asks for one thing after the other.",
         sealed(parts.seal, ask_in_turn), era},
        {"test_input_required_result_capabilities", "Asks for what the client can give.",
         once(ask_what_can_be), era},
    };
}

}  // namespace todod::conformance
