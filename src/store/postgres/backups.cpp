#include "store/postgres/backups.hpp"

#include <sys/mman.h>
#include <unistd.h>

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
using db::postgres::find_tool;
using db::postgres::name_database;
using db::postgres::Session;
using db::postgres::Settings;
using db::postgres::tool_environment;

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
    for (const std::string_view before : {"error: ", "ERROR:  "}) {
        const std::size_t at = why.find(before);
        if (at != std::string_view::npos) why.remove_prefix(at + before.size());
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
        const int server = major_version(session_);
        tool_ = find_tool("pg_dump", server, server, tick());
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
    tables.reserve(static_cast<std::size_t>(rows.size()));
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

/// Whoever else is connected: todod, and others whose tables go back to the backup as well.
constexpr std::string_view others =
    "FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

std::int64_t count_others(Session& session)
{
    return session.query(fmt::format("SELECT count(*) {}", others)).get<std::int64_t>(0, 0);
}

/// Statements that end the transaction where somebody has come, or has written, since both were
/// looked at by `session`, and that let nobody write from then on.
std::string guard(Session& session, bool replace)
{
    const auto own = session.query("SELECT pg_backend_pid()").get<std::int32_t>(0, 0);
    constexpr std::string_view raise =
        "IF EXISTS (SELECT 1 {}) THEN RAISE EXCEPTION 'somebody works on the database'; END IF; ";
    std::string text = "LOCK TABLE users, tasks IN ACCESS EXCLUSIVE MODE; DO $$ BEGIN ";
    text += fmt::format(raise, fmt::format("{} AND pid <> {}", others, own));
    if (!replace) text += fmt::format(raise, "FROM users");
    return text + "END $$;";
}

[[noreturn]] void refuse(std::string why)
{
    throw Error{ErrorCode::conflict, std::move(why) + "; nothing has been changed"};
}

/// pg_restore, and what it takes to start it.
struct Restore {
    const std::string pg_restore;
    const std::string psql;
    const std::string database;  ///< for --dbname
    const std::vector<std::string> environment;
    const Child::Tick tick;

    /// What the archive has, an entry a line.
    std::string list(const Backups::Contents& contents) const;
    /// All of it in one transaction, where nothing is there.
    void run(const Backups::Contents& contents) const;
    /// The same in the place of what is there, after `statements`.
    void run_after(const std::string& statements, const Backups::Contents& contents) const;

private:
    std::vector<std::string> command(bool clean, const std::string& where) const;
    void start(const Backups::Contents& contents, const std::vector<std::string>& arguments,
               int output) const;
};

constexpr std::string_view nothing_changed = "pg_restore has failed, and nothing has been changed";

std::string Restore::list(const Backups::Contents& contents) const
{
    const File listed{::memfd_create("list", MFD_CLOEXEC)};
    start(contents, {pg_restore, "--format=custom", "--list"}, listed.get());
    std::string text(static_cast<std::size_t>(::lseek(listed.get(), 0, SEEK_END)), '\0');
    if (::pread(listed.get(), text.data(), text.size(), 0) < 0) return {};
    return text;
}

std::vector<std::string> Restore::command(bool clean, const std::string& where) const
{
    std::vector<std::string> command{pg_restore,        "--format=custom", "--single-transaction",
                                     "--exit-on-error", "--no-owner",      "--no-privileges",
                                     "--no-comments",   "--no-password",   where};
    if (clean) command.insert(command.end(), {"--clean", "--if-exists"});
    return command;
}

void Restore::start(const Backups::Contents& contents, const std::vector<std::string>& arguments,
                    int output) const
{
    Child child{arguments, environment, Child::Use::feed, tick, output};
    feed(child, contents);
    if (!child.finish()) fail(child, nothing_changed);
}

void Restore::run(const Backups::Contents& contents) const
{
    start(contents, command(false, "--dbname=" + database), -1);
}

/// pg_restore runs nothing but what it has: its statements go to psql, after ours. It ends them
/// with COMMIT, when it has come to their end.
void Restore::run_after(const std::string& statements, const Backups::Contents& contents) const
{
    Child sql{{psql, "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
               "--dbname=" + database},
              environment,
              Child::Use::feed,
              tick};
    sql.feed("SET client_min_messages = error; BEGIN;" + statements);
    std::exception_ptr failure;
    {
        const File input{sql.hand_over()};
        try {
            start(contents, command(true, "--file=-"), input.get());
        } catch (const Error&) {
            failure = std::current_exception();
        }
    }
    // What the server says is why pg_restore could not go on.
    if (!sql.finish()) fail(sql, nothing_changed);
    if (failure) std::rethrow_exception(failure);
}

/// Takes apart what pg_restore --clean cannot: partitions that it will make anew.
std::string detach_partitions(Session& session, std::string_view listed)
{
    const auto rows = session.query(
        "SELECT format('TABLE %s %s ', n.nspname, c.relname),"
        " format('ALTER TABLE %s DETACH PARTITION %I.%I;', i.inhparent::regclass, n.nspname,"
        " c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.relispartition"
        " AND c.relkind IN ('r', 'p') ORDER BY 1");
    std::string statements;
    for (int row = 0; row < rows.size(); ++row) {
        if (!listed.contains(rows.get<std::string>(row, 0))) continue;
        statements += rows.get<std::string>(row, 1);
    }
    return statements;
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
    const auto tool = find_tool("pg_restore", server, server, tick);
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
    if (const auto count = count_others(session); count > 0) {
        refuse(
            fmt::format("{} is in use ({} other connections): stop todod, and whatever else is "
                        "connected or keeps connections, first",
                        place, count));
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
    const int server = major_version(session);
    const Restore restore{
        find_tool("pg_restore", std::max(manifest.tool, server), server, tick).path,
        find_tool("psql", server, server, tick).path,
        name_database(session.query("SELECT current_database()::text").get<std::string>(0, 0)),
        tool_environment(settings_), tick};
    if (tables.empty()) {
        restore.run(contents);
    } else {
        const std::string detached = detach_partitions(session, restore.list(contents));
        restore.run_after(guard(session, replace) + detached, contents);
    }
    return {};
}

}  // namespace todod::store::postgres
