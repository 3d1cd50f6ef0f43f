#include "store/postgres/examine.hpp"

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

std::string advice(std::string_view why)
{
    if (why.contains("password") || why.contains("authentication")) {
        return "set the role's password in DATABASE_URL";
    }
    if (why.contains("does not exist")) return "make it, or change DATABASE_URL";
    if (why.contains("certificate") || why.contains("SSL"))
        return "look at sslmode and sslrootcert";
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
        findings.push_back(judge_schema(db::postgres::SchemaLog{settings}.current(),
                                        db::postgres_migrations().back().number, examination));
        findings.push_back(look_at_connections(session, settings));
        findings.push_back(look_at_clock(session, examination.clock));
        findings.push_back(look_for_tools(session));
    } catch (const base::Error& error) {
        const std::string& why = error.cause().empty() ? error.message() : error.cause();
        findings.push_back({Verdict::fail, "database", fmt::format("{}: {}", why, advice(why))});
    }
    return findings;
}

}  // namespace todod::store::postgres
