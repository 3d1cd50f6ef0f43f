#include "types/local_due.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace todod::types {

std::optional<Due> resolve(const LocalDue& local, const base::TimeZone& zone)
{
    if (!local.is_local) return local.due;
    const auto at = zone.find_shown(local.due.at);
    if (!at) return std::nullopt;
    return Due{.at = *at, .whole_day = false};
}

}  // namespace todod::types

namespace todod::schema {

using types::LocalDue;

namespace {

constexpr std::size_t minutes_length = std::string_view{"2026-11-21T10:00"}.size();

/// `text` read as if its clock stood in UTC.
std::optional<base::Instant> parse_local(std::string_view text)
{
    std::string in_utc{text};
    if (text.size() == minutes_length) in_utc += ":00";
    return base::parse_instant(in_utc + 'Z');
}

}  // namespace

bool Codec<LocalDue>::parse(std::string_view text, LocalDue& value, const Limits& limits,
                            Reader& reader)
{
    if (const auto local = parse_local(text)) {
        value = {.due = {.at = *local, .whole_day = false}, .is_local = true};
        return true;
    }
    value.is_local = false;
    Reader with_offset;
    if (Codec<types::Due>::parse(text, value.due, limits, with_offset)) return true;
    return reader.fail("due_date",
                       "must be a day (2026-12-04) or a moment (2026-12-04T17:00), which may have "
                       "an offset (2026-12-04T17:00:00+01:00).");
}

bool Codec<LocalDue>::read(const boost::json::value& from, LocalDue& value, const Limits& limits,
                           Reader& reader)
{
    std::string_view text;
    return detail::read_text(from, text, reader) && parse(text, value, limits, reader);
}

void Codec<LocalDue>::write(const LocalDue& value, std::string& out, Dialect dialect)
{
    Codec<types::Due>::write(value.due, out, dialect);
}

void Codec<LocalDue>::describe(boost::json::object& schema, const Limits&, Dialect)
{
    schema["type"] = "string";
}

}  // namespace todod::schema
