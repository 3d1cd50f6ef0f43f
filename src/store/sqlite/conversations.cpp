#include "store/sqlite/conversations.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::Conversation;
using types::Message;

namespace {

/// How much one write erases.
constexpr std::int64_t erased_at_once = 1000;

/// A turn that has its place, and when its message counts as stored.
struct Place {
    std::int64_t user_key = 0;
    std::int64_t conversation_id = 0;
    std::int64_t position = 0;
    std::int64_t stored_at = 0;
};

/// Of the present row, whose columns from 0 on are conversation_id, position, content, tool_calls,
/// created_at.
Message read_message(const Rows& rows)
{
    Message message{
        .role = role_at(rows.integer(1)),
        .content = std::string{rows.text(2)},
        .timestamp = to_instant(rows.integer(4)),
        .conversation_id = rows.integer(0),
    };
    if (!rows.is_null(3)) message.tool_calls.json = rows.text(3);
    return message;
}

Place make_conversation(Connection& connection, const std::string& user_id, const NewTurn& turn)
{
    Place place{.position = 1, .stored_at = to_integer(turn.now)};
    {
        auto rows = connection.query(
            "UPDATE users SET last_conversation = last_conversation + 1 WHERE user_id = ?1"
            " RETURNING user_key, last_conversation",
            {user_id});
        if (!rows.step()) {
            throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
        }
        place.user_key = rows.integer(0);
        place.conversation_id = rows.integer(1);
    }
    connection.run(
        "INSERT INTO conversations"
        " (user_key, id, title, last_turn, message_count, created_at, updated_at)"
        " VALUES (?1, ?2, ?3, 1, 1, ?4, ?4)",
        {place.user_key, place.conversation_id, turn.title, place.stored_at});
    return place;
}

/// Nothing when there is no such conversation.
std::optional<Place> take_place(Connection& connection, const std::string& user_id,
                                const NewTurn& turn)
{
    if (!turn.conversation_id) return make_conversation(connection, user_id, turn);
    auto rows = connection.query(
        "UPDATE conversations SET last_turn = last_turn + 1, message_count = message_count + 1,"
        " updated_at = max(updated_at, ?3)"
        " WHERE user_key = (SELECT user_key FROM users WHERE user_id = ?1) AND id = ?2"
        " RETURNING user_key, last_turn, updated_at",
        {user_id, *turn.conversation_id, to_integer(turn.now)});
    if (!rows.step()) return std::nullopt;
    return Place{rows.integer(0), *turn.conversation_id, 2 * rows.integer(1) - 1, rows.integer(2)};
}

Turn read_turn(Connection& connection, const std::string& user_id, std::int64_t conversation_id,
               std::int64_t position)
{
    Turn turn{.conversation_id = conversation_id, .position = position};
    if (position == 1) return turn;
    auto rows = connection.query(
        "SELECT m.conversation_id, m.position, m.content, m.tool_calls, m.created_at, m.state"
        " FROM users u JOIN messages m ON m.user_key = u.user_key AND m.conversation_id = ?2"
        " AND m.position < ?3 WHERE u.user_id = ?1 ORDER BY m.position DESC LIMIT ?4",
        {user_id, conversation_id, position, store::Conversations::max_history});
    while (rows.step()) {
        turn.history.push_back(read_message(rows));
        turn.history.back().state = rows.text(5);
    }
    std::ranges::reverse(turn.history);
    return turn;
}

bool has_message(Connection& connection, const std::string& user_id, const TurnClaim& claim)
{
    return connection
        .query(
            "SELECT 1 FROM users u JOIN messages m ON m.user_key = u.user_key"
            " AND m.conversation_id = ?2 AND m.position = ?3 WHERE u.user_id = ?1",
            {user_id, claim.conversation_id, claim.position})
        .step();
}

/// What has become of an earlier request with the same key, if it is still there.
std::optional<BegunTurn> find_earlier(Connection& connection, const std::string& user_id,
                                      const NewTurn& turn)
{
    if (!turn.idempotency) return std::nullopt;
    if (auto answered = find_answer(connection, user_id, *turn.idempotency)) {
        return ReplayedTurn{std::move(answered->answer)};
    }
    const Idempotency request = claim_request(*turn.idempotency);
    const auto kept = find_answer(connection, user_id, request);
    if (!kept) return std::nullopt;
    const TurnClaim claim = claim_of(kept->answer);
    if (!has_message(connection, user_id, claim)) return std::nullopt;
    check_is_abandoned(*kept, turn);
    keep_answer(connection, user_id, request, kept->answer);  // from now on it is this one's
    return read_turn(connection, user_id, claim.conversation_id, claim.position);
}

/// Runs SQL of the user's newest messages, which begins with the columns of read_message; oldest
/// first.
std::vector<Message> read_messages(Connection& connection, std::string_view sql,
                                   std::initializer_list<db::sqlite::Value> parameters)
{
    std::vector<Message> messages;
    auto rows = connection.query(sql, parameters);
    while (rows.step())
        messages.push_back(read_message(rows));
    std::ranges::reverse(messages);
    return messages;
}

/// A page of those that `where` lets through, the newest by `order`; no more of it than
/// max_page_bytes, but one at least.
std::string page_sql(std::string_view where, std::string_view order)
{
    return fmt::format(
        "SELECT m.conversation_id, m.position, c.content, c.tool_calls, m.created_at FROM"
        " (SELECT m.*, sum(m.size) OVER (ORDER BY {1} ROWS UNBOUNDED PRECEDING) AS bytes FROM"
        " (SELECT m.user_key, m.conversation_id, m.position, m.created_at,"
        " length(CAST(m.content AS BLOB)) + coalesce(length(CAST(m.tool_calls AS BLOB)), 0) AS size"
        " FROM users u JOIN messages m ON m.user_key = u.user_key{0}"
        " WHERE u.user_id = ?1 ORDER BY {1} LIMIT ?2 OFFSET ?3) m) m"
        " JOIN messages c ON c.user_key = m.user_key AND c.conversation_id = m.conversation_id"
        " AND c.position = m.position WHERE m.bytes <= ?4 OR m.bytes = m.size ORDER BY {1}",
        where, order);
}

MessagePage list_all_messages(Connection& connection, const std::string& user_id,
                              const types::ListMessages& query)
{
    static const std::string sql =
        page_sql("", "m.created_at DESC, m.conversation_id DESC, m.position DESC");
    MessagePage page;
    page.messages = read_messages(
        connection, sql, {user_id, query.limit, query.skip, store::Conversations::max_page_bytes});
    auto rows = connection.query(
        "SELECT coalesce(sum(c.message_count), 0) FROM users u"
        " JOIN conversations c ON c.user_key = u.user_key WHERE u.user_id = ?1",
        {user_id});
    if (rows.step()) page.total = rows.integer(0);
    return page;
}

std::optional<MessagePage> list_messages(Connection& connection, const std::string& user_id,
                                         const types::ListMessages& query)
{
    if (!query.conversation_id) return list_all_messages(connection, user_id, query);
    static const std::string sql = page_sql(" AND m.conversation_id = ?5", "m.position DESC");
    MessagePage page;
    {
        auto rows = connection.query(
            "SELECT c.message_count FROM users u"
            " JOIN conversations c ON c.user_key = u.user_key AND c.id = ?2 WHERE u.user_id = ?1",
            {user_id, *query.conversation_id});
        if (!rows.step()) return std::nullopt;
        page.total = rows.integer(0);
    }
    page.messages = read_messages(connection, sql,
                                  {user_id, query.limit, query.skip,
                                   store::Conversations::max_page_bytes, *query.conversation_id});
    return page;
}

ConversationPage list_conversations(Connection& connection, const std::string& user_id,
                                    const types::ListConversations& query)
{
    ConversationPage page;
    {
        auto rows = connection.query(
            "SELECT c.id, c.title, c.created_at, c.updated_at, c.message_count,"
            " (SELECT substr(m.content, 1, ?4) FROM messages m WHERE m.user_key = c.user_key"
            " AND m.conversation_id = c.id ORDER BY m.position DESC LIMIT 1)"
            " FROM users u JOIN conversations c ON c.user_key = u.user_key WHERE u.user_id = ?1"
            " ORDER BY c.updated_at DESC, c.id DESC LIMIT ?2 OFFSET ?3",
            {user_id, query.limit, query.skip, store::Conversations::max_preview});
        while (rows.step()) {
            page.conversations.push_back(Conversation{
                .id = rows.integer(0),
                .title = std::string{rows.text(1)},
                .created_at = to_instant(rows.integer(2)),
                .updated_at = to_instant(rows.integer(3)),
                .message_count = rows.integer(4),
                .last_message = rows.maybe_text(5),
            });
        }
    }
    auto rows = connection.query(
        "SELECT count(*) FROM users u JOIN conversations c ON c.user_key = u.user_key"
        " WHERE u.user_id = ?1",
        {user_id});
    if (rows.step()) page.total = rows.integer(0);
    return page;
}

void insert_message(Connection& connection, const Place& place, const std::string& content,
                    std::optional<std::string_view> tool_calls,
                    std::optional<std::string_view> state)
{
    connection.run(
        "INSERT INTO messages"
        " (user_key, conversation_id, position, content, tool_calls, state, created_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        {place.user_key, place.conversation_id, place.position, content, tool_calls, state,
         place.stored_at});
}

/// Where an answer to the message at `position` is to be stored.
TurnEnd find_place(Connection& connection, const std::string& user_id, Place& place)
{
    auto rows = connection.query(
        "SELECT u.user_key, EXISTS (SELECT 1 FROM messages m WHERE m.user_key = u.user_key"
        " AND m.conversation_id = ?2 AND m.position = ?3)"
        " FROM users u JOIN conversations c ON c.user_key = u.user_key AND c.id = ?2"
        " WHERE u.user_id = ?1",
        {user_id, place.conversation_id, place.position});
    if (!rows.step()) return TurnEnd::gone;
    place.user_key = rows.integer(0);
    return rows.integer(1) != 0 ? TurnEnd::answered : TurnEnd::stored;
}

std::int64_t take_time(Connection& connection, const Place& place, base::Instant now)
{
    auto rows = connection.query(
        "UPDATE conversations SET message_count = message_count + 1,"
        " updated_at = max(updated_at, ?3) WHERE user_key = ?1 AND id = ?2 RETURNING updated_at",
        {place.user_key, place.conversation_id, to_integer(now)});
    return rows.step() ? rows.integer(0) : to_integer(now);
}

}  // namespace

base::Async<std::optional<BegunTurn>> Conversations::begin_turn(std::string user_id, NewTurn turn)
{
    co_return co_await writer_.write([&](Connection& connection) -> std::optional<BegunTurn> {
        if (auto earlier = find_earlier(connection, user_id, turn)) return earlier;
        const auto place = take_place(connection, user_id, turn);
        if (!place) return std::nullopt;
        insert_message(connection, *place, turn.content, std::nullopt, std::nullopt);
        if (turn.idempotency) {
            keep_answer(connection, user_id, claim_request(*turn.idempotency),
                        to_answer(TurnClaim{place->conversation_id, place->position}));
        }
        return read_turn(connection, user_id, place->conversation_id, place->position);
    });
}

base::Async<TurnEnd> Conversations::end_turn(std::string user_id, std::int64_t conversation_id,
                                             std::int64_t position, TurnAnswer answer)
{
    co_return co_await writer_.write([&](Connection& connection) {
        Place place{.conversation_id = conversation_id, .position = position + 1};
        const TurnEnd outcome = find_place(connection, user_id, place);
        if (outcome != TurnEnd::stored) return outcome;
        place.stored_at = take_time(connection, place, answer.now);
        const types::ToolCalls none;
        std::optional<std::string_view> tool_calls;
        if (answer.tool_calls != none) tool_calls = answer.tool_calls.json;
        std::optional<std::string_view> state;
        if (!answer.state.empty()) state = answer.state;
        insert_message(connection, place, answer.content, tool_calls, state);
        if (answer.idempotency) {
            keep_answer(connection, user_id, *answer.idempotency, answer.kept);
        }
        return outcome;
    });
}

base::Async<void> Conversations::leave_turn(std::string user_id, Idempotency idempotency,
                                            std::chrono::milliseconds timeout)
{
    co_await writer_.write([&](Connection& connection) {
        connection.run(
            "UPDATE idempotency_keys SET created_at = ?5"
            " WHERE user_key = (SELECT user_key FROM users WHERE user_id = ?1)"
            " AND operation = ?2 AND key = ?3 AND created_at = ?4",
            {user_id, TurnClaim::operation, idempotency.key, to_integer(idempotency.now),
             to_integer(idempotency.now - timeout)});
    });
}

base::Async<ConversationPage> Conversations::list(std::string user_id,
                                                  types::ListConversations query)
{
    co_return co_await reader_.read(
        [&](Connection& connection) { return list_conversations(connection, user_id, query); });
}

base::Async<std::optional<MessagePage>> Conversations::history(std::string user_id,
                                                               types::ListMessages query)
{
    co_return co_await reader_.read(
        [&](Connection& connection) { return list_messages(connection, user_id, query); });
}

base::Async<bool> Conversations::remove(std::string user_id, std::int64_t conversation_id)
{
    // In pieces, so that nobody else's write waits for long. One that is cut short by a crash has
    // not been answered, and can be asked for again.
    bool is_there = false;
    for (bool done = false; !done;) {
        done = co_await writer_.write([&](Connection& connection) {
            is_there = is_there || connection
                                       .query(
                                           "SELECT 1 FROM users u JOIN conversations c"
                                           " ON c.user_key = u.user_key AND c.id = ?2"
                                           " WHERE u.user_id = ?1",
                                           {user_id, conversation_id})
                                       .step();
            return !is_there || erase_conversations(connection, user_id, conversation_id,
                                                    conversation_id, erased_at_once);
        });
    }
    co_return is_there;
}

base::Async<void> Conversations::clear(std::string user_id)
{
    std::optional<std::int64_t> last;
    for (bool done = false; !done;) {
        done = co_await writer_.write([&](Connection& connection) {
            if (!last) {
                auto rows = connection.query(
                    "SELECT last_conversation FROM users WHERE user_id = ?1", {user_id});
                if (!rows.step()) return true;
                last = rows.integer(0);
            }
            return erase_conversations(connection, user_id, 1, *last, erased_at_once);
        });
    }
}

bool erase_conversations(Connection& connection, const std::string& user_id, std::int64_t first,
                         std::int64_t last, std::int64_t limit)
{
    const std::int64_t messages = connection.run(
        "DELETE FROM messages WHERE (user_key, conversation_id, position) IN"
        " (SELECT m.user_key, m.conversation_id, m.position FROM users u JOIN messages m"
        " ON m.user_key = u.user_key AND m.conversation_id BETWEEN ?2 AND ?3"
        " WHERE u.user_id = ?1 LIMIT ?4)",
        {user_id, first, last, limit});
    if (messages == limit) return false;
    return connection.run(
               "DELETE FROM conversations WHERE (user_key, id) IN"
               " (SELECT c.user_key, c.id FROM users u JOIN conversations c"
               " ON c.user_key = u.user_key AND c.id BETWEEN ?2 AND ?3"
               " WHERE u.user_id = ?1 LIMIT ?4)",
               {user_id, first, last, limit}) < limit;
}

}  // namespace todod::store::sqlite
