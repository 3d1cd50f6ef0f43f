#include "store/postgres/conversations.hpp"

#include "store/postgres/turns.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Connection;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Conversation;
using types::Message;

namespace {

/// How much one write erases.
constexpr std::int64_t erased_at_once = 1000;

/// A page of those that `where` lets through, the newest by `order`; no more of it than
/// max_page_bytes, but one at least.
std::string page_sql(std::string_view where, std::string_view order)
{
    return fmt::format(
        "SELECT m.conversation_id, m.position, c.content, c.tool_calls, m.created_at FROM"
        " (SELECT m.*, sum(m.size) OVER (ORDER BY {1} ROWS UNBOUNDED PRECEDING) AS bytes FROM"
        " (SELECT m.conversation_id, m.position, m.created_at,"
        " octet_length(m.content) + coalesce(octet_length(m.tool_calls), 0) AS size"
        " FROM messages m WHERE m.user_id = $1{0} ORDER BY {1} LIMIT $2 OFFSET $3) m) m"
        " JOIN messages c ON c.user_id = $1 AND c.conversation_id = m.conversation_id"
        " AND c.position = m.position WHERE m.bytes <= $4 OR m.bytes = m.size ORDER BY {1}",
        where, order);
}

/// First how many there are, which is nothing when there is no such conversation.
std::vector<Command> list_messages(const std::string& user_id, const types::ListMessages& query)
{
    static const std::string all =
        page_sql("", "m.created_at DESC, m.conversation_id DESC, m.position DESC");
    static const std::string of_one = page_sql(" AND m.conversation_id = $5", "m.position DESC");

    auto page =
        Parameters::of(user_id, query.limit, query.skip, store::Conversations::max_page_bytes);
    std::vector<Command> commands;
    if (query.conversation_id) {
        page.add(*query.conversation_id);
        commands.push_back(
            {"SELECT c.message_count FROM conversations c WHERE c.user_id = $1 AND c.id = $2",
             Parameters::of(user_id, *query.conversation_id), "count_messages"});
        commands.push_back({of_one, std::move(page), "list_messages"});
    } else {
        commands.push_back(
            {"SELECT coalesce(sum(c.message_count), 0)::int8 FROM conversations c"
             " WHERE c.user_id = $1",
             Parameters::of(user_id), "count_all_messages"});
        commands.push_back({all, std::move(page), "list_all_messages"});
    }
    return commands;
}

std::vector<Command> list_conversations(const std::string& user_id,
                                        const types::ListConversations& query)
{
    constexpr auto max_preview = static_cast<std::int32_t>(store::Conversations::max_preview);
    std::vector<Command> commands;
    commands.push_back({"SELECT count(*) FROM conversations c WHERE c.user_id = $1",
                        Parameters::of(user_id), "count_conversations"});
    commands.push_back(
        {"SELECT p.id, p.title, p.created_at, p.updated_at, p.message_count, l.content FROM"
         " (SELECT c.id, c.title, c.created_at, c.updated_at, c.message_count"
         " FROM conversations c WHERE c.user_id = $1"
         " ORDER BY c.updated_at DESC, c.id DESC LIMIT $2 OFFSET $3) p"
         " LEFT JOIN LATERAL (SELECT left(m.content, $4) AS content FROM messages m"
         " WHERE m.user_id = $1 AND m.conversation_id = p.id ORDER BY m.position DESC LIMIT 1) l"
         " ON true ORDER BY p.updated_at DESC, p.id DESC",
         Parameters::of(user_id, query.limit, query.skip, max_preview), "list_conversations"});
    return commands;
}

Command lock_user(const std::string& user_id)
{
    return {"SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE", Parameters::of(user_id),
            "lock_user"};
}

}  // namespace

base::Async<std::optional<BegunTurn>> Conversations::begin_turn(std::string user_id, NewTurn turn)
{
    co_return co_await statements_.run_with<std::optional<BegunTurn>>(
        [&](Connection& connection) { return postgres::begin_turn(connection, user_id, turn); });
}

base::Async<TurnEnd> Conversations::end_turn(std::string user_id, std::int64_t conversation_id,
                                             std::int64_t position, TurnAnswer answer)
{
    co_return co_await statements_.run_with<TurnEnd>([&](Connection& connection) {
        return postgres::end_turn(connection, user_id, conversation_id, position, answer);
    });
}

base::Async<void> Conversations::leave_turn(std::string user_id, Idempotency idempotency,
                                            std::chrono::milliseconds timeout)
{
    co_await statements_.run(
        {"UPDATE idempotency_keys SET created_at = $5 WHERE user_id = $1"
         " AND operation = $2 AND key = $3 AND created_at = $4",
         Parameters::of(user_id, TurnClaim::operation, idempotency.key, idempotency.now,
                        idempotency.now - timeout),
         "leave_turn"});
}

base::Async<ConversationPage> Conversations::list(std::string user_id,
                                                  types::ListConversations query)
{
    const std::vector<Rows> answers = co_await statements_.run(list_conversations(user_id, query));
    const Rows& rows = answers[1];
    ConversationPage page{.total = answers[0].get<std::int64_t>(0, 0)};
    page.conversations.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        page.conversations.push_back({
            .id = rows.get<std::int64_t>(row, 0),
            .title = rows.get<std::string>(row, 1),
            .created_at = rows.get<base::Instant>(row, 2),
            .updated_at = rows.get<base::Instant>(row, 3),
            .message_count = rows.get<std::int64_t>(row, 4),
            .last_message = rows.find<std::string>(row, 5),
        });
    }
    co_return page;
}

base::Async<std::optional<MessagePage>> Conversations::history(std::string user_id,
                                                               types::ListMessages query)
{
    const std::vector<Rows> answers = co_await statements_.run(list_messages(user_id, query));
    if (answers[0].size() == 0) co_return std::nullopt;
    const Rows& rows = answers[1];
    MessagePage page{.total = answers[0].get<std::int64_t>(0, 0)};
    page.messages.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = rows.size() - 1; row >= 0; --row)
        page.messages.push_back(read_message(rows, row));
    co_return page;
}

base::Async<bool> Conversations::remove(std::string user_id, std::int64_t conversation_id)
{
    // In pieces, so that no statement takes long. One that is cut short by a crash has not been
    // answered, and can be asked for again.
    bool is_there = false;
    for (bool done = false; !done;) {
        std::vector<Command> commands;
        commands.push_back({.sql = "BEGIN"});
        commands.push_back(lock_user(user_id));
        commands.push_back({"SELECT 1 FROM conversations WHERE user_id = $1 AND id = $2",
                            Parameters::of(user_id, conversation_id), "find_conversation"});
        add_erase_conversations(commands, user_id, conversation_id, conversation_id,
                                erased_at_once);
        commands.push_back({.sql = "COMMIT"});
        const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
        is_there = is_there || rows[2].size() > 0;
        done = rows[3].changed() < erased_at_once;
    }
    co_return is_there;
}

base::Async<void> Conversations::clear(std::string user_id)
{
    const Rows last =
        co_await statements_.run({"SELECT last_conversation FROM users WHERE user_id = $1",
                                  Parameters::of(user_id), "find_last_conversation"});
    if (last.size() == 0) co_return;
    const auto last_id = last.get<std::int64_t>(0, 0);
    for (bool done = false; !done;) {
        std::vector<Command> commands;
        commands.push_back({.sql = "BEGIN"});
        commands.push_back(lock_user(user_id));
        add_erase_conversations(commands, user_id, 1, last_id, erased_at_once);
        commands.push_back({.sql = "COMMIT"});
        const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
        done = rows[2].changed() < erased_at_once && rows[3].changed() < erased_at_once;
    }
}

void add_erase_conversations(std::vector<Command>& commands, const std::string& user_id,
                             std::int64_t first, std::int64_t last, std::int64_t limit)
{
    commands.push_back(
        {"DELETE FROM messages m USING (SELECT o.conversation_id, o.position FROM messages o"
         " WHERE o.user_id = $1 AND o.conversation_id BETWEEN $2 AND $3"
         " ORDER BY o.conversation_id, o.position LIMIT $4) old WHERE m.user_id = $1"
         " AND m.conversation_id = old.conversation_id AND m.position = old.position",
         Parameters::of(user_id, first, last, limit), "erase_messages"});
    commands.push_back(
        {"DELETE FROM conversations c USING (SELECT o.id FROM conversations o"
         " WHERE o.user_id = $1 AND o.id BETWEEN $2 AND $3 AND NOT EXISTS"
         " (SELECT 1 FROM messages m WHERE m.user_id = $1 AND m.conversation_id BETWEEN $2 AND $3)"
         " ORDER BY o.id LIMIT $4) old WHERE c.user_id = $1 AND c.id = old.id",
         Parameters::of(user_id, first, last, limit), "erase_conversations"});
}

}  // namespace todod::store::postgres
