#include "store/postgres/secrets.hpp"

#include <string_view>

#include "db/postgres/parameters.hpp"

namespace todod::store::postgres {

using db::postgres::Parameters;
using db::postgres::Session;

namespace {

constexpr std::string_view jwt_secret = "jwt";

}  // namespace

std::optional<std::string> find_secret(Session& session)
{
    const auto rows =
        session.query("SELECT value FROM secrets WHERE name = $1", Parameters::of(jwt_secret));
    if (rows.size() == 0) return std::nullopt;
    return rows.get<std::string>(0, 0);
}

void add_secret(Session& session, const std::string& secret)
{
    session.query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                  Parameters::of(jwt_secret, secret));
}

void replace_secret(Session& session, const std::string& secret)
{
    session.query(
        "INSERT INTO secrets (name, value) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        Parameters::of(jwt_secret, secret));
}

}  // namespace todod::store::postgres
