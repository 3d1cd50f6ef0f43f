#include "store/postgres/turns.hpp"

#include "base/error.hpp"
#include "store/postgres/kept_answers.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Connection;
using db::postgres::Json;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Message;

namespace {

/// The end of a statement whose CTE `turn` has the columns user_id, id and position: keeps them
/// under the key $5 for the request $6, in place of what has expired.
constexpr std::string_view keep_claim =
    ", claim AS (INSERT INTO idempotency_keys"
    " (user_id, operation, key, fingerprint, answer, created_at)"
    " SELECT t.user_id, 'chat_turn', $5, $6,"
    " json_build_object('conversation_id', t.id, 'position', t.position), $3 FROM turn t"
    " ON CONFLICT (user_id, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
    " answer = excluded.answer, created_at = excluded.created_at)";

constexpr std::string_view give_place = " SELECT id, position FROM turn";

/// $1 user, $2 title, $3 now, $4 content.
constexpr std::string_view begin_conversation =
    "WITH turn AS (UPDATE users SET last_conversation = last_conversation + 1 WHERE user_id = $1"
    " RETURNING user_id, last_conversation AS id, 1::int8 AS position),"
    " made AS (INSERT INTO conversations"
    " (user_id, id, title, last_turn, message_count, created_at, updated_at)"
    " SELECT t.user_id, t.id, $2, 1, 1, $3, $3 FROM turn t),"
    " said AS (INSERT INTO messages (user_id, conversation_id, position, content, created_at)"
    " SELECT t.user_id, t.id, t.position, $4, $3 FROM turn t)";

/// $1 user, $2 conversation, $3 now, $4 content. Whoever removes the account or the conversation
/// locks the user's row first: a message goes in before that and is erased along, or not at all.
constexpr std::string_view go_on =
    "WITH owner AS (SELECT u.user_id FROM users u WHERE u.user_id = $1 FOR KEY SHARE),"
    " turn AS (UPDATE conversations c SET last_turn = c.last_turn + 1,"
    " message_count = c.message_count + 1, updated_at = greatest(c.updated_at, $3)"
    " FROM owner o WHERE c.user_id = $1 AND c.id = $2"
    " RETURNING c.user_id, c.id, 2 * c.last_turn - 1 AS position, c.updated_at),"
    " said AS (INSERT INTO messages (user_id, conversation_id, position, content, created_at)"
    " SELECT t.user_id, t.id, t.position, $4, t.updated_at FROM turn t)";

/// Stores the message, and with a key what is kept of it.
Command store_message(const std::string& user_id, const NewTurn& turn)
{
    static const std::string begin = fmt::format("{}{}", begin_conversation, give_place);
    static const std::string begin_once =
        fmt::format("{}{}{}", begin_conversation, keep_claim, give_place);
    static const std::string more = fmt::format("{}{}", go_on, give_place);
    static const std::string more_once = fmt::format("{}{}{}", go_on, keep_claim, give_place);

    const bool once = turn.idempotency.has_value();
    Command command;
    if (turn.conversation_id) {
        command = {once ? more_once : more,
                   Parameters::of(user_id, *turn.conversation_id, turn.now, turn.content),
                   once ? "begin_turn_once" : "begin_turn"};
    } else {
        command = {once ? begin_once : begin,
                   Parameters::of(user_id, turn.title, turn.now, turn.content),
                   once ? "begin_conversation_once" : "begin_conversation"};
    }
    if (once) {
        command.parameters.add(turn.idempotency->key);
        command.parameters.add(turn.idempotency->fingerprint);
    }
    return command;
}

/// What was said before the newest message of the user's in a conversation whose row is locked.
Command find_history(const std::string& user_id, std::int64_t conversation_id)
{
    return {
        "SELECT m.conversation_id, m.position, m.content, m.tool_calls, m.created_at, m.state"
        " FROM conversations c JOIN messages m ON m.user_id = c.user_id"
        " AND m.conversation_id = c.id AND m.position < 2 * c.last_turn - 1"
        " WHERE c.user_id = $1 AND c.id = $2 ORDER BY m.position DESC LIMIT $3",
        Parameters::of(user_id, conversation_id, store::Conversations::max_history),
        "find_history"};
}

Command find_history_before(const std::string& user_id, const TurnClaim& claim)
{
    return {
        "SELECT m.conversation_id, m.position, m.content, m.tool_calls, m.created_at, m.state"
        " FROM messages m WHERE m.user_id = $1 AND m.conversation_id = $2 AND m.position < $3"
        " ORDER BY m.position DESC LIMIT $4",
        Parameters::of(user_id, claim.conversation_id, claim.position,
                       store::Conversations::max_history),
        "find_history_before"};
}

/// Of the newest first.
std::vector<Message> read_history(const Rows& rows)
{
    std::vector<Message> history;
    for (int row = rows.size() - 1; row >= 0; --row) {
        history.push_back(read_message(rows, row));
        history.back().state = rows.find<std::string>(row, 5).value_or("");
    }
    return history;
}

/// Begins the transaction of a request with a key. The user's row stays locked, and with it what
/// is kept: the third statement gives it for the request and for its turn, the fourth whether the
/// turn's message is still there.
std::vector<Command> look_for_earlier(const std::string& user_id, const Idempotency& chat,
                                      const Idempotency& claim)
{
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back({"SELECT 1 FROM users WHERE user_id = $1 FOR NO KEY UPDATE",
                        Parameters::of(user_id), "lock_user_for_turn"});
    commands.push_back(find_answers({{user_id, &chat}, {user_id, &claim}}));
    commands.push_back(
        {"SELECT 1 FROM idempotency_keys k JOIN messages m ON m.user_id = k.user_id"
         " AND m.conversation_id = (k.answer ->> 'conversation_id')::int8"
         " AND m.position = (k.answer ->> 'position')::int8"
         " WHERE k.user_id = $1 AND k.operation = 'chat_turn' AND k.key = $2",
         Parameters::of(user_id, claim.key), "find_claimed_message"});
    return commands;
}

bool is_kept(const std::optional<KeptAnswer>& kept, const Idempotency& request)
{
    if (!kept || kept->created_at <= last_expired(request.now)) return false;
    check_fingerprint(request, kept->fingerprint);
    return true;
}

/// From now on it is the turn of whoever has asked again.
base::Async<Turn> take_over(Connection& connection, std::string user_id, Idempotency request,
                            TurnClaim claim)
{
    std::vector<Command> commands;
    commands.push_back(
        {"UPDATE idempotency_keys SET created_at = $3"
         " WHERE user_id = $1 AND operation = 'chat_turn' AND key = $2",
         Parameters::of(user_id, request.key, request.now), "take_turn_over"});
    commands.push_back(find_history_before(user_id, claim));
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await connection.run(std::move(commands));
    co_return Turn{claim.conversation_id, claim.position, read_history(rows[1])};
}

/// Leaves the transaction open where it gives nothing.
base::Async<std::optional<BegunTurn>> find_earlier(Connection& connection, std::string user_id,
                                                   const NewTurn& turn)
{
    const Idempotency& chat = *turn.idempotency;
    const Idempotency request = claim_request(chat);
    const std::vector<Rows> rows =
        co_await connection.run(look_for_earlier(user_id, chat, request));
    auto kept = read_answers(rows[2], 2);
    if (is_kept(kept[0], chat)) co_return ReplayedTurn{std::move(kept[0]->answer)};
    if (!is_kept(kept[1], request) || rows[3].size() == 0) co_return std::nullopt;
    check_is_abandoned(*kept[1], turn);
    co_return co_await take_over(connection, user_id, request, claim_of(kept[1]->answer));
}

/// $1 user, $2 conversation, $3 position, $4 now, $5 content, $6 tool calls, $7 state.
constexpr std::string_view store_answer =
    "WITH turn AS (UPDATE conversations c SET message_count = c.message_count + 1,"
    " updated_at = greatest(c.updated_at, $4) WHERE c.user_id = $1 AND c.id = $2"
    " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.user_id = $1 AND m.conversation_id = $2"
    " AND m.position = $3) RETURNING c.user_id, c.id, c.updated_at),"
    " said AS (INSERT INTO messages"
    " (user_id, conversation_id, position, content, tool_calls, state, created_at)"
    " SELECT t.user_id, t.id, $3, $5, $6, $7, t.updated_at FROM turn t)";

/// $8 key, $9 fingerprint, $10 answer.
constexpr std::string_view keep_reply =
    ", kept AS (INSERT INTO idempotency_keys"
    " (user_id, operation, key, fingerprint, answer, created_at)"
    " SELECT t.user_id, $11, $8, $9, $10, $4 FROM turn t"
    " ON CONFLICT (user_id, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
    " answer = excluded.answer, created_at = excluded.created_at)";

}  // namespace

Message read_message(const Rows& rows, int row)
{
    Message message{
        .role = role_at(rows.get<std::int64_t>(row, 1)),
        .content = rows.get<std::string>(row, 2),
        .timestamp = rows.get<base::Instant>(row, 4),
        .conversation_id = rows.get<std::int64_t>(row, 0),
    };
    if (auto tool_calls = rows.find<std::string>(row, 3)) {
        message.tool_calls.json = std::move(*tool_calls);
    }
    return message;
}

base::Async<std::optional<BegunTurn>> begin_turn(Connection& connection, const std::string& user_id,
                                                 const NewTurn& turn)
{
    std::vector<Command> commands;
    if (turn.idempotency) {
        auto earlier = co_await find_earlier(connection, user_id, turn);
        if (earlier) co_return earlier;
    } else {
        commands.push_back({.sql = "BEGIN"});
    }
    const std::size_t stored = commands.size();
    commands.push_back(store_message(user_id, turn));
    // Its snapshot begins when the conversation's row is locked: it sees what was said meanwhile.
    if (turn.conversation_id) commands.push_back(find_history(user_id, *turn.conversation_id));
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await connection.run(std::move(commands));
    const Rows& place = rows[stored];
    if (place.size() == 0) {
        if (turn.conversation_id) co_return std::nullopt;
        throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
    }
    Turn begun{.conversation_id = place.get<std::int64_t>(0, 0),
               .position = place.get<std::int64_t>(0, 1)};
    if (turn.conversation_id) begun.history = read_history(rows[stored + 1]);
    co_return begun;
}

base::Async<TurnEnd> end_turn(Connection& connection, const std::string& user_id,
                              std::int64_t conversation_id, std::int64_t position,
                              const TurnAnswer& answer)
{
    static const std::string plain = fmt::format("{} SELECT 1 FROM turn", store_answer);
    static const std::string once =
        fmt::format("{}{} SELECT 1 FROM turn", store_answer, keep_reply);
    std::optional<std::string> tool_calls;
    if (answer.tool_calls != types::ToolCalls{}) tool_calls = answer.tool_calls.json;
    std::optional<std::string> state;
    if (!answer.state.empty()) state = answer.state;

    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(
        {"WITH owner AS (SELECT u.user_id FROM users u WHERE u.user_id = $1 FOR KEY SHARE)"
         " SELECT 1 FROM owner o JOIN conversations c ON c.user_id = $1 AND c.id = $2"
         " FOR NO KEY UPDATE OF c",
         Parameters::of(user_id, conversation_id), "lock_turn"});
    Command store{answer.idempotency ? once : plain,
                  Parameters::of(user_id, conversation_id, position + 1, answer.now, answer.content,
                                 tool_calls, state),
                  answer.idempotency ? "end_turn_once" : "end_turn"};
    if (const auto& request = answer.idempotency) {
        store.parameters.add(request->key);
        store.parameters.add(request->fingerprint);
        store.parameters.add(Json{answer.kept});
        store.parameters.add(request->operation);
    }
    commands.push_back(std::move(store));
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await connection.run(std::move(commands));
    if (rows[1].size() == 0) co_return TurnEnd::gone;
    co_return rows[2].size() == 0 ? TurnEnd::answered : TurnEnd::stored;
}

}  // namespace todod::store::postgres
