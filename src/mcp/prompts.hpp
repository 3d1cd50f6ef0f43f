#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/server.hpp"
#include "mcp/task_view.hpp"

namespace todod::mcp {

/// What an argument of a prompt is, as far as it can be completed.
enum class ArgumentKind : std::uint8_t { day, hours, tag };

struct PromptArgument {
    std::string_view name;
    std::string_view title;
    std::string_view description;
    ArgumentKind kind;
    bool is_required = false;
};

/// What a prompt was given, by name. What is empty counts as left out.
using PromptArguments = std::map<std::string, std::string, std::less<>>;

/// What a user can begin a conversation with.
struct Prompt {
    std::string_view name;
    std::string_view title;
    std::string_view description;
    std::vector<PromptArgument> arguments;
    /// The user's message, shorter than max_view_bytes as JSON. Throws Error{invalid} for an
    /// argument that is not fit for it.
    std::function<base::Async<std::string>(const TaskView& view, const Sender& sender,
                                           const PromptArguments& arguments)>
        write;
};

/// Those of todod: plan_my_day, weekly_review and triage.
const std::vector<Prompt>& task_prompts();

/// The prompt of that name, or a fault that names the nearest.
std::variant<const Prompt*, Fault> find_prompt(std::string_view name);

/// The argument of that name, or a fault that names the nearest.
std::variant<const PromptArgument*, Fault> find_argument(const Prompt& prompt,
                                                         std::string_view name);

/// `prompts/list` and `prompts/get`.
std::vector<Method> prompt_methods(TaskView view);

}  // namespace todod::mcp
