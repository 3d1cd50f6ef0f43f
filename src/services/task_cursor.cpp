#include "services/task_cursor.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::services {

namespace {

/// FNV-1a: tells queries apart; a client that forges a match only pages through its own tasks.
std::uint64_t hash(std::string_view text)
{
    std::uint64_t value = 0xcbf29ce484222325U;
    for (const char byte : text) {
        value ^= static_cast<unsigned char>(byte);
        value *= 0x100000001b3U;
    }
    return value;
}

template <class T>
void add(std::string& to, const T& value)
{
    schema::Codec<T>::write(value, to, schema::Dialect::tool);
    to += ',';
}

/// The end of a day, from its midnight in UTC, in the zones furthest away from it.
constexpr std::chrono::milliseconds least_day_end{0};
constexpr std::chrono::milliseconds most_day_end = std::chrono::days{2};

[[noreturn]] void refuse()
{
    throw base::Error::invalid(
        {{{"query", "cursor"}, "cursor is not one that a page of this query gave.", "cursor"}});
}

/// [fingerprint, day_end, key, number], each of its type; refused otherwise.
boost::json::array parse_cursor(std::string_view cursor)
{
    const auto text = base::base64url_decode(cursor);
    if (!text) refuse();
    boost::system::error_code failed;
    boost::json::value value = boost::json::parse(*text, failed);
    if (failed || !value.is_array() || value.as_array().size() != 4) refuse();
    boost::json::array parts = std::move(value.as_array());
    const auto& key = parts[2];
    const bool known_key = key.is_null() || key.is_int64() || key.is_string();
    if (!parts[0].is_string() || !parts[1].is_int64() || !known_key || !parts[3].is_int64()) {
        refuse();
    }
    return parts;
}

/// Of the years 1 to 9999, and what the end of a day may add to the last.
bool is_instant(const boost::json::value& key)
{
    using std::chrono::milliseconds;
    using std::chrono::sys_days;
    using std::chrono::year;
    constexpr milliseconds first = sys_days{year{1} / 1 / 1}.time_since_epoch();
    constexpr milliseconds last = sys_days{year{10000} / 1 / 1}.time_since_epoch() + most_day_end;
    return key.is_int64() && key.as_int64() >= first.count() && key.as_int64() <= last.count();
}

bool fits(const boost::json::value& key, types::SortKey sort)
{
    switch (sort) {
        case types::SortKey::created:
            return key.is_null();
        case types::SortKey::title:
            return key.is_string() && !std::string_view{key.as_string()}.contains('\0');
        case types::SortKey::priority:
            return key.is_int64() && key.as_int64() >= 0 && key.as_int64() <= 3;
        case types::SortKey::updated:
            return is_instant(key);
        case types::SortKey::due_date:
            return is_instant(key) || key.is_null();
    }
    return false;
}

}  // namespace

std::string fingerprint_of(const types::ListTasks& input)
{
    std::string text;
    add(text, input.status);
    add(text, input.priority);
    add(text, input.tag);
    add(text, input.q);
    add(text, input.due_before);
    add(text, input.due_after);
    add(text, input.overdue);
    add(text, input.sort);
    add(text, input.time_zone);
    return fmt::format("{:016x}", hash(text));
}

std::string make_cursor(const store::TaskPosition& position, std::string_view fingerprint,
                        std::chrono::milliseconds day_end)
{
    boost::json::value key;
    if (const auto* number = std::get_if<std::int64_t>(&position.key)) key = *number;
    if (const auto* text = std::get_if<std::string>(&position.key)) key = *text;
    const boost::json::array parts{fingerprint, static_cast<std::int64_t>(day_end.count()),
                                   std::move(key), position.number};
    return base::base64url_encode(boost::json::serialize(parts));
}

void apply_cursor(std::string_view cursor, std::string_view fingerprint, store::TaskQuery& query)
{
    const boost::json::array parts = parse_cursor(cursor);
    if (std::string_view{parts[0].as_string()} != fingerprint || query.skip != 0) refuse();
    const auto& key = parts[2];
    const std::chrono::milliseconds day_end{parts[1].as_int64()};
    const bool possible = day_end >= least_day_end && day_end <= most_day_end;
    if (!possible || !fits(key, query.sort.key)) refuse();
    store::TaskPosition position{{}, parts[3].as_int64()};
    if (key.is_int64()) position.key = key.as_int64();
    if (key.is_string()) position.key = std::string{key.as_string()};
    query.day_end = day_end;
    query.after = std::move(position);
}

}  // namespace todod::services
