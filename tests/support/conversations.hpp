#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/conversations.hpp"
#include "support/database.hpp"

namespace todod::testing {

inline std::vector<std::string> texts_of(const std::vector<types::Message>& messages)
{
    std::vector<std::string> texts;
    for (const auto& message : messages)
        texts.push_back(message.content);
    return texts;
}

/// A TestDatabase in whose conversations somebody talks.
class TestConversations : public TestDatabase {
public:
    using TestDatabase::TestDatabase;

    store::Turn begin(std::string user_id, std::string content,
                      std::optional<std::int64_t> conversation_id = {})
    {
        store::NewTurn turn{.conversation_id = conversation_id,
                            .title = "About " + content,
                            .content = content,
                            .now = clock().now()};
        auto begun = run(conversations().begin_turn(std::move(user_id), std::move(turn)));
        return std::get<store::Turn>(begun.value());
    }

    store::TurnEnd end(std::string user_id, const store::Turn& turn, std::string content)
    {
        store::TurnAnswer answer{.content = std::move(content), .now = clock().now()};
        return run(conversations().end_turn(std::move(user_id), turn.conversation_id, turn.position,
                                            std::move(answer)));
    }

    /// A whole turn: the answer is "re: " and the message.
    store::Turn talk(std::string user_id, std::string content,
                     std::optional<std::int64_t> conversation_id = {})
    {
        store::Turn turn = begin(user_id, content, conversation_id);
        end(std::move(user_id), turn, "re: " + content);
        return turn;
    }

    std::vector<std::string> texts(std::string user_id,
                                   std::optional<std::int64_t> conversation_id = {})
    {
        const auto page = run(conversations().history(
            std::move(user_id), {.conversation_id = conversation_id, .limit = 1000}));
        return texts_of(page.value().messages);
    }

    std::vector<types::Conversation> list(std::string user_id)
    {
        return run(conversations().list(std::move(user_id), {.limit = 1000})).conversations;
    }

    std::string count(std::string_view table) const
    {
        return ask(fmt::format("SELECT count(*) FROM {}", table));
    }
};

}  // namespace todod::testing
