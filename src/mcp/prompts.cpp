#include "mcp/prompts.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "schema/json_text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// `what` is not there, but maybe one of `known` was meant.
Fault refuse_unknown(std::string_view what, std::string_view name,
                     std::span<const std::string_view> known)
{
    if (const auto nearest = base::find_nearest(name, known)) {
        return refuse_params(
            fmt::format("There is no such {}: did you mean '{}'?", what, *nearest));
    }
    return refuse_params(fmt::format("There is no such {}.", what));
}

std::string describe(const Prompt& prompt)
{
    json::array arguments;
    for (const auto& argument : prompt.arguments) {
        arguments.push_back({{"name", argument.name},
                             {"title", argument.title},
                             {"description", argument.description},
                             {"required", argument.is_required}});
    }
    return json::serialize(json::object{{"name", prompt.name},
                                        {"title", prompt.title},
                                        {"description", prompt.description},
                                        {"arguments", std::move(arguments)}});
}

std::variant<PromptArguments, Fault> read_arguments(const Prompt& prompt,
                                                    const json::object& params)
{
    PromptArguments arguments;
    if (const auto* const given = params.if_contains("arguments")) {
        if (!given->is_object()) return refuse_params("`arguments` must be an object.");
        for (const auto& [name, value] : given->get_object()) {
            auto found = find_argument(prompt, name);
            if (auto* const fault = std::get_if<Fault>(&found)) return std::move(*fault);
            if (!value.is_string()) return refuse_params(fmt::format("`{}` must be a text.", name));
            if (!value.get_string().empty()) arguments.emplace(name, value.get_string());
        }
    }
    for (const auto& argument : prompt.arguments) {
        if (argument.is_required && !arguments.contains(argument.name)) {
            return refuse_params(fmt::format("The argument `{}` is missing.", argument.name));
        }
    }
    return arguments;
}

base::Async<Answer> get(const TaskView& view, const Request& request)
{
    const auto* const name = find_text(request.message.params, "name");
    if (name == nullptr) co_return refuse_params("`name` must be a text.");
    co_await begin_view(request.sender);
    const auto found = find_prompt(*name);
    if (const auto* const fault = std::get_if<Fault>(&found)) co_return *fault;
    const Prompt& prompt = *std::get<const Prompt*>(found);
    const auto arguments = read_arguments(prompt, *request.message.params);
    if (const auto* const fault = std::get_if<Fault>(&arguments)) co_return *fault;
    const std::string text =
        co_await prompt.write(view, request.sender, std::get<PromptArguments>(arguments));
    Result result{.members = R"("description":)"};
    schema::write_string(result.members, prompt.description);
    result.members += R"(,"messages":[{"role":"user","content":{"type":"text","text":)";
    schema::write_string(result.members, text);
    result.members += "}}]";
    co_return result;
}

}  // namespace

std::variant<const Prompt*, Fault> find_prompt(std::string_view name)
{
    const auto& prompts = task_prompts();
    const auto found = std::ranges::find(prompts, name, &Prompt::name);
    if (found != prompts.end()) return &*found;
    std::vector<std::string_view> names;
    names.reserve(prompts.size());
    for (const auto& prompt : prompts)
        names.push_back(prompt.name);
    return refuse_unknown("prompt", name, names);
}

std::variant<const PromptArgument*, Fault> find_argument(const Prompt& prompt,
                                                         std::string_view name)
{
    const auto found = std::ranges::find(prompt.arguments, name, &PromptArgument::name);
    if (found != prompt.arguments.end()) return &*found;
    std::vector<std::string_view> names;
    names.reserve(prompt.arguments.size());
    for (const auto& argument : prompt.arguments)
        names.push_back(argument.name);
    return refuse_unknown("argument", name, names);
}

std::vector<Method> prompt_methods(TaskView view)
{
    std::string shown;
    for (const auto& prompt : task_prompts())
        shown += (shown.empty() ? "" : ",") + describe(prompt);
    auto list = [shown = std::move(shown)](const Request& request) -> base::Async<Answer> {
        co_return Result{
            .members = fmt::format(R"("prompts":[{}])", may_see(request.sender) ? shown : ""),
            .cache = list_cache};
    };
    auto get_prompt = [view](const Request& request) { return get(view, request); };
    std::vector<Method> methods;
    methods.push_back({.name = "prompts/list", .handle = std::move(list)});
    methods.push_back({.name = "prompts/get", .handle = std::move(get_prompt), .named_by = "name"});
    return methods;
}

}  // namespace todod::mcp
