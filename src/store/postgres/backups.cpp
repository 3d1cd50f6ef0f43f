#include "store/postgres/backups.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "db/migration.hpp"
#include "db/postgres/child.hpp"
#include "db/postgres/schema_log.hpp"
#include "db/postgres/session.hpp"
#include "db/postgres/tools.hpp"

namespace todod::store::postgres {

using base::Error;
using base::ErrorCode;
using db::postgres::Child;
using db::postgres::Session;
using db::postgres::Settings;

namespace {

constexpr int versions_a_major = 10'000;

int major_version(Session& session)
{
    const auto rows = session.query("SELECT current_setting('server_version_num')::int4");
    return rows.get<std::int32_t>(0, 0) / versions_a_major;
}

Child::Tick tick_of(const Progress& progress, std::string_view what)
{
    return [&progress, what] { progress(what, 0, 0); };
}

/// What a tool complains of, without its own name before it.
[[noreturn]] void fail(const Child& child, std::string_view what)
{
    std::string_view why = child.complaint();
    if (const std::size_t at = why.find("error: "); at != std::string_view::npos) {
        why.remove_prefix(at + std::string_view{"error: "}.size());
    }
    while (why.ends_with('\n'))
        why.remove_suffix(1);
    throw Error{ErrorCode::internal,
                fmt::format("{}: {}", what, why.empty() ? "it does not say why" : why)};
}

void feed(Child& child, const Backups::Contents& contents)
{
    // What it has no need of any more is read all the same: the file is to be looked at whole.
    contents([&](std::string_view bytes) { child.feed(bytes); });
}

class ServerSnapshot final : public Snapshot {
public:
    ServerSnapshot(const Settings& settings, const Progress& progress)
        : settings_(settings), progress_(progress), session_(settings)
    {
        // What pg_dump reads is what the revision is read of.
        session_.script(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
            "SET LOCAL idle_in_transaction_session_timeout = 0");
        const auto found = session_.query("SELECT to_regclass('schema_migrations') IS NOT NULL");
        if (found.get<bool>(0, 0)) {
            revision_ = session_.query("SELECT coalesce(max(number), 0) FROM schema_migrations")
                            .get<std::int32_t>(0, 0);
        }
        if (revision_ == 0) {
            throw Error{ErrorCode::conflict,
                        fmt::format("{} has no tables of todod's: there is nothing to back up",
                                    describe(settings))};
        }
        id_ = session_.query("SELECT pg_export_snapshot()").get<std::string>(0, 0);
        tool_ = db::postgres::find_tool("pg_dump", major_version(session_), tick());
    }

    int revision() const noexcept override { return revision_; }
    int tool() const noexcept override { return tool_.version; }

    void read(const Sink& sink) override
    {
        Child dump{{tool_.path, "--format=custom", "--compress=0", "--no-password",
                    "--lock-wait-timeout=60s", "--snapshot=" + id_},
                   tool_environment(settings_),
                   Child::Use::read,
                   tick()};
        std::uint64_t done = 0;
        for (auto piece = dump.read(); !piece.empty(); piece = dump.read()) {
            sink(piece);
            done += piece.size();
            progress_(dumping, done, 0);
        }
        if (!dump.finish()) fail(dump, "pg_dump has failed");
    }

private:
    static constexpr std::string_view dumping = "pg_dump";

    Child::Tick tick() const { return tick_of(progress_, dumping); }

    const Settings& settings_;
    const Progress& progress_;
    Session session_;
    int revision_ = 0;
    std::string id_;
    db::postgres::Tool tool_;
};

/// All tables but those of PostgreSQL itself and of its extensions.
std::vector<std::string> list_tables(Session& session)
{
    const auto rows = session.query(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
        " AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1");
    std::vector<std::string> tables;
    for (int row = 0; row < rows.size(); ++row)
        tables.push_back(rows.get<std::string>(row, 0));
    return tables;
}

/// Whether there is anything that a user would miss.
bool has_data(Session& session, const std::vector<std::string>& tables)
{
    return std::ranges::any_of(tables, [&](const std::string& table) {
        if (table.ends_with(".schema_migrations") || table.ends_with(".secrets")) return false;
        return session.query(fmt::format("SELECT EXISTS (SELECT FROM {})", table)).get<bool>(0, 0);
    });
}

/// Others of todod's, by the name that they all give.
std::int64_t count_others(Session& session)
{
    return session
        .query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
            " AND application_name = current_setting('application_name')")
        .get<std::int64_t>(0, 0);
}

[[noreturn]] void refuse(std::string why)
{
    throw Error{ErrorCode::conflict, std::move(why) + "; nothing has been changed"};
}

}  // namespace

int Backups::newest_revision() const noexcept
{
    return db::postgres_migrations().back().number;
}

std::unique_ptr<Snapshot> Backups::take(const std::string&, const Progress& progress)
{
    return std::make_unique<ServerSnapshot>(settings_, progress);
}

void Backups::check(const Contents& contents, const Progress& progress)
{
    const auto tick = tick_of(progress, "reading the backup");
    const int server = [this] {
        Session session{settings_};
        return major_version(session);
    }();
    const auto tool = db::postgres::find_tool("pg_restore", server, tick);
    // Without a database it writes what it would run, and reads all of it for that.
    Child child{{tool.path, "--format=custom", "--file=/dev/null"},
                tool_environment(settings_),
                Child::Use::feed,
                tick};
    feed(child, contents);
    if (!child.finish()) fail(child, "pg_restore does not read what pg_dump wrote");
}

std::string Backups::put_back(const Manifest& manifest, const Contents& contents, bool replace,
                              const Progress& progress)
{
    const auto tick = tick_of(progress, "pg_restore");
    Session session{settings_};
    const std::string place = describe(settings_);
    const auto tables = list_tables(session);
    if (const auto others = count_others(session); others > 0) {
        refuse(fmt::format("{} is in use ({} more connections of todod's): stop todod first", place,
                           others));
    }
    if (has_data(session, tables) && !replace) {
        refuse(place + " has data: --replace puts the backup in its place");
    }
    const int now_at = db::postgres::SchemaLog{settings_}.current();
    if (now_at > manifest.revision) {
        refuse(
            fmt::format("{} has the schema {:04}, newer than the backup's: take it to that of "
                        "the backup first (todod migrate to {})",
                        place, now_at, manifest.revision));
    }
    const auto tool = db::postgres::find_tool(
        "pg_restore", std::max(manifest.tool, major_version(session)), tick);
    const auto name = session.query("SELECT current_database()::text").get<std::string>(0, 0);
    std::vector<std::string> command{
        tool.path,         "--format=custom", "--single-transaction",
        "--exit-on-error", "--no-owner",      "--no-privileges",
        "--no-comments",   "--no-password",   "--dbname=" + db::postgres::name_database(name)};
    if (!tables.empty()) command.insert(command.end(), {"--clean", "--if-exists"});
    Child child{command, tool_environment(settings_), Child::Use::feed, tick};
    feed(child, contents);
    if (!child.finish()) fail(child, "pg_restore has failed, and nothing has been changed");
    return {};
}

}  // namespace todod::store::postgres
