#include "store/sqlite/api_keys.hpp"

#include "store/sqlite/task_rows.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using db::sqlite::Rows;
using types::ApiKey;
using types::Provider;
using types::SealedApiKey;

namespace {

/// What read_key reads, in this order.
constexpr std::string_view shown_columns =
    "provider, masked_key, base_url, model, valid, last_validated_at, created_at, updated_at";

ApiKey read_key(const Rows& rows)
{
    ApiKey key{
        .provider = read_provider(rows.text(0)),
        .masked_key = std::string{rows.text(1)},
        .base_url = rows.maybe_text(2),
        .model = rows.maybe_text(3),
        .last_validated_at = maybe_instant(rows, 5),
        .created_at = to_instant(rows.integer(6)),
        .updated_at = to_instant(rows.integer(7)),
    };
    if (!rows.is_null(4)) key.valid = rows.integer(4) != 0;
    return key;
}

}  // namespace

base::Async<std::vector<ApiKey>> ApiKeys::list(std::string user_id)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM api_keys WHERE user_id = ?1 ORDER BY provider", shown_columns);
    co_return co_await reader_.read([&](Connection& connection) {
        std::vector<ApiKey> keys;
        auto rows = connection.query(sql, {user_id});
        while (rows.step())
            keys.push_back(read_key(rows));
        return keys;
    });
}

base::Async<std::optional<SealedApiKey>> ApiKeys::find(std::string user_id, Provider provider)
{
    static const std::string sql = fmt::format(
        "SELECT {}, sealed_key FROM api_keys WHERE user_id = ?1 AND provider = ?2", shown_columns);
    co_return co_await reader_.read([&](Connection& connection) -> std::optional<SealedApiKey> {
        auto rows = connection.query(sql, {user_id, types::to_string(provider)});
        if (!rows.step()) return std::nullopt;
        return SealedApiKey{read_key(rows), std::string{rows.text(8)}};
    });
}

base::Async<std::optional<ApiKey>> ApiKeys::put(std::string user_id, SealedApiKey key)
{
    // Its account may have gone since the caller was let in.
    static const std::string sql = fmt::format(
        "INSERT INTO api_keys (user_id, provider, sealed_key, masked_key, base_url, model, valid,"
        " last_validated_at, created_at, updated_at)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM users WHERE user_id = ?1"
        " ON CONFLICT (user_id, provider) DO UPDATE SET sealed_key = excluded.sealed_key,"
        " masked_key = excluded.masked_key, base_url = excluded.base_url, model = excluded.model,"
        " valid = excluded.valid, last_validated_at = excluded.last_validated_at,"
        " updated_at = excluded.updated_at RETURNING {}",
        shown_columns);
    co_return co_await writer_.write([&](Connection& connection) -> std::optional<ApiKey> {
        const ApiKey& shown = key.shown;
        const auto validated = to_integer(shown.last_validated_at);
        auto rows = connection.query(
            sql, {user_id, types::to_string(shown.provider), key.token, shown.masked_key,
                  shown.base_url, shown.model, shown.valid, validated, to_integer(shown.created_at),
                  to_integer(shown.updated_at)});
        if (!rows.step()) return std::nullopt;
        return read_key(rows);
    });
}

base::Async<bool> ApiKeys::update(std::string user_id, std::string token, SealedApiKey key)
{
    co_return co_await writer_.write([&](Connection& connection) {
        const auto validated = to_integer(key.shown.last_validated_at);
        return connection.run(
                   "UPDATE api_keys SET sealed_key = ?4, valid = ?5, last_validated_at = ?6"
                   " WHERE user_id = ?1 AND provider = ?2 AND sealed_key = ?3",
                   {user_id, types::to_string(key.shown.provider), token, key.token,
                    key.shown.valid, validated}) == 1;
    });
}

base::Async<bool> ApiKeys::remove(std::string user_id, Provider provider)
{
    co_return co_await writer_.write([&](Connection& connection) {
        return connection.run("DELETE FROM api_keys WHERE user_id = ?1 AND provider = ?2",
                              {user_id, types::to_string(provider)}) == 1;
    });
}

}  // namespace todod::store::sqlite
