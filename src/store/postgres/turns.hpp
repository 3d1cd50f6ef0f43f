#pragma once

#include <optional>
#include <string>

#include "db/postgres/connection.hpp"
#include "store/conversations.hpp"

namespace todod::store::postgres {

/// Of a row whose columns are conversation_id, position, content, tool_calls, created_at.
types::Message read_message(const db::postgres::Rows& rows, int row);

/// See Conversations::begin_turn and end_turn. One transaction each, which is sent at once; with a
/// key a turn begins in two steps, the first of which locks its user's row. Rows are locked in one
/// order: the user's, then the conversation's. Both references are the awaiting caller's.
base::Async<std::optional<BegunTurn>> begin_turn(db::postgres::Connection& connection,
                                                 const std::string& user_id, const NewTurn& turn);
base::Async<TurnEnd> end_turn(db::postgres::Connection& connection, const std::string& user_id,
                              std::int64_t conversation_id, std::int64_t position,
                              const TurnAnswer& answer);

}  // namespace todod::store::postgres
