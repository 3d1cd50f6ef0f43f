#include "assistant/toolbox.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cassert>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace todod::assistant {

namespace json = boost::json;
using base::Error;
using base::ErrorCode;
using operation::tool_failure;

namespace {

types::ChangeScope scope_of(const auth::Principal& caller, const Turn& turn)
{
    types::Origin origin{
        .via = types::Via::assistant, .is_service = caller.is_service, .token_id = caller.token_id};
    if (turn.conversation_id != 0) origin.conversation_id = turn.conversation_id;
    if (!turn.request_id.empty()) origin.request_id = turn.request_id;
    return {.origin = std::move(origin)};
}

bool is_dry_run(const json::object& arguments)
{
    const json::value* const said = arguments.if_contains("dry_run");
    return said != nullptr && said->is_bool() && said->get_bool();
}

}  // namespace

Toolbox::Toolbox(const operation::Table& tools, auth::Principal caller, const Turn& turn,
                 Listener& listener, IsAskedFor is_asked_for, std::string idempotency_key)
    : tools_(tools),
      caller_(std::move(caller)),
      turn_(turn),
      listener_(listener),
      is_asked_for_(std::move(is_asked_for)),
      idempotency_key_(std::move(idempotency_key)),
      changes_(std::make_shared<types::ChangeScope>(scope_of(caller_, turn)))
{
}

base::Async<json::object> Toolbox::use(std::string name, json::object arguments)
{
    arguments.erase("user_id");
    arguments.erase("userId");
    co_return co_await note(
        {.name = std::move(name), .parameters = std::move(arguments), .result = {}}, {});
}

base::Async<json::object> Toolbox::refuse(std::string name, std::string why)
{
    co_return co_await note({.name = std::move(name), .parameters = {}, .result = {}},
                            std::move(why));
}

/// Does it, unless there is a `refusal`.
base::Async<json::object> Toolbox::note(ToolUse of, std::string refusal)
{
    if (turn_.stopped.stop_requested())
        throw Error{ErrorCode::unavailable, "Nobody waits for the answer."};
    if (uses_.size() == max_uses) co_return tool_failure("No more tools may be used this turn.");
    const std::size_t index = uses_.size();
    uses_.push_back(std::move(of));
    co_await listener_.hear_call(uses_[index]);
    json::object result;
    if (refusal.empty()) {
        // A copy: the tool takes its arguments apart.
        json::object wanted = uses_[index].parameters;
        result = co_await run(uses_[index].name, std::move(wanted));
    } else {
        result = tool_failure(refusal);
    }
    uses_[index].result = result;
    co_await listener_.hear_result(uses_[index]);
    co_return result;
}

base::Async<json::object> Toolbox::run(const std::string& name, json::object arguments)
{
    const operation::Operation* const tool = operation::find_tool(tools_, name);
    if (tool == nullptr)
        co_return tool_failure("Unknown tool: " + std::string{base::cut(name, 64)});
    if (tool->tool->is_destructive && is_asked_for_ && !is_dry_run(arguments)) {
        auto refusal = co_await refuse_unasked(arguments);
        if (refusal) co_return std::move(*refusal);
    }
    co_return co_await run_tool(*tool, std::move(arguments));
}

/// What is said instead of doing what the user has not asked for, or to what cannot be looked at.
base::Async<std::optional<json::object>> Toolbox::refuse_unasked(const json::object& arguments)
{
    const operation::Operation* const get_task = operation::find_tool(tools_, "get_task");
    assert(get_task != nullptr);
    // Both read them alike: what is looked at is what would be done away with.
    json::object looked_at = arguments;
    looked_at.erase("dry_run");
    looked_at.erase("dryRun");
    json::object found = co_await run_tool(*get_task, std::move(looked_at));
    const json::value* const task = found.if_contains("data");
    if (task == nullptr) co_return found;
    const json::object& wanted = task->as_object();
    if (is_asked_for_(wanted, has_changed(wanted.at("task_id")))) co_return std::nullopt;
    co_return tool_failure(
        "The user has not asked for this. They are asked now whether they want it: do not try "
        "again in this turn.");
}

namespace {

/// Whether `data` is of what has been done with the task, alone or as one of many.
bool is_about(const json::object& data, const json::value& task_id)
{
    if (const json::value* const number = data.if_contains("task_id")) return *number == task_id;
    if (data.contains("undoes")) return true;  // it may have been one of many
    const json::value* const results = data.if_contains("results");
    if (results == nullptr || !results->is_array()) return false;
    return std::ranges::any_of(results->get_array(), [&](const json::value& result) {
        const json::value* const each = result.as_object().if_contains("data");
        return each != nullptr && is_about(each->as_object(), task_id);
    });
}

}  // namespace

/// Whether a tool of this turn has made the task what it is.
bool Toolbox::has_changed(const json::value& task_id) const
{
    return std::ranges::any_of(uses_, [&](const ToolUse& use) {
        const operation::Operation* const tool = operation::find_tool(tools_, use.name);
        const json::value* const data = use.result.if_contains("data");
        if (tool == nullptr || tool->tool->is_read_only || data == nullptr) return false;
        return is_about(data->as_object(), task_id);
    });
}

base::Async<json::object> Toolbox::run_tool(const operation::Operation& tool,
                                            json::object arguments)
{
    operation::ToolCall call{.caller = caller_,
                             .arguments = std::move(arguments),
                             .time_zone = turn_.zone.name(),
                             .idempotency_key = {},
                             .request_id = turn_.request_id,
                             .via = types::Via::assistant,
                             .changes = changes_};
    call.idempotency_key = key_for(tool, call.arguments);
    co_return co_await operation::use_tool(tool, std::move(call));
}

/// A turn that is tried again with its key does again what it did: each use has a key that follows
/// from the turn's, from what is asked for, and from how often that was asked before.
std::string Toolbox::key_for(const operation::Operation& tool, const json::object& arguments)
{
    if (idempotency_key_.empty() || tool.tool->is_read_only) return {};
    const auto before = std::ranges::count_if(uses_, [&](const ToolUse& use) {
        return use.name == tool.name && use.parameters == arguments;
    });
    return base::base64url_encode(base::sha256(fmt::format(
        "{}\n{}\n{}\n{}", idempotency_key_, tool.name, before, json::serialize(arguments))));
}

}  // namespace todod::assistant
