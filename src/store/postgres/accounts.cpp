#include "store/postgres/accounts.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/postgres/conversations.hpp"
#include "store/postgres/kept_answers.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Account;

namespace {

/// How many tasks, changes, kept answers, messages and so on, of each, one write erases. What is
/// kept within limits of its own (keys, tokens, webhooks and their dead letters) goes all at once.
constexpr std::int64_t erased_at_once = 1000;

/// No conversation comes after it.
constexpr std::int64_t last_conversation = std::numeric_limits<std::int64_t>::max();

/// Rounds in which nothing is erased, though something is left: others are erasing it.
constexpr int max_idle_rounds = 10;

constexpr std::string_view account_columns =
    "u.user_id, u.name, u.email, u.password_hash, u.generation, u.tokens_valid_from, u.created_at";

std::optional<Account> read_account(const Rows& rows)
{
    if (rows.size() == 0) return std::nullopt;
    return Account{
        .user_id = rows.get<std::string>(0, 0),
        .name = rows.find<std::string>(0, 1),
        .email = rows.find<std::string>(0, 2),
        .password_hash = rows.find<std::string>(0, 3),
        .created_at = rows.get<base::Instant>(0, 6),
        .generation = rows.get<std::int64_t>(0, 4),
        .tokens_valid_from = rows.find<base::Instant>(0, 5),
    };
}

/// Of user $1: whether what is erased in pieces is gone.
constexpr std::string_view is_empty =
    "task_count = 0"
    " AND NOT EXISTS (SELECT 1 FROM changes l WHERE l.user_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM trash d WHERE d.user_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.user_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.user_id = $1)";

/// A piece of what a user has.
void add_erase_piece(std::vector<Command>& commands, const std::string& user_id)
{
    commands.push_back(
        {"WITH erased AS (DELETE FROM tasks WHERE user_id = $1 AND number = ANY (ARRAY"
         " (SELECT t.number FROM tasks t WHERE t.user_id = $1"
         " ORDER BY t.number LIMIT $2)) RETURNING 1)"
         " UPDATE users SET task_count = task_count"
         " - (SELECT count(*) FROM erased) WHERE user_id = $1"
         " RETURNING (SELECT count(*) FROM erased)",
         Parameters::of(user_id, erased_at_once), "erase_tasks"});
    commands.push_back(
        {"DELETE FROM changes WHERE user_id = $1 AND seq = ANY (ARRAY"
         " (SELECT l.seq FROM changes l WHERE l.user_id = $1"
         " ORDER BY l.seq LIMIT $2))",
         Parameters::of(user_id, erased_at_once), "erase_changes"});
    commands.push_back(
        {"DELETE FROM trash WHERE user_id = $1 AND number = ANY (ARRAY"
         " (SELECT d.number FROM trash d WHERE d.user_id = $1"
         " ORDER BY d.number LIMIT $2))",
         Parameters::of(user_id, erased_at_once), "erase_trash"});
    commands.push_back(
        {erase_answers_sql, Parameters::of(user_id, erased_at_once), "erase_answers"});
    add_erase_conversations(commands, user_id, 1, last_conversation, erased_at_once);
}

/// Where erase_commands goes on with what goes last, once all else is gone.
constexpr std::size_t first_of_an_empty_account = 8;

/// One transaction. Its third statement gives how many tasks it has erased, the one before the
/// last whether the user is still there: how much was erased does not tell, since others erase
/// answers that have expired.
std::vector<Command> erase_commands(const std::string& user_id, base::Instant now)
{
    static const std::string remove_email = fmt::format(
        "DELETE FROM user_emails e USING users u WHERE u.user_id = $1"
        " AND e.user_id = u.user_id AND {}",
        is_empty);
    static const std::string remove_tokens = fmt::format(
        "WITH gone AS (DELETE FROM tokens t USING users u WHERE u.user_id = $1"
        " AND t.user_id = u.user_id AND {} RETURNING t.id)"
        " DELETE FROM token_hashes h USING gone g WHERE h.user_id = $1 AND h.id = g.id",
        is_empty);
    static const std::string remove_user = fmt::format(
        "WITH gone AS (DELETE FROM users WHERE user_id = $1 AND {} RETURNING user_id)"
        " INSERT INTO deleted_users (user_id, deleted_at)"
        " SELECT user_id, $2 FROM gone ON CONFLICT DO NOTHING",
        is_empty);
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back({"SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE",
                        Parameters::of(user_id), "lock_user"});
    add_erase_piece(commands, user_id);
    commands.push_back(
        {"DELETE FROM api_keys WHERE user_id = $1", Parameters::of(user_id), "remove_api_keys"});
    commands.push_back(
        {"WITH letters AS (DELETE FROM webhook_dead_letters WHERE user_id = $1)"
         " DELETE FROM webhooks WHERE user_id = $1",
         Parameters::of(user_id), "remove_webhooks"});
    commands.push_back({remove_email, Parameters::of(user_id), "remove_email"});
    commands.push_back({remove_tokens, Parameters::of(user_id), "remove_tokens"});
    commands.push_back({remove_user, Parameters::of(user_id, now), "remove_user"});
    commands.push_back(
        {"SELECT 1 FROM users WHERE user_id = $1", Parameters::of(user_id), "find_user_left"});
    commands.push_back({.sql = "COMMIT"});
    return commands;
}

}  // namespace

base::Async<std::optional<Account>> Accounts::find(std::string user_id)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM users u WHERE u.user_id = $1", account_columns);
    co_return read_account(
        co_await statements_.run({sql, Parameters::of(user_id), "find_account"}));
}

base::Async<std::optional<Account>> Accounts::find_by_email(std::string email)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM user_emails e JOIN users u ON u.user_id = e.user_id"
        " WHERE e.email_folded = $1",
        account_columns);
    co_return read_account(co_await statements_.run(
        {sql, Parameters::of(base::fold_case(email)), "find_account_by_email"}));
}

std::optional<Standing> Accounts::recall_standing(const std::string& user_id)
{
    return standings_.find(user_id);
}

base::Async<std::optional<Standing>> Accounts::find_standing(std::string user_id)
{
    FindStanding request{{}, std::move(user_id)};
    co_await gathers_.standings.ask(request, request.user_id, loop_);
    standings_.remember(request.user_id, request.standing);
    co_return request.standing;
}

base::Async<std::optional<Standing>> Accounts::ensure(std::string user_id, base::Instant now)
{
    // Asked first: a deleted user's token must not keep the database writing.
    const Rows deleted = co_await statements_.run({"SELECT 1 FROM deleted_users WHERE user_id = $1",
                                                   Parameters::of(user_id), "find_deleted_user"});
    if (deleted.size() > 0) co_return std::nullopt;
    // Each statement sees what was committed before it: of an account that goes meanwhile the
    // INSERT may have waited for the end, and the DELETE knows of it.
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back(
        {"INSERT INTO users (user_id, created_at) VALUES ($1, $2)"
         " ON CONFLICT DO NOTHING",
         Parameters::of(user_id, now), "ensure_user"});
    commands.push_back(
        {"DELETE FROM users WHERE user_id = $1"
         " AND EXISTS (SELECT 1 FROM deleted_users d WHERE d.user_id = $1)",
         Parameters::of(user_id), "remove_deleted_user"});
    commands.push_back({"SELECT generation, tokens_valid_from FROM users WHERE user_id = $1",
                        Parameters::of(user_id), "find_standing"});
    commands.push_back({.sql = "COMMIT"});
    const std::vector<Rows> rows = co_await statements_.run(std::move(commands));
    if (rows[3].size() == 0) co_return std::nullopt;
    const Standing standing = read_standing(rows[3], 0, 0);
    standings_.remember(user_id, standing);
    co_return standing;
}

base::Async<void> Accounts::create(Account account)
{
    std::optional<std::string> folded;
    if (account.email) folded = base::fold_case(*account.email);
    const Rows rows = co_await statements_.run(
        {"WITH free AS (INSERT INTO user_emails (email_folded, user_id)"
         " SELECT $1, $2 WHERE $1 IS NOT NULL ON CONFLICT DO NOTHING RETURNING 1)"
         " INSERT INTO users (user_id, name, email, password_hash, created_at)"
         " SELECT $2, $3, $4, $5, $6 WHERE $1 IS NULL OR EXISTS (SELECT 1 FROM free)",
         Parameters::of(folded, account.user_id, account.name, account.email, account.password_hash,
                        account.created_at),
         "create_account"});
    if (rows.changed() == 0) {
        throw base::Error{base::ErrorCode::bad_request,
                          "There is an account with this e-mail already."};
    }
}

base::Async<bool> Accounts::change_password(std::string user_id, std::int64_t generation,
                                            std::string hash, base::Instant now)
{
    const Rows rows = co_await statements_.run(
        {"UPDATE users SET password_hash = $3, generation = generation + 1, tokens_valid_from = $4"
         " WHERE user_id = $1 AND generation = $2",
         Parameters::of(user_id, generation, hash, now), "change_password"});
    co_return rows.changed() == 1;
}

base::Async<void> Accounts::replace_hash(std::string user_id, std::string old_hash,
                                         std::string new_hash)
{
    co_await statements_.run(
        {"UPDATE users SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2",
         Parameters::of(user_id, old_hash, new_hash), "replace_hash"});
}

base::Async<std::vector<types::AccountSummary>> Accounts::list_all()
{
    const Rows rows = co_await statements_.run(
        {.sql = "SELECT user_id, name, email, task_count, created_at FROM users"
                " ORDER BY created_at, user_id"});
    std::vector<types::AccountSummary> accounts;
    accounts.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        accounts.push_back({rows.get<std::string>(row, 0), rows.find<std::string>(row, 1),
                            rows.find<std::string>(row, 2), rows.get<std::int64_t>(row, 3),
                            rows.get<base::Instant>(row, 4)});
    }
    co_return accounts;
}

base::Async<void> Accounts::remove(std::string user_id, base::Instant now)
{
    // In pieces, so that no statement takes long. One that is cut short by a crash has not been
    // answered, and can be asked for again.
    int idle_rounds = 0;
    for (bool is_gone = false; !is_gone;) {
        const std::vector<Rows> rows = co_await statements_.run(erase_commands(user_id, now));
        is_gone = rows[rows.size() - 2].size() == 0;
        std::int64_t erased = rows[2].size() == 0 ? 0 : rows[2].get<std::int64_t>(0, 0);
        for (std::size_t i = 3; i < first_of_an_empty_account; ++i)
            erased += rows[i].changed();
        idle_rounds = erased == 0 ? idle_rounds + 1 : 0;
        if (!is_gone && idle_rounds == max_idle_rounds) {
            throw base::Error{base::ErrorCode::internal, "an account cannot be erased"};
        }
    }
}

}  // namespace todod::store::postgres
