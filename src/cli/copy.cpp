#include "cli/copy.hpp"

#include <chrono>
#include <cstdio>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "config.hpp"
#include "config_database.hpp"
#include "config_sources.hpp"
#include "config_values.hpp"
#include "store/storage.hpp"

namespace todod::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// How often it is told how far a copy is.
constexpr std::chrono::seconds between_reports{1};

[[noreturn]] void fail(base::ErrorCode code, std::string message)
{
    throw base::Error{code, std::move(message)};
}

/// A URL where it is not in the arguments itself. `name` is the argument's.
std::string find_url(const std::string& given, const std::string& name,
                     const Environment& environment)
{
    constexpr std::string_view variable = "env:";
    constexpr std::string_view file = "file:";
    if (given.starts_with(file)) {
        return read_secret_file(fmt::format("{} {}", name, given), given.substr(file.size()));
    }
    if (!given.starts_with(variable)) return given;
    const auto found = environment.find(given.substr(variable.size()));
    if (found == environment.end() || found->second.empty()) {
        fail(base::ErrorCode::invalid, fmt::format("{}: {} is not set.", name, given));
    }
    return found->second;
}

store::DatabaseLocation locate(const std::string& given, const std::string& name,
                               const Environment& environment)
{
    try {
        return to_location(find_url(given, name, environment));
    } catch (const Unusable& unusable) {
        fail(base::ErrorCode::invalid,
             fmt::format("{} must be {}, env:NAME or file:PATH.", name, unusable.takes));
    }
}

/// One of the two.
struct Side {
    std::unique_ptr<store::Storage> storage;
    std::string role;  ///< "source"

    Side(const store::DatabaseLocation& location, std::string called)
        : storage(store::open_storage(location, 1)), role(std::move(called))
    {
    }

    std::string description() const { return storage->description(); }
};

/// Nothing is copied from or to tables that this program does not know. A target without any gets
/// them.
void require_current(const Side& side, const base::Clock& clock, bool may_make)
{
    const auto migrator = side.storage->migrator(clock, may_make);
    const int current = migrator->current();
    if (current == migrator->newest()) return;
    if (current == 0 && may_make) {
        migrator->migrate_to(migrator->newest());
        return;
    }
    const std::string what = fmt::format("the schema of the {}, {}, is at {:04}", side.role,
                                         side.description(), current);
    if (current > migrator->newest()) {
        fail(base::ErrorCode::conflict,
             fmt::format("{}, and this todod knows {:04}: copy with the todod that serves it", what,
                         migrator->newest()));
    }
    fail(base::ErrorCode::conflict,
         fmt::format(
             "{} and not at {:04}: run 'todod migrate up' with its URL as DATABASE_URL first", what,
             migrator->newest()));
}

/// Tells now and then how far it is, on standard error.
class Reporter {
public:
    void operator()(std::string_view doing, std::string_view table, std::int64_t rows)
    {
        const auto now = Clock::now();
        if (now - last_ < between_reports) return;
        last_ = now;
        fmt::print(stderr, "todod: {} {}: {} rows\n", doing, table, rows);
    }

private:
    Clock::time_point last_ = Clock::now();
};

store::CopyProgress make_progress()
{
    return [reporter = Reporter{}](auto doing, auto table, auto rows) mutable {
        reporter(doing, table, rows);
    };
}

/// A line a table: its name, how many rows, their checksum.
void print(const store::Content& content)
{
    for (const auto& table : content.tables)
        fmt::print("{}\t{}\t{}\n", table.name, table.rows, table.checksum);
    for (const std::string_view table : content.left)
        fmt::print("{}\t-\tleft to the auth server whose own it is\n", table);
    fmt::print("signing secret\t{}\n", content.secret ? 1 : 0);
}

void print_time(std::string_view done, const store::Content& content, Clock::time_point since)
{
    std::int64_t rows = 0;
    for (const auto& table : content.tables)
        rows += table.rows;
    const std::chrono::duration<double> time = Clock::now() - since;
    fmt::print(stderr, "todod: {} rows {} in {:.1f} s\n", rows, done, time.count());
}

void check(const Side& source, const Side& target, Clock::time_point since)
{
    const auto content = read_content(*source.storage->copy_source(), make_progress());
    const auto other = read_content(*target.storage->copy_source(), make_progress());
    const std::string difference = find_difference(content, other);
    if (!difference.empty()) {
        fail(base::ErrorCode::conflict,
             fmt::format("{} and {} are not the same: {}", source.description(),
                         target.description(), difference));
    }
    print(content);
    print_time("are the same in both,", content, since);
}

}  // namespace

void copy(const CopyOptions& options)
{
    const auto since = Clock::now();
    const base::SystemClock clock;
    const Environment environment = read_environment();
    const auto from_where = options.source.empty() ? read_config(environment).database
                                                   : locate(options.source, "SOURCE", environment);
    const auto to_where = locate(options.target, "TARGET", environment);
    store::require_there(from_where);
    if (options.only_checks) store::require_there(to_where);
    const Side source{from_where, "source"};
    const Side target{to_where, "target"};
    require_current(source, clock, false);
    require_current(target, clock, !options.only_checks);
    if (options.only_checks) return check(source, target, since);
    const auto from = source.storage->copy_source();
    const auto to = target.storage->copy_target();
    fmt::print(stderr, "todod: copying {} into {}\n", source.description(), target.description());
    const auto content = store::copy(*from, *to, make_progress());
    print(content);
    print_time("copied, and the same in both,", content, since);
}

}  // namespace todod::cli
