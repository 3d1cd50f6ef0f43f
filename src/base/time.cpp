#include "base/time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "base/error.hpp"

namespace todod::base {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr sys_days first_day{std::chrono::year{1} / 1 / 1};
constexpr sys_days last_day{std::chrono::year{9999} / 12 / 31};

constexpr std::size_t day_size = 10;      // 2026-11-21
constexpr std::size_t time_size = 8;      // 10:00:00
constexpr std::size_t instant_size = 24;  // 2026-11-21T10:00:00.000Z
constexpr std::size_t offset_size = 6;    // +01:00

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// The number that all of `text` is; -1 if something in it is no digit.
constexpr int read_digits(std::string_view text)
{
    int value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<sys_days> read_day(std::string_view text)
{
    if (text.size() != day_size || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = read_digits(text.substr(0, 4));
    const int month = read_digits(text.substr(5, 2));
    const int day = read_digits(text.substr(8, 2));
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return sys_days{date};
}

struct TimeOfDay {
    std::chrono::seconds since_midnight;
    bool is_leap_second;
};

std::optional<TimeOfDay> read_time(std::string_view text)
{
    if (text.size() != time_size || text[2] != ':' || text[5] != ':') return std::nullopt;
    const int hour = read_digits(text.substr(0, 2));
    const int minute = read_digits(text.substr(3, 2));
    const int second = read_digits(text.substr(6, 2));
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    if (second < 0 || second > 60) return std::nullopt;
    const bool is_leap_second = second == 60;
    const auto seconds = (hour * 60 + minute) * 60 + (is_leap_second ? 59 : second);
    return TimeOfDay{std::chrono::seconds{seconds}, is_leap_second};
}

/// Takes a fraction of a second off the front of `rest`, if one is there.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& rest)
{
    if (!rest.starts_with('.')) return 0ms;
    rest.remove_prefix(1);
    int value = 0;
    int worth = 100;
    std::size_t size = 0;
    for (; size < rest.size() && is_digit(rest[size]); ++size) {
        value += (rest[size] - '0') * worth;
        worth /= 10;
    }
    if (size == 0) return std::nullopt;
    rest.remove_prefix(size);
    return std::chrono::milliseconds{value};
}

/// "+01:00" and its like.
std::optional<std::chrono::seconds> read_offset(std::string_view text)
{
    if (text.size() != offset_size || text[3] != ':') return std::nullopt;
    if (text[0] != '+' && text[0] != '-') return std::nullopt;
    const int hours = read_digits(text.substr(1, 2));
    const int minutes = read_digits(text.substr(4, 2));
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    const std::chrono::seconds offset{(hours * 60 + minutes) * 60};
    return text[0] == '-' ? -offset : offset;
}

/// Leap seconds are put at the end of a month, in UTC, and nowhere else (RFC 3339 §5.7).
bool is_before_new_month(Instant instant)
{
    const auto next = std::chrono::floor<std::chrono::seconds>(instant) + 1s;
    const auto day = std::chrono::floor<std::chrono::days>(next);
    return next == day && std::chrono::year_month_day{day}.day() == std::chrono::day{1};
}

void put_2_digits(char* out, unsigned value)
{
    out[0] = static_cast<char>('0' + value / 10 % 10);
    out[1] = static_cast<char>('0' + value % 10);
}

void put_4_digits(char* out, unsigned value)
{
    put_2_digits(out, value / 100);
    put_2_digits(out + 2, value);
}

void put_day(char* out, sys_days day)
{
    assert(day >= first_day && day <= last_day);
    const std::chrono::year_month_day date{day};
    put_4_digits(out, static_cast<unsigned>(int{date.year()}));
    out[4] = '-';
    put_2_digits(out + 5, unsigned{date.month()});
    out[7] = '-';
    put_2_digits(out + 8, unsigned{date.day()});
}

void put_time(char* out, unsigned seconds_since_midnight)
{
    put_2_digits(out, seconds_since_midnight / 3600);
    out[2] = ':';
    put_2_digits(out + 3, seconds_since_midnight / 60 % 60);
    out[5] = ':';
    put_2_digits(out + 6, seconds_since_midnight % 60);
}

const date::tzdb& get_database()
{
    try {
        return date::get_tzdb();
    } catch (const std::exception& failure) {
        throw Error{ErrorCode::internal,
                    fmt::format("the time zone database cannot be read: {}", failure.what())};
    }
}

/// Nothing if there is no zone of that name, or a file of that name that is no zone.
const date::time_zone* find_zone(std::string_view name)
{
    // Not tzdb::locate_zone: which string it takes depends on how Debian built the library.
    const auto& zones = get_database().zones;
    const auto found = std::ranges::lower_bound(
        zones, name, {}, [](const auto& zone) { return std::string_view{zone.name()}; });
    if (found == zones.end() || found->name() != name) return nullptr;
    try {
        found->get_info(date::sys_seconds{});  // reads the file
        return &*found;
    } catch (const std::exception&) {
        return nullptr;
    }
}

const date::time_zone& as_zone(const void* zone)
{
    return *static_cast<const date::time_zone*>(zone);
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) noexcept
{
    if (text.size() <= day_size + 1 + time_size) return std::nullopt;
    const auto day = read_day(text.substr(0, day_size));
    const char separator = text[day_size];
    const auto time = read_time(text.substr(day_size + 1, time_size));
    if (!day || !time || (separator != 'T' && separator != 't' && separator != ' ')) {
        return std::nullopt;
    }
    auto rest = text.substr(day_size + 1 + time_size);
    const auto fraction = take_fraction(rest);
    const auto offset = rest == "Z" || rest == "z" ? 0s : read_offset(rest);
    if (!fraction || !offset) return std::nullopt;

    const Instant instant = *day + time->since_midnight + *fraction - *offset;
    if (time->is_leap_second && !is_before_new_month(instant)) return std::nullopt;
    if (!is_in_calendar(instant)) return std::nullopt;
    return instant;
}

std::optional<sys_days> parse_date(std::string_view text) noexcept
{
    const auto day = read_day(text);
    return day && *day >= first_day ? day : std::nullopt;
}

std::string to_string(Instant instant)
{
    std::string text;
    append(text, instant);
    return text;
}

void append(std::string& out, Instant instant)
{
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const auto milliseconds = static_cast<unsigned>((instant - day).count());
    std::array<char, instant_size> text;
    put_day(&text[0], day);
    text[10] = 'T';
    put_time(&text[11], milliseconds / 1000);
    text[19] = '.';
    text[20] = static_cast<char>('0' + milliseconds / 100 % 10);
    put_2_digits(&text[21], milliseconds % 100);
    text[23] = 'Z';
    out.append(text.data(), text.size());
}

std::string to_string(sys_days day)
{
    std::string text;
    append(text, day);
    return text;
}

void append(std::string& out, sys_days day)
{
    std::array<char, day_size> text;
    put_day(text.data(), day);
    out.append(text.data(), text.size());
}

bool is_in_calendar(Instant instant) noexcept
{
    return instant >= first_day && instant < last_day + std::chrono::days{1};
}

Instant put_in_calendar(Instant instant) noexcept
{
    return std::clamp<Instant>(instant, first_day, last_day + std::chrono::days{1} - 1ms);
}

std::string_view weekday_of(sys_days day) noexcept
{
    constexpr std::string_view names = "SunMonTueWedThuFriSat";
    constexpr std::size_t name_size = 3;
    return names.substr(std::chrono::weekday{day}.c_encoding() * name_size, name_size);
}

std::string http_date(Instant instant)
{
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t name_size = 3;

    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant - day).count();

    std::string text = "Sun, 00 Jan 0000 00:00:00 GMT";
    weekday_of(day).copy(&text[0], name_size);
    put_2_digits(&text[5], unsigned{date.day()});
    months.copy(&text[8], name_size, (unsigned{date.month()} - 1) * name_size);
    put_4_digits(&text[12], static_cast<unsigned>(int{date.year()}));
    put_time(&text[17], static_cast<unsigned>(seconds));
    return text;
}

TimeZone TimeZone::utc() noexcept
{
    return {};
}

std::optional<TimeZone> TimeZone::find(std::string_view name)
{
    TimeZone zone;
    zone.name_ = name;
    if (const auto offset = read_offset(name)) {
        zone.fixed_ = *offset;
        return zone;
    }
    const auto* const found = find_zone(name);
    if (!found) return std::nullopt;
    zone.zone_ = found;
    return zone;
}

std::chrono::seconds TimeZone::offset_at(Instant instant) const
{
    if (!zone_) return fixed_;
    return as_zone(zone_).get_info(std::chrono::floor<std::chrono::seconds>(instant)).offset;
}

sys_days TimeZone::day_at(Instant instant) const
{
    return std::chrono::floor<std::chrono::days>(instant + offset_at(instant));
}

WallTime TimeZone::show(Instant instant) const
{
    Instant shown = instant + offset_at(instant);
    std::string_view zone = name_;
    if (!is_in_calendar(shown)) {
        shown = instant;
        zone = "UTC";
    }
    const auto day = std::chrono::floor<std::chrono::days>(shown);
    return {.day = day, .time = shown - day, .zone = zone};
}

std::optional<Instant> TimeZone::find_shown(Instant shown) const
{
    // The offsets around it: no zone changes its own twice within two days.
    const Instant by_first = shown - offset_at(shown - std::chrono::days{1});
    const Instant by_last = shown - offset_at(shown + std::chrono::days{1});
    const auto is_shown_at = [&](Instant at) { return at + offset_at(at) == shown; };
    Instant found = std::min(by_first, by_last);
    if (is_shown_at(by_first) != is_shown_at(by_last)) {
        found = is_shown_at(by_first) ? by_first : by_last;
    }
    return is_in_calendar(found) ? std::optional{found} : std::nullopt;
}

Instant TimeZone::start_of(sys_days day) const
{
    if (!zone_) return day - fixed_;
    const date::local_seconds midnight{day.time_since_epoch()};
    const auto info = as_zone(zone_).get_info(midnight);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return day - info.first.offset;
}

}  // namespace todod::base
