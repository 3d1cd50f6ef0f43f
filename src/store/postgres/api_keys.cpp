#include "store/postgres/api_keys.hpp"

namespace todod::store::postgres {

using db::postgres::Parameters;
using db::postgres::Rows;
using types::ApiKey;
using types::Provider;
using types::SealedApiKey;

namespace {

/// What read_key reads, in this order.
constexpr std::string_view shown_columns =
    "k.provider, k.masked_key, k.base_url, k.model, k.valid, k.last_validated_at, k.created_at,"
    " k.updated_at";

ApiKey read_key(const Rows& rows, int row)
{
    return {
        .provider = read_provider(rows.get<std::string>(row, 0)),
        .masked_key = rows.get<std::string>(row, 1),
        .base_url = rows.find<std::string>(row, 2),
        .model = rows.find<std::string>(row, 3),
        .valid = rows.find<bool>(row, 4),
        .last_validated_at = rows.find<base::Instant>(row, 5),
        .created_at = rows.get<base::Instant>(row, 6),
        .updated_at = rows.get<base::Instant>(row, 7),
    };
}

}  // namespace

base::Async<std::vector<ApiKey>> ApiKeys::list(std::string user_id)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM api_keys k WHERE k.user_id = $1 ORDER BY k.provider", shown_columns);
    const Rows rows = co_await statements_.run({sql, Parameters::of(user_id), "list_api_keys"});
    std::vector<ApiKey> keys;
    keys.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row)
        keys.push_back(read_key(rows, row));
    co_return keys;
}

base::Async<std::optional<SealedApiKey>> ApiKeys::find(std::string user_id, Provider provider)
{
    static const std::string sql = fmt::format(
        "SELECT {}, k.sealed_key FROM api_keys k WHERE k.user_id = $1 AND k.provider = $2",
        shown_columns);
    const Rows rows = co_await statements_.run(
        {sql, Parameters::of(user_id, types::to_string(provider)), "find_api_key"});
    if (rows.size() == 0) co_return std::nullopt;
    co_return SealedApiKey{read_key(rows, 0), rows.get<std::string>(0, 8)};
}

base::Async<std::optional<ApiKey>> ApiKeys::put(std::string user_id, SealedApiKey key)
{
    // Whoever removes the account locks its row first: a key goes in before that and is erased
    // along, or not at all.
    static const std::string sql = fmt::format(
        "WITH owner AS (SELECT u.user_id FROM users u WHERE u.user_id = $1 FOR KEY SHARE)"
        " INSERT INTO api_keys AS k (user_id, provider, sealed_key, masked_key, base_url, model,"
        " valid, last_validated_at, created_at, updated_at)"
        " SELECT o.user_id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM owner o"
        " ON CONFLICT (user_id, provider) DO UPDATE SET sealed_key = excluded.sealed_key,"
        " masked_key = excluded.masked_key, base_url = excluded.base_url, model = excluded.model,"
        " valid = excluded.valid, last_validated_at = excluded.last_validated_at,"
        " updated_at = excluded.updated_at RETURNING {}",
        shown_columns);
    const ApiKey& shown = key.shown;
    const Rows rows = co_await statements_.run(
        {sql,
         Parameters::of(user_id, types::to_string(shown.provider), key.token, shown.masked_key,
                        shown.base_url, shown.model, shown.valid, shown.last_validated_at,
                        shown.created_at, shown.updated_at),
         "put_api_key"});
    if (rows.size() == 0) co_return std::nullopt;
    co_return read_key(rows, 0);
}

base::Async<bool> ApiKeys::update(std::string user_id, std::string token, SealedApiKey key)
{
    const Rows rows = co_await statements_.run(
        {"UPDATE api_keys SET sealed_key = $4, valid = $5, last_validated_at = $6"
         " WHERE user_id = $1 AND provider = $2 AND sealed_key = $3",
         Parameters::of(user_id, types::to_string(key.shown.provider), token, key.token,
                        key.shown.valid, key.shown.last_validated_at),
         "update_api_key"});
    co_return rows.changed() == 1;
}

base::Async<bool> ApiKeys::remove(std::string user_id, Provider provider)
{
    const Rows rows = co_await statements_.run(
        {"DELETE FROM api_keys WHERE user_id = $1 AND provider = $2",
         Parameters::of(user_id, types::to_string(provider)), "remove_api_key"});
    co_return rows.changed() == 1;
}

}  // namespace todod::store::postgres
