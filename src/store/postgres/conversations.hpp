#pragma once

#include <string_view>
#include <vector>

#include "store/conversations.hpp"
#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class Conversations final : public store::Conversations {
public:
    /// Both must outlive this.
    Conversations(db::postgres::Line& line, base::Loop& loop) : statements_(line, loop) {}

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
    Statements statements_;
};

/// Adds what erases at most `limit` messages of the user's conversations from `first` to `last`,
/// and once there are none, at most `limit` of the conversations: two statements. The user's row
/// must have been locked FOR UPDATE.
void add_erase_conversations(std::vector<db::postgres::Command>& commands,
                             const std::string& user_id, std::int64_t first, std::int64_t last,
                             std::int64_t limit);

}  // namespace todod::store::postgres
