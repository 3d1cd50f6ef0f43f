#include "assistant/model/engine.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "assistant/model/ask.hpp"
#include "assistant/model/prompt.hpp"
#include "operation/tool.hpp"

namespace todod::assistant::model {

namespace json = boost::json;
using base::Async;
using operation::tool_failure;

namespace {

/// Longer than that of any tool.
constexpr std::size_t max_name_length = 128;

/// What the model is told goes for what it got wrong, too.
Async<json::object> use(Toolbox& tools, const ToolRequest& call)
{
    if (call.name.size() > max_name_length) co_return tool_failure("There is no such tool.");
    json::value arguments = json::object{};
    if (!call.arguments.empty()) {
        boost::system::error_code failed;
        arguments = json::parse(call.arguments, failed);
        if (failed || !arguments.is_object()) {
            co_return co_await tools.refuse(
                call.name, "The arguments are not a JSON object: send them again.");
        }
    }
    co_return co_await tools.use(call.name, std::move(arguments.get_object()));
}

/// Each call has an id that its result is known by.
void name_calls(Reply& reply, int round)
{
    for (std::size_t i = 0; i < reply.calls.size(); ++i) {
        if (reply.calls[i].id.empty()) reply.calls[i].id = fmt::format("call_{}_{}", round, i);
    }
}

Async<void> end(const Reply& reply, const Toolbox& tools, Speech& speech)
{
    speech.begin_paragraph();
    if (!reply.calls.empty()) {
        co_await speech.say(std::string{too_many_rounds});
    } else if (reply.finish == Reply::Finish::refused && reply.text.empty()) {
        co_await speech.say(std::string{refused});
    } else if (reply.finish == Reply::Finish::length) {
        co_await speech.say(std::string{cut_short});
    } else if (speech.text().empty()) {
        co_await speech.say(std::string{tools.uses().empty() ? nothing_said : only_done});
    }
}

}  // namespace

std::string ModelEngine::write_body(const json::array& messages, const json::array& tools,
                                    bool may_use_tools) const
{
    json::object body{{"model", endpoint_.model}, {"messages", messages}};
    if (!tools.empty()) {
        body["tools"] = tools;
        if (!may_use_tools) body["tool_choice"] = "none";
    }
    if (models_.settings().streams) {
        body["stream"] = true;
        body["stream_options"] = json::object{{"include_usage", true}};
    }
    return json::serialize(body);
}

Async<Answer> ModelEngine::answer(const Turn& turn, Toolbox& tools, Listener& listener)
{
    const Models::Place place{models_};
    const Asking asking{
        .models = models_,
        .endpoint = endpoint_,
        .loop = loop_,
        .stopped = turn.stopped,
        .deadline = std::chrono::steady_clock::now() + models_.settings().patience.turn};
    Speech speech{listener};
    const json::array described = describe_tools(tools.tools());
    json::array messages = begin_messages(turn);
    for (int round = 0;; ++round) {
        const bool may_use_tools = round < max_rounds;
        Reply reply = co_await ask(asking, write_body(messages, described, may_use_tools), speech);
        if (reply.calls.empty() || !may_use_tools) {
            co_await end(reply, tools, speech);
            co_return Answer{.text = speech.text(), .state = {}};
        }
        name_calls(reply, round);
        std::vector<json::object> results;
        results.reserve(reply.calls.size());
        for (const ToolRequest& call : reply.calls)
            results.push_back(co_await use(tools, call));
        add_round(messages, reply, results);
        speech.begin_paragraph();
    }
}

}  // namespace todod::assistant::model
