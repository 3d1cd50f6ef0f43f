#include "store/postgres/storage.hpp"

#include "db/postgres/parameters.hpp"
#include "db/postgres/schema_log.hpp"
#include "db/postgres/session.hpp"
#include "store/postgres/database.hpp"
#include "store/secret.hpp"

namespace todod::store::postgres {

using db::postgres::Parameters;
using db::postgres::Session;

namespace {

constexpr std::string_view jwt_secret = "jwt";

std::optional<std::string> find_secret(Session& session)
{
    const auto rows =
        session.query("SELECT value FROM secrets WHERE name = $1", Parameters::of(jwt_secret));
    if (rows.size() == 0) return std::nullopt;
    return rows.get<std::string>(0, 0);
}

}  // namespace

std::unique_ptr<db::Migrator> Storage::migrator(const base::Clock& clock, bool)
{
    return std::make_unique<db::Migrator>(std::make_unique<db::postgres::SchemaLog>(settings_),
                                          db::postgres_migrations(), clock);
}

std::unique_ptr<store::Database> Storage::connect(base::Loop& loop)
{
    const std::lock_guard lock{mutex_};
    if (!connector_) connector_ = std::make_unique<db::postgres::Connector>(settings_);
    if (gathers_.size() < lines_) {
        gathers_.push_back(std::make_unique<Gathers>(*connector_, lines_, sessions_));
    }
    return std::make_unique<Database>(*gathers_[connected_++ % gathers_.size()], loop);
}

std::string Storage::keep_secret(base::Random& random)
{
    Session session{settings_};
    if (auto kept = find_secret(session)) return *std::move(kept);
    // Of several processes that start together one succeeds.
    session.query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                  Parameters::of(jwt_secret, make_secret(random)));
    return find_secret(session).value();
}

db::Activity Storage::activity()
{
    db::Activity activity;
    const std::lock_guard lock{mutex_};
    for (const auto& gathers : gathers_)
        gathers->add_to(activity);
    return activity;
}

}  // namespace todod::store::postgres
