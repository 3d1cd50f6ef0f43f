#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/conversations.hpp"

namespace todod::store::sqlite {

class Conversations final : public store::Conversations {
public:
    Conversations(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
    {
    }

    base::Async<std::optional<BegunTurn>> begin_turn(std::string user_id, NewTurn turn) override;
    base::Async<TurnEnd> end_turn(std::string user_id, std::int64_t conversation_id,
                                  std::int64_t position, TurnAnswer answer) override;
    base::Async<void> leave_turn(std::string user_id, Idempotency idempotency,
                                 std::chrono::milliseconds timeout) override;
    base::Async<ConversationPage> list(std::string user_id,
                                       types::ListConversations query) override;
    base::Async<std::optional<MessagePage>> history(std::string user_id,
                                                    types::ListMessages query) override;
    base::Async<bool> remove(std::string user_id, std::int64_t conversation_id) override;
    base::Async<void> clear(std::string user_id) override;

private:
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

/// Erases at most `limit` messages of the user's conversations from `first` to `last`, and once
/// there are none, at most `limit` of the conversations. False when there may be more.
bool erase_conversations(db::sqlite::Connection& connection, const std::string& user_id,
                         std::int64_t first, std::int64_t last, std::int64_t limit);

}  // namespace todod::store::sqlite
