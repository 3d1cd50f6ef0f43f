#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "fixture.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

constexpr std::string_view prompt_schema = R"({
    "type": "object",
    "properties": {"prompt": {"type": "string", "description": "What the model is asked"}},
    "required": ["prompt"]
})";

constexpr std::string_view message_schema = R"({
    "type": "object",
    "properties": {"message": {"type": "string", "description": "What the user is told"}},
    "required": ["message"]
})";

constexpr std::string_view contact_form = R"({
    "type": "object",
    "properties": {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"}
    },
    "required": ["username", "email"]
})";

/// Each kind of value with what it is where the user changes nothing.
constexpr std::string_view defaults_form = R"({
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "User name", "default": "John Doe"},
        "age": {"type": "integer", "description": "User age", "default": 30},
        "score": {"type": "number", "description": "User score", "default": 95.5},
        "status": {"type": "string", "description": "User status",
                   "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "description": "Verification status", "default": true}
    },
    "required": []
})";

/// Each way to offer a choice.
constexpr std::string_view choices_form = R"({
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {"type": "string",
                         "oneOf": [{"const": "value1", "title": "First Option"},
                                   {"const": "value2", "title": "Second Option"},
                                   {"const": "value3", "title": "Third Option"}]},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                       "enumNames": ["Option One", "Option Two", "Option Three"]},
        "untitledMulti": {"type": "array", "minItems": 1, "maxItems": 3,
                          "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
        "titledMulti": {"type": "array", "minItems": 1, "maxItems": 3,
                        "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                                            {"const": "value2", "title": "Second Choice"},
                                            {"const": "value3", "title": "Third Choice"}]}}
    },
    "required": []
})";

std::string_view need_text(const json::object* arguments, std::string_view name)
{
    const auto* const text = mcp::find_text(arguments, name);
    if (text == nullptr) {
        throw base::Error{base::ErrorCode::invalid, fmt::format("`{}` must be a text.", name)};
    }
    return *text;
}

/// What a tool has to say of an answer that did not come.
Result failed(const std::string& why)
{
    Result result = text_result(why);
    result.members += R"(,"isError":true)";
    return result;
}

base::Async<Answer> sample(Parts parts, const Request& request, const json::object* arguments)
{
    const json::object content{{"type", "text"}, {"text", need_text(arguments, "prompt")}};
    const json::array messages{{{"role", "user"}, {"content", content}}};
    const auto answer = co_await parts.requests.ask(request, parts.loop, "sampling/createMessage",
                                                    {{"messages", messages}, {"maxTokens", 100}});
    if (!answer) co_return failed(answer.error());
    const auto* const said = answer->if_contains("content");
    const auto* const text = said != nullptr ? mcp::find_text(said->if_object(), "text") : nullptr;
    if (text == nullptr) co_return failed("The client's model has said nothing.");
    co_return text_result(fmt::format("LLM response: {}", std::string_view{*text}));
}

base::Async<Answer> elicit(Parts parts, const Request& request, std::string_view message,
                           std::string_view form, std::string_view label)
{
    const auto answer =
        co_await parts.requests.ask(request, parts.loop, "elicitation/create",
                                    {{"message", message}, {"requestedSchema", json::parse(form)}});
    if (!answer) co_return failed(answer.error());
    const auto* const action = mcp::find_text(&*answer, "action");
    if (action == nullptr) co_return failed("The client does not say what the user has done.");
    const auto* const content = answer->if_contains("content");
    co_return text_result(fmt::format("{}: action={}, content={}", label, std::string_view{*action},
                                      content != nullptr ? json::serialize(*content) : "{}"));
}

/// A tool that lets the user fill in a form.
CallTool elicits(const Parts& parts, std::string_view form)
{
    return [parts, form](const Request& request, const json::object*) {
        return elicit(parts, request, "Please fill this in", form, "Elicitation completed");
    };
}

}  // namespace

Tools asking_tools(const Parts& parts)
{
    const auto elicit_contact = [parts](const Request& request, const json::object* arguments) {
        return elicit(parts, request, need_text(arguments, "message"), contact_form,
                      "User response");
    };
    const auto ask_model = [parts](const Request& request, const json::object* arguments) {
        return sample(parts, request, arguments);
    };
    using mcp::Era;
    return {
        {"test_sampling", "Asks the client's model.", ask_model, Era::legacy, prompt_schema},
        {"test_elicitation", "Asks the user for a name and an address.", elicit_contact,
         Era::legacy, message_schema},
        {"test_elicitation_sep1034_defaults", "Asks the user, with defaults.",
         elicits(parts, defaults_form), Era::legacy},
        {"test_elicitation_sep1330_enums", "Asks the user to choose.", elicits(parts, choices_form),
         Era::legacy},
    };
}

}  // namespace todod::conformance
