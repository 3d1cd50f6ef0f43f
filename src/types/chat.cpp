#include "types/chat.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "schema/builder.hpp"

namespace todod::schema {

using types::ChatAnswer;
using types::ChatMessage;
using types::ChatSummary;
using types::IdempotencyKey;

namespace {

constexpr std::string_view conversation_doc = "Name it in the next message to go on.";
constexpr std::string_view response_doc = "What the assistant says.";
constexpr FieldOptions response_options{.example =
                                            R"("I've added 'Buy groceries' to your tasks.")"};
constexpr std::string_view timestamp_doc = "When it was said.";

}  // namespace

template <>
const Type& type_of<ChatMessage>()
{
    static const Type type =
        TypeBuilder<ChatMessage>{"ChatMessage", "What is said to the assistant."}
            .field<&ChatMessage::message>(
                "message", "In plain language.",
                {.required = true,
                 .example = R"("Add a task to buy groceries")",
                 .limits = {.min_length = 1, .max_length = 5000, .trimmed = true}})
            .field<&ChatMessage::conversation_id>(
                "conversation_id", "The conversation it belongs to; left out, a new one begins.",
                {.limits = {.minimum = 1}})
            .field<&ChatMessage::time_zone>("X-Timezone",
                                            "The zone that dates and times are meant in (default "
                                            "UTC).",
                                            {.place = Place::header})
            .field<&ChatMessage::idempotency_key>(IdempotencyKey::header, IdempotencyKey::doc,
                                                  {.place = Place::header, .repeats = true})
            .done();
    return type;
}

template <>
const Type& type_of<ChatAnswer>()
{
    static const Type type =
        TypeBuilder<ChatAnswer>{"ChatAnswer", "What the assistant says, and what it has done."}
            .field<&ChatAnswer::conversation_id>("conversation_id", conversation_doc,
                                                 {.example = "1"})
            .field<&ChatAnswer::response>("response", response_doc, response_options)
            .field<&ChatAnswer::timestamp>("timestamp", timestamp_doc)
            .field<&ChatAnswer::tool_calls>("tool_calls", "The tools it has used, in order.")
            .done();
    return type;
}

template <>
const Type& type_of<ChatSummary>()
{
    static const Type type =
        TypeBuilder<ChatSummary>{"ChatSummary", "What the assistant says, and what it has used."}
            .field<&ChatSummary::response>("response", response_doc, response_options)
            .field<&ChatSummary::conversation_id>("conversation_id", conversation_doc,
                                                  {.example = "1"})
            .field<&ChatSummary::timestamp>("timestamp", timestamp_doc)
            .field<&ChatSummary::tool_calls>("tool_calls",
                                             "The names of the tools it has used, in order.",
                                             {.example = R"(["add_task"])"})
            .done();
    return type;
}

}  // namespace todod::schema
