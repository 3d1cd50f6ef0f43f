#include "store/postgres/examine.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "db/migration.hpp"
#include "db/postgres/schema_log.hpp"
#include "db/postgres/session.hpp"
#include "db/postgres/tools.hpp"

namespace todod::store::postgres {

using base::Finding;
using base::Findings;
using base::Verdict;
using db::postgres::Session;
using db::postgres::Settings;

namespace {

constexpr int versions_a_major = 10'000;
/// What its makers no longer put right.
constexpr int oldest_maintained = 14;

std::string setting(Session& session, const std::string& name)
{
    return session.query(fmt::format("SELECT current_setting('{}')", name)).get<std::string>(0, 0);
}

/// What to do about a server that cannot be asked. The first whose words it says.
std::string advice(std::string_view why)
{
    constexpr std::pair<std::string_view, std::string_view> table[] = {
        {"pg_hba.conf", "let the server's pg_hba.conf admit this machine"},
        {"password", "set the role's password in DATABASE_URL"},
        {"authentication", "set the role's password in DATABASE_URL"},
        {"does not exist", "make it, or change DATABASE_URL"},
        {"permission denied", "grant it to todod's role"},
        {"certificate", "look at sslmode and sslrootcert"},
        {"SSL", "look at sslmode and sslrootcert"},
        {"translate host name", "change the host in DATABASE_URL"},
        {"too many clients",
         "raise max_connections, or lower SQLALCHEMY_POOL_SIZE of who has them"},
        {"connection slots",
         "raise max_connections, or lower SQLALCHEMY_POOL_SIZE of who has them"},
        {"starting up", "wait until it has started"},
        {"shutting down", "start the server again"},
    };
    const auto* const found =
        std::ranges::find_if(table, [&](const auto& row) { return why.contains(row.first); });
    if (found != std::end(table)) return std::string{found->second};
    return "start the server, or change DATABASE_URL";
}

Finding look_at_version(Session& session, const Settings& settings)
{
    const int version = std::atoi(setting(session, "server_version_num").c_str());
    const std::string how =
        fmt::format("PostgreSQL {}, {}", setting(session, "server_version"), describe(settings));
    if (version / versions_a_major >= oldest_maintained) return {Verdict::ok, "database", how};
    return {Verdict::warn, "database", how + ": no longer maintained, upgrade it"};
}

Finding look_at_durability(Session& session)
{
    for (const char* const name : {"fsync", "synchronous_commit", "full_page_writes"}) {
        if (setting(session, name) != "off") continue;
        return {
            Verdict::fail, "durability",
            fmt::format("{0} is off, and a power cut loses what was answered: set {0} = on", name)};
    }
    return {Verdict::ok, "durability", "fsync, synchronous_commit and full_page_writes are on"};
}

/// Whether it takes writes, and texts in any language.
Finding look_at_use(Session& session)
{
    constexpr auto what = "writing";
    if (session.query("SELECT pg_is_in_recovery()").get<bool>(0, 0)) {
        return {Verdict::fail, what, "the server is a standby: let DATABASE_URL name the primary"};
    }
    if (setting(session, "transaction_read_only") == "on") {
        return {Verdict::fail, what,
                "default_transaction_read_only is on: turn it off for todod's role"};
    }
    if (const auto encoding = setting(session, "server_encoding"); encoding != "UTF8") {
        return {Verdict::fail, what,
                fmt::format("the database's encoding is {}: make one with UTF8", encoding)};
    }
    return {Verdict::ok, what, "the server takes writes, in UTF8"};
}

/// What todod's role may do with the schema and with what is in it.
struct Rights {
    std::string role;
    std::string schema;  ///< empty: search_path leads to none
    bool may_create = false;
    bool has_users = false;  ///< a table of that name is there, whoever's
    bool owns_tables = false;
    bool may_write_tables = false;
    bool may_read_log = false;  ///< what tells the version of the schema
};

Rights find_rights(Session& session)
{
    const auto found = session.query(
        "SELECT current_user::text, coalesce(current_schema()::text, ''),"
        " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),"
        " to_regclass('users') IS NOT NULL,"
        " coalesce((SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class"
        "   WHERE oid IN (to_regclass('users'), to_regclass('tasks'))), true),"
        " coalesce((SELECT bool_and(has_table_privilege(oid, 'SELECT')"
        "   AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')"
        "   AND has_table_privilege(oid, 'DELETE')) FROM pg_class"
        "   WHERE oid IN (to_regclass('users'), to_regclass('tasks'))), true),"
        " coalesce(has_table_privilege(to_regclass('schema_migrations'), 'SELECT'), true)");
    return {.role = found.get<std::string>(0, 0),
            .schema = found.get<std::string>(0, 1),
            .may_create = found.get<bool>(0, 2),
            .has_users = found.get<bool>(0, 3),
            .owns_tables = found.get<bool>(0, 4),
            .may_write_tables = found.get<bool>(0, 5),
            .may_read_log = found.get<bool>(0, 6)};
}

/// Whether they are enough for the schema, which is at `current`, and for what it still needs.
Finding judge_rights(const Rights& rights, int current, int newest)
{
    constexpr auto what = "rights";
    if (rights.schema.empty()) {
        return {Verdict::fail, what, "search_path leads to no schema: make one, or change it"};
    }
    if (current == 0 && rights.has_users) {
        return {Verdict::fail, what,
                "there is another program's table 'users': give todod a database or a schema of "
                "its own"};
    }
    if (current < newest && !rights.may_create) {
        return {Verdict::fail, what,
                fmt::format("no tables can be made: GRANT CREATE ON SCHEMA {} TO {}", rights.schema,
                            rights.role)};
    }
    if (current < newest && !rights.owns_tables) {
        return {Verdict::fail, what,
                fmt::format("the tables are not {}'s, and a migration is pending: let their owner "
                            "run 'todod migrate up'",
                            rights.role)};
    }
    if (!rights.may_write_tables || !rights.may_read_log) {
        return {Verdict::fail, what,
                fmt::format("the tables cannot be used: GRANT SELECT, INSERT, UPDATE, DELETE ON "
                            "ALL TABLES IN SCHEMA {} TO {}",
                            rights.schema, rights.role)};
    }
    return {Verdict::ok, what, fmt::format("{} has those that todod needs", rights.role)};
}

/// Of a database whose version may not be read nothing is said about it.
void look_at_schema(Session& session, const Settings& settings, const Examination& examination,
                    Findings& findings)
{
    const int newest = db::postgres_migrations().back().number;
    const Rights rights = find_rights(session);
    db::postgres::SchemaLog log{settings};
    int current = newest;
    if (!log.is_prepared() || rights.may_read_log) {
        current = log.current();
        findings.push_back(judge_schema(current, newest, examination));
    }
    findings.push_back(judge_rights(rights, current, newest));
}

Finding look_at_connections(Session& session, const Settings& settings)
{
    const auto most = std::atoll(setting(session, "max_connections").c_str());
    // And one that hears what other replicas change.
    const auto wanted = static_cast<long long>(settings.pool_size + settings.pool_overflow + 1);
    const std::string how = fmt::format("up to {} of the server's {}", wanted, most);
    if (wanted < most) return {Verdict::ok, "connections", how};
    return {Verdict::warn, "connections",
            how + ": lower SQLALCHEMY_POOL_OVERFLOW, or raise max_connections"};
}

Finding look_at_clock(Session& session, const base::Clock& clock)
{
    using std::chrono::milliseconds;
    constexpr milliseconds small{2000};
    constexpr milliseconds large{60'000};
    constexpr auto what = "clocks";
    const auto before = clock.now();
    const auto theirs = session.query("SELECT clock_timestamp()").get<base::Instant>(0, 0);
    const auto after = clock.now();
    const milliseconds apart = theirs < before  ? before - theirs
                               : theirs > after ? theirs - after
                                                : milliseconds{0};
    const std::string how =
        fmt::format("this machine's and the database server's are {:.1f} s apart",
                    static_cast<double>(apart.count()) / 1000);
    if (apart <= small) return {Verdict::ok, what, how};
    return {apart > large ? Verdict::fail : Verdict::warn, what, how + ": let both be set by NTP"};
}

Finding look_for_tools(Session& session)
{
    const int major = std::atoi(setting(session, "server_version_num").c_str()) / versions_a_major;
    try {
        const auto tool = db::postgres::find_tool("pg_dump", major, major, [] {});
        return {Verdict::ok, "backups",
                fmt::format("{} of PostgreSQL {}", tool.path, tool.version)};
    } catch (const base::Error& error) {
        return {Verdict::warn, "backups",
                fmt::format("'todod backup' cannot: {}", error.message())};
    }
}

}  // namespace

Findings examine(const Settings& settings, const Examination& examination)
{
    Findings findings;
    try {
        Session session{settings};
        findings.push_back(look_at_version(session, settings));
        findings.push_back(look_at_use(session));
        findings.push_back(look_at_durability(session));
        look_at_schema(session, settings, examination, findings);
        findings.push_back(look_at_connections(session, settings));
        findings.push_back(look_at_clock(session, examination.clock));
        findings.push_back(look_for_tools(session));
    } catch (const base::Error& error) {
        const std::string& why = error.cause().empty() ? error.message() : error.cause();
        const bool is_explained = error.code() == base::ErrorCode::conflict;
        findings.push_back({Verdict::fail, "database",
                            is_explained ? why : fmt::format("{}: {}", why, advice(why))});
    }
    return findings;
}

}  // namespace todod::store::postgres
