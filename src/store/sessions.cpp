#include "store/sessions.hpp"

#include <algorithm>

namespace todod::store {

bool is_identifier(std::string_view name) noexcept
{
    constexpr std::size_t max_bytes = 63;  // PostgreSQL's
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '$' || c == '-';
    };
    return !name.empty() && name.size() <= max_bytes && std::ranges::all_of(name, fits);
}

std::string describe(const SessionTable& table)
{
    return table.schema.empty() ? table.name : fmt::format("{}.{}", table.schema, table.name);
}

std::string to_sql(const SessionTable& table)
{
    if (table.schema.empty()) return fmt::format("\"{}\"", table.name);
    return fmt::format("\"{}\".\"{}\"", table.schema, table.name);
}

base::Error Sessions::cannot_read(const SessionTable& table, std::string_view why)
{
    constexpr std::chrono::seconds try_again{1};
    return base::Error::unavailable(
        "Sessions cannot be looked up at the moment.", try_again,
        fmt::format("SESSION_TABLE {} with SESSION_COLUMNS {},{},{} cannot be read: {}",
                    describe(table), table.token, table.user, table.expiry, why));
}

}  // namespace todod::store
