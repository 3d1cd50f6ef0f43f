#include "store/postgres/tokens.hpp"

namespace todod::store::postgres {

using db::postgres::Command;
using db::postgres::Parameters;
using db::postgres::Rows;
using types::Token;

namespace {

constexpr auto max_tokens = static_cast<std::int64_t>(Tokens::max_per_user);

/// One transaction that begins with a lock of the user's row: whoever makes another token or
/// deletes the account waits. Its third statement removes what has expired where there is no room.
std::vector<Command> create_commands(const std::string& user_id, const Token& token,
                                     const std::string& hash)
{
    std::vector<Command> commands;
    commands.push_back({.sql = "BEGIN"});
    commands.push_back({"SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE",
                        Parameters::of(user_id), "lock_user"});
    commands.push_back(
        {"WITH gone AS (DELETE FROM tokens WHERE user_id = $1 AND expires_at <= $2"
         " AND (SELECT count(*) FROM tokens o WHERE o.user_id = $1) >= $3 RETURNING id)"
         " DELETE FROM token_hashes h USING gone g WHERE h.user_id = $1 AND h.id = g.id",
         Parameters::of(user_id, token.created_at, max_tokens), "make_room_for_token"});
    commands.push_back(
        {"WITH made AS (INSERT INTO tokens (user_id, id, name, scopes, created_at, expires_at)"
         " SELECT u.user_id, $2, $3, $4, $5, $6 FROM users u WHERE u.user_id = $1"
         " AND (SELECT count(*) FROM tokens o WHERE o.user_id = $1) < $7 RETURNING user_id, id)"
         " INSERT INTO token_hashes (hash, user_id, id) SELECT $8, user_id, id FROM made",
         Parameters::of(user_id, token.id, token.name,
                        static_cast<std::int16_t>(types::join(token.scopes)), token.created_at,
                        token.expires_at, max_tokens, hash),
         "create_token"});
    commands.push_back({.sql = "COMMIT"});
    return commands;
}

}  // namespace

base::Async<std::optional<TokenGrant>> Tokens::find(std::string hash)
{
    FindToken request{{}, std::move(hash)};
    co_await gathers_.tokens.ask(request, request.hash, loop_);
    co_return std::move(request.grant);
}

base::Async<std::vector<Token>> Tokens::list(std::string user_id)
{
    const Rows rows = co_await statements_.run(
        {"SELECT id, name, scopes, created_at, expires_at, last_used_at FROM tokens"
         " WHERE user_id = $1 ORDER BY created_at, id",
         Parameters::of(user_id), "list_tokens"});
    std::vector<Token> tokens;
    tokens.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        const auto scopes = static_cast<types::Scopes>(rows.get<std::int16_t>(row, 2));
        tokens.push_back({rows.get<base::Uuid>(row, 0), rows.get<std::string>(row, 1),
                          types::split(scopes), rows.get<base::Instant>(row, 3),
                          rows.find<base::Instant>(row, 4), rows.find<base::Instant>(row, 5)});
    }
    co_return tokens;
}

base::Async<void> Tokens::create(std::string user_id, Token token, std::string hash)
{
    const std::vector<Rows> rows = co_await statements_.run(create_commands(user_id, token, hash));
    if (rows[1].size() == 0) fail_without_token_owner();
    if (rows[3].changed() == 0) fail_with_too_many_tokens();
}

base::Async<bool> Tokens::remove(std::string user_id, base::Uuid id)
{
    const Rows rows = co_await statements_.run(
        {"WITH gone AS (DELETE FROM tokens WHERE user_id = $1 AND id = $2 RETURNING id)"
         " DELETE FROM token_hashes h USING gone g WHERE h.user_id = $1 AND h.id = g.id",
         Parameters::of(user_id, id), "remove_token"});
    co_return rows.changed() == 1;
}

void Tokens::note_use(std::string user_id, base::Uuid id, base::Instant now)
{
    gathers_.token_uses.note({std::move(user_id), id, now});
}

}  // namespace todod::store::postgres
