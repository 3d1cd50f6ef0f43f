#include <algorithm>

#include "fixture.hpp"
#include "mcp/inputs.hpp"

namespace todod::conformance {

namespace json = boost::json;

namespace {

struct Prompt {
    std::string_view name;
    std::string_view doc;
    std::vector<std::string_view> arguments;  ///< all of them needed
    std::function<Answer(const Request& request, const std::vector<std::string_view>& given)> get;
    mcp::Era era = mcp::Era::both;
};

json::object user_says(json::object content)
{
    return {{"role", "user"}, {"content", std::move(content)}};
}

json::object text(std::string_view content)
{
    return {{"type", "text"}, {"text", content}};
}

Answer messages(json::array all)
{
    return Result{.members = mcp::write_members({{"messages", std::move(all)}})};
}

Answer embed(const Request&, const std::vector<std::string_view>& given)
{
    const json::object resource{{"uri", given[0]},
                                {"mimeType", "text/plain"},
                                {"text", "Embedded resource content for testing."}};
    return messages({user_says({{"type", "resource"}, {"resource", resource}}),
                     user_says(text("Please process the embedded resource above."))});
}

Answer ask_context(const Request& request, const std::vector<std::string_view>&)
{
    const mcp::Inputs inputs{request.message.params};
    const auto* const context = mcp::find_text(inputs.find_content("user_context"), "context");
    if (context != nullptr) {
        return messages({user_says(text(fmt::format("Context: {}", std::string_view{*context})))});
    }
    return mcp::InputsNeeded{}
        .ask("user_context", "elicitation/create", ask_for("What is the context?", "context"))
        .answer(request);
}

std::vector<Prompt> make_prompts()
{
    const auto simple = [](const Request&, const auto&) {
        return messages({user_says(text("This is a simple prompt for testing."))});
    };
    const auto repeat = [](const Request&, const std::vector<std::string_view>& given) {
        return messages({user_says(
            text(fmt::format("Prompt with arguments: arg1='{}', arg2='{}'", given[0], given[1])))});
    };
    const auto show = [](const Request&, const auto&) {
        return messages({user_says({{"type", "image"}, {"data", png}, {"mimeType", "image/png"}}),
                         user_says(text("Please analyze the image above."))});
    };
    return {{"test_simple_prompt", "A message.", {}, simple},
            {"test_prompt_with_arguments", "A message of two arguments.", {"arg1", "arg2"}, repeat},
            {"test_prompt_with_embedded_resource", "A resource.", {"resourceUri"}, embed},
            {"test_prompt_with_image", "A picture.", {}, show},
            {"test_input_required_result_prompt",
             "Asks for the context.",
             {},
             ask_context,
             mcp::Era::modern}};
}

Result list(const std::vector<Prompt>& prompts, const Request& request)
{
    json::array listed;
    for (const Prompt& each : prompts) {
        if (!mcp::covers(each.era, request.revision)) continue;
        json::object prompt{{"name", each.name}, {"description", each.doc}};
        if (!each.arguments.empty()) {
            json::array& arguments = prompt["arguments"].emplace_array();
            for (const auto name : each.arguments) {
                arguments.push_back(
                    {{"name", name}, {"description", "Any text."}, {"required", true}});
            }
        }
        listed.push_back(std::move(prompt));
    }
    return {.members = mcp::write_members({{"prompts", std::move(listed)}}), .cache = cache};
}

Answer get(const std::vector<Prompt>& prompts, const Request& request)
{
    const auto* const params = request.message.params;
    const auto* const name = mcp::find_text(params, "name");
    const auto found = std::ranges::find_if(prompts, [&](const Prompt& each) {
        return name != nullptr && each.name == std::string_view{*name} &&
               mcp::covers(each.era, request.revision);
    });
    if (found == prompts.end()) {
        throw base::Error{base::ErrorCode::not_found, "There is no such prompt."};
    }
    const auto* const arguments = params->if_contains("arguments");
    std::vector<std::string_view> given;
    for (const auto argument : found->arguments) {
        const auto* const value =
            arguments != nullptr ? mcp::find_text(arguments->if_object(), argument) : nullptr;
        if (value == nullptr) {
            throw base::Error{base::ErrorCode::invalid,
                              fmt::format("The argument '{}' must be a text.", argument)};
        }
        given.emplace_back(*value);
    }
    return found->get(request, given);
}

/// Whatever it is for, nothing is known that would complete it.
base::Async<Answer> complete(const Request&)
{
    co_return Result{.members = R"("completion":{"values":[],"total":0,"hasMore":false})"};
}

}  // namespace

std::vector<mcp::Method> prompt_methods()
{
    const auto prompts = std::make_shared<const std::vector<Prompt>>(make_prompts());
    return {{.name = "prompts/list",
             .handle = [prompts](const Request& request) -> base::Async<Answer> {
                 co_return list(*prompts, request);
             }},
            {.name = "prompts/get",
             .handle = [prompts](const Request& request) -> base::Async<Answer> {
                 co_return get(*prompts, request);
             },
             .named_by = "name"},
            {.name = "completion/complete", .handle = complete}};
}

}  // namespace todod::conformance
