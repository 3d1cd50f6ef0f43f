#include "store/sqlite/sessions.hpp"

#include <algorithm>
#include <charconv>

#include "base/time.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;

namespace {

/// As seconds it is the year 5138, as milliseconds 1973.
constexpr std::int64_t first_milliseconds = 100'000'000'000;

/// Each column by its table: SQLite takes a name in quotes that is no column for a text.
std::string statement_of(const SessionTable& table)
{
    return fmt::format(
        "SELECT s.\"{1}\", s.\"{2}\" FROM {3} s WHERE s.\"{0}\" = ?1"
        " AND s.\"{1}\" IS NOT NULL AND s.\"{2}\" IS NOT NULL",
        table.token, table.user, table.expiry, to_sql(table));
}

/// Digits, and a fraction that is dropped.
std::optional<std::int64_t> read_number(std::string_view text)
{
    std::int64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, failed] = std::from_chars(text.data(), last, number);
    if (failed != std::errc{}) return std::nullopt;
    if (end == last) return number;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_fraction = *end == '.' && std::all_of(end + 1, last, is_digit);
    return is_fraction ? std::optional{number} : std::nullopt;
}

}  // namespace

std::optional<base::Instant> read_expiry(std::string_view text)
{
    if (const auto number = read_number(text)) {
        if (*number >= first_milliseconds) return base::Instant{std::chrono::milliseconds{*number}};
        return base::Instant{std::chrono::seconds{std::max(*number, std::int64_t{0})}};
    }
    if (const auto instant = base::parse_instant(text)) return instant;
    return base::parse_instant(fmt::format("{}Z", text));
}

Sessions::Sessions(db::sqlite::Reader& reader, SessionTable table)
    : reader_(reader), table_(std::move(table)), statement_(statement_of(table_))
{
}

base::Async<std::optional<Session>> Sessions::find(std::vector<std::string> tokens)
{
    try {
        co_return co_await reader_.read([&](Connection& connection) -> std::optional<Session> {
            for (const std::string& token : tokens) {
                auto rows = connection.query(statement_, {token});
                if (!rows.step()) continue;
                const auto expiry = read_expiry(rows.text(1));
                if (!expiry) throw cannot_read(table_, "an expiry is no instant");
                return Session{std::string{rows.text(0)}, *expiry};
            }
            return std::nullopt;
        });
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::internal) throw;
        throw cannot_read(table_, error.message());
    }
}

}  // namespace todod::store::sqlite
