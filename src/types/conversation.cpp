#include "types/conversation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "schema/builder.hpp"

namespace todod::types {

ToolCalls to_stored(const std::vector<ToolCall>& calls)
{
    std::string json;
    schema::Codec<std::vector<ToolCall>>::write(calls, json, schema::Dialect::tool);
    return {std::move(json)};
}

std::vector<ToolCall> read_stored(const ToolCalls& calls)
{
    std::vector<ToolCall> read;
    schema::Reader reader;
    boost::system::error_code failed;
    boost::json::parse_options options;
    options.max_depth = max_tool_call_depth;
    const auto json = boost::json::parse(calls.json, failed, {}, options);
    if (failed || !schema::Codec<std::vector<ToolCall>>::read(json, read, {}, reader)) {
        throw base::Error{base::ErrorCode::internal, "what is stored is no list of tool calls"};
    }
    return read;
}

}  // namespace todod::types

namespace todod::schema {

using types::Conversation;
using types::ConversationRef;
using types::ListConversations;
using types::ListMessages;
using types::Message;
using types::NameConversation;
using types::ToolCall;
using types::ToolCalls;

bool Codec<ToolCalls>::read(const boost::json::value& from, ToolCalls& value, const Limits& limits,
                            Reader& reader)
{
    std::vector<ToolCall> calls;
    if (!Codec<std::vector<ToolCall>>::read(from, calls, limits, reader)) return false;
    value = types::to_stored(calls);
    return true;
}

bool Codec<ToolCalls>::parse(std::string_view, ToolCalls&, const Limits&, Reader& reader)
{
    return reader.fail("array_type", "must be a list.");
}

void Codec<ToolCalls>::write(const ToolCalls& value, std::string& out, Dialect dialect)
{
    if (dialect != Dialect::own || value.json == "[]") {
        out += value.json;
    } else {
        Codec<std::vector<ToolCall>>::write(types::read_stored(value), out, dialect);
    }
}

void Codec<ToolCalls>::describe(boost::json::object& schema, const Limits& limits, Dialect dialect)
{
    Codec<std::vector<ToolCall>>::describe(schema, limits, dialect);
}

bool Codec<ConversationRef>::read(const boost::json::value& from, ConversationRef& value,
                                  const Limits& limits, Reader& reader)
{
    return Codec<std::int64_t>::read(from, value.id, limits, reader);
}

bool Codec<ConversationRef>::parse(std::string_view text, ConversationRef& value, const Limits&,
                                   Reader&)
{
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value.id);
    if (failed != std::errc{} || end != text.data() + text.size()) value.id = 0;
    return true;
}

void Codec<ConversationRef>::write(const ConversationRef& value, std::string& out, Dialect dialect)
{
    Codec<std::int64_t>::write(value.id, out, dialect);
}

void Codec<ConversationRef>::describe(boost::json::object& schema, const Limits& limits,
                                      Dialect dialect)
{
    Codec<std::int64_t>::describe(schema, limits, dialect);
}

template <>
const Type& type_of<ToolCall>()
{
    static const Type type =
        TypeBuilder<ToolCall>{"ToolCall", "A tool that the assistant has called."}
            .field<&ToolCall::tool_name>("tool_name", "Its name.", {.example = R"("add_task")"})
            .field<&ToolCall::parameters>("parameters", "What it was called with.",
                                          {.example = R"({"title": "Buy milk"})"})
            .field<&ToolCall::result>("result",
                                      "What it gave; null where that was too long to be kept.",
                                      {.example = R"({"success": true, "data": {"task_id": 1}})"})
            .done();
    return type;
}

template <>
const Type& type_of<Message>()
{
    static const Type type =
        TypeBuilder<Message>{"Message", "What the user or the assistant has said."}
            .field<&Message::role>("role", "Who has said it.")
            .field<&Message::content>("content", "What was said.",
                                      {.example = R"("I need to remember to buy milk")"})
            .field<&Message::timestamp>("timestamp", "When it was stored.")
            .field<&Message::conversation_id>("conversation_id", "In which conversation.",
                                              {.example = "1"})
            .field<&Message::tool_calls>("tool_calls",
                                         "The tools that were called for it; of the user's "
                                         "messages none.")
            .done();
    return type;
}

template <>
const Type& type_of<Conversation>()
{
    static const Type type =
        TypeBuilder<Conversation>{"Conversation", "A conversation with the assistant."}
            .field<&Conversation::id>("id", "Counted within the user; never used again.",
                                      {.example = "1"})
            .field<&Conversation::title>("title", "The beginning of its first message.",
                                         {.example = R"("I need to remember to buy milk")"})
            .field<&Conversation::created_at>("created_at", "When it began.")
            .field<&Conversation::updated_at>("updated_at", "When its last message was stored.")
            .field<&Conversation::message_count>("message_count", "Of both sides.",
                                                 {.example = "2"})
            .field<&Conversation::last_message>(
                "last_message", "At most the first 200 characters of its last message.",
                {.example = R"("I have added 'Buy milk' as task 1.")"})
            .done();
    return type;
}

template <>
const Type& type_of<ListConversations>()
{
    static const Type type =
        TypeBuilder<ListConversations>{"ListConversations", "Which conversations."}
            .field<&ListConversations::limit>(
                "limit", "How many at most.",
                {.place = Place::query,
                 .limits = {.minimum = 1, .maximum = ListConversations::max_limit}})
            .field<&ListConversations::skip>("skip", "How many of the newest to leave out first.",
                                             {.place = Place::query, .limits = {.minimum = 0}})
            .done();
    return type;
}

template <>
const Type& type_of<ListMessages>()
{
    static const Type type =
        TypeBuilder<ListMessages>{"ListMessages", "Which messages."}
            .field<&ListMessages::conversation_id>("conversation_id",
                                                   "Of this conversation; without it, of all.",
                                                   {.place = Place::query, .example = "1"})
            .field<&ListMessages::limit>(
                "limit", "How many of the newest at most.",
                {.place = Place::query,
                 .limits = {.minimum = 1, .maximum = ListMessages::max_limit}})
            .field<&ListMessages::skip>("skip", "How many of the newest to leave out first.",
                                        {.place = Place::query, .limits = {.minimum = 0}})
            .done();
    return type;
}

template <>
const Type& type_of<NameConversation>()
{
    static const Type type =
        TypeBuilder<NameConversation>{"NameConversation", "Which conversation."}
            .field<&NameConversation::conversation_id>(
                "conversation_id", "The conversation's `id`.",
                {.required = true, .place = Place::path, .example = "1"})
            .done();
    return type;
}

}  // namespace todod::schema
