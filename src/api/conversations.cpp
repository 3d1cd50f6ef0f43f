#include "api/api.hpp"
#include "api/routes.hpp"
#include "operation/handler.hpp"

namespace todod::api {

using auth::Scope;
using operation::Answer;
using operation::Caller;
using operation::Method;
using operation::Nothing;
using operation::Operation;
using operation::with_handler;
using types::Conversation;
using types::Message;

namespace {

constexpr std::string_view tag = "Assistant";

Operation list_conversations(services::Conversations* conversations)
{
    return with_handler<types::ListConversations, std::vector<Conversation>>(
        {.name = "list_conversations",
         .summary = "List conversations",
         .doc = "The caller's conversations with the assistant; the one that was last written to "
                "comes first.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/conversations", "/api/conversations"),
         .scope = Scope::read,
         .output = {.headers = {{"X-Total-Count", "How many there are on all pages."}}}},
        [conversations](Caller caller, types::ListConversations input)
            -> base::Async<Answer<std::vector<Conversation>>> {
            auto page = co_await conversations->list(std::move(caller.user_id), input);
            co_return Answer<std::vector<Conversation>>{
                std::move(page.conversations), {{"X-Total-Count", std::to_string(page.total)}}};
        });
}

Operation list_messages(services::Conversations* conversations)
{
    return with_handler<types::ListMessages, std::vector<Message>>(
        {.name = "list_messages",
         .summary = "What was said",
         .doc = "The newest messages of a conversation, or of all of them, oldest first. A page "
                "ends early when it would be longer than 8 MiB: go on with `skip`.",
         .tag = tag,
         .routes = on_both(Method::get, "/api/{user_id}/conversations/history",
                           "/api/conversations/history"),
         .scope = Scope::read,
         .output = {.headers = {{"X-Total-Count", "How many there are on all pages."}}},
         .problems = {404}},
        [conversations](Caller caller,
                        types::ListMessages input) -> base::Async<Answer<std::vector<Message>>> {
            auto page = co_await conversations->history(std::move(caller.user_id), input);
            co_return Answer<std::vector<Message>>{std::move(page.messages),
                                                   {{"X-Total-Count", std::to_string(page.total)}}};
        });
}

Operation clear_conversations(services::Conversations* conversations)
{
    return with_handler<Nothing, Nothing>(
        {.name = "clear_conversations",
         .summary = "Delete all conversations",
         .doc = "Erases all that the caller and the assistant have said to each other.",
         .tag = tag,
         .routes = on_both(Method::remove, "/api/{user_id}/conversations/clear",
                           "/api/conversations/clear"),
         .scope = Scope::remove,
         .output = {.status = 204}},
        [conversations](Caller caller, Nothing) -> base::Async<Answer<Nothing>> {
            co_await conversations->clear(std::move(caller.user_id));
            co_return Answer<Nothing>{};
        });
}

Operation delete_conversation(services::Conversations* conversations)
{
    return with_handler<types::NameConversation, Nothing>(
        {.name = "delete_conversation",
         .summary = "Delete a conversation",
         .doc = "Erases a conversation with all its messages. Its id is not used again.",
         .tag = tag,
         .routes = on_both(Method::remove, "/api/{user_id}/conversations/{conversation_id}",
                           "/api/conversations/{conversation_id}"),
         .scope = Scope::remove,
         .output = {.status = 204},
         .problems = {404}},
        [conversations](Caller caller,
                        types::NameConversation input) -> base::Async<Answer<Nothing>> {
            co_await conversations->remove(std::move(caller.user_id), input);
            co_return Answer<Nothing>{};
        });
}

}  // namespace

operation::Table conversation_operations(services::Conversations* conversations)
{
    operation::Table operations;
    operations.push_back(list_conversations(conversations));
    operations.push_back(list_messages(conversations));
    operations.push_back(clear_conversations(conversations));
    operations.push_back(delete_conversation(conversations));
    return operations;
}

}  // namespace todod::api
