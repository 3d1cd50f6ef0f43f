#include "store/postgres/storage.hpp"

#include "db/postgres/listener.hpp"
#include "db/postgres/schema_log.hpp"
#include "db/postgres/session.hpp"
#include "store/postgres/copy_target.hpp"
#include "store/postgres/database.hpp"
#include "store/postgres/secrets.hpp"
#include "store/secret.hpp"

namespace todod::store::postgres {

using db::postgres::Session;

std::unique_ptr<db::Migrator> Storage::migrator(const base::Clock& clock, bool)
{
    return std::make_unique<db::Migrator>(std::make_unique<db::postgres::SchemaLog>(settings_),
                                          db::postgres_migrations(), clock);
}

std::unique_ptr<store::Database> Storage::connect(base::Loop& loop)
{
    const std::lock_guard lock{mutex_};
    if (gathers_.size() < lines_) {
        gathers_.push_back(std::make_unique<Gathers>(connector(), lines_, sessions_));
    }
    return std::make_unique<Database>(*gathers_[connected_++ % gathers_.size()], loop);
}

std::string Storage::keep_secret(base::Random& random)
{
    Session session{settings_};
    if (auto kept = find_secret(session)) return *std::move(kept);
    // Of several processes that start together one succeeds.
    add_secret(session, make_secret(random));
    return find_secret(session).value();
}

std::unique_ptr<store::CopySource> Storage::copy_source()
{
    return std::make_unique<CopyReader>(settings_, CopyReader::Use::look);
}

std::unique_ptr<store::CopyTarget> Storage::copy_target()
{
    return std::make_unique<CopyTarget>(settings_);
}

std::unique_ptr<db::Signals> Storage::signals(base::Loop& loop, db::SignalHandlers handlers)
{
    // Nothing that is heard would come through.
    if (settings_.pgbouncer) return nullptr;
    const std::lock_guard lock{mutex_};
    return std::make_unique<db::postgres::Listener>(connector(), loop, "logs_of_todod",
                                                    std::move(handlers));
}

/// With the mutex locked.
db::postgres::Connector& Storage::connector()
{
    if (!connector_) connector_ = std::make_unique<db::postgres::Connector>(settings_);
    return *connector_;
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
