#include "base/time.hpp"

#include <gtest/gtest.h>

namespace todod::base {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

Instant at(std::string_view text)
{
    const auto instant = parse_instant(text);
    EXPECT_TRUE(instant) << text;
    return instant.value_or(Instant{});
}

TEST(Time, reads_an_instant_and_writes_it_in_utc)
{
    struct Case {
        std::string_view text;
        std::string_view in_utc;
    };
    for (const auto& [text, in_utc] : {
             Case{"2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000Z"},
             Case{"2026-11-21t10:00:00z", "2026-11-21T10:00:00.000Z"},
             Case{"2026-11-21 10:00:00Z", "2026-11-21T10:00:00.000Z"},
             Case{"2026-11-21T10:00:00.5+01:00", "2026-11-21T09:00:00.500Z"},
             Case{"2026-11-21T10:00:00.05-00:00", "2026-11-21T10:00:00.050Z"},
             Case{"2026-11-21T10:00:00.1239999999999999999999999Z", "2026-11-21T10:00:00.123Z"},
             Case{"2026-11-21T23:30:00-05:45", "2026-11-22T05:15:00.000Z"},
             Case{"2026-11-21T23:59:59.999+23:59", "2026-11-21T00:00:59.999Z"},
             Case{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
             Case{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
             Case{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
             Case{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
             Case{"0000-12-31T23:30:00-01:00", "0001-01-01T00:30:00.000Z"},
             Case{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
         }) {
        EXPECT_EQ(to_string(at(text)), in_utc) << text;
    }
}

TEST(Time, reads_a_leap_second_as_the_second_before_it)
{
    EXPECT_EQ(at("1990-12-31T23:59:60Z"), at("1990-12-31T23:59:59Z"));
    EXPECT_EQ(at("1990-12-31T15:59:60.25-08:00"), at("1990-12-31T23:59:59.25Z"));
}

TEST(Time, refuses_what_is_no_instant)
{
    for (const std::string_view text : {
             "",
             "2026-11-21",
             "2026-11-21T10:00:00",           // no offset
             "2026-11-21T10:00Z",             // no seconds
             "2026-11-21T10:00:00.Z",         // no digits
             "2026-11-21T10:00:00,5Z",        // a comma
             "2026-11-21_10:00:00Z",          // no separator
             "2026-11-21T10:00:00+0100",      // no colon
             "2026-11-21T10:00:00+01",        //
             "2026-11-21T10:00:00 +01:00",    //
             "2026-11-21T10:00:00+24:00",     // no such offset
             "2026-11-21T10:00:00+01:60",     //
             "2026-11-21T10:00:00Z ",         // something after it
             "2026-11-21T10:00:00ZZ",         //
             " 2026-11-21T10:00:00Z",         //
             "2026-11-21T24:00:00Z",          // no such time
             "2026-11-21T10:60:00Z",          //
             "2026-11-21T10:00:61Z",          //
             "2026-11-21T10:00:60Z",          // leap seconds are not put there
             "2026-11-21T23:59:60Z",          //
             "1990-12-31T23:59:60-08:00",     //
             "2026-00-10T10:00:00Z",          // no such day
             "2026-13-10T10:00:00Z",          //
             "2026-11-00T10:00:00Z",          //
             "2026-11-31T10:00:00Z",          //
             "2026-02-29T10:00:00Z",          //
             "1900-02-29T10:00:00Z",          //
             "26-11-21T10:00:00Z",            // other shapes
             "+2026-11-21T10:00:00Z",         //
             "2026-1-21T10:00:00Z",           //
             "2026/11/21T10:00:00Z",          //
             "2026-11-21T1o:00:00Z",          //
             "2026-11-21T-1:00:00Z",          //
             "0000-12-31T23:59:59Z",          // a year out of range once in UTC
             "0001-01-01T00:00:00+00:01",     //
             "9999-12-31T23:59:59-00:01",     //
             "10000-01-01T00:00:00Z",         //
             "1790000000",                    //
             "Sat, 21 Nov 2026 10:00:00 GMT"  //
         }) {
        EXPECT_FALSE(parse_instant(text)) << text;
    }
}

TEST(Time, reads_a_day_and_writes_it)
{
    for (const std::string_view text : {"0001-01-01", "1969-12-31", "2024-02-29", "9999-12-31"}) {
        const auto day = parse_date(text);
        ASSERT_TRUE(day) << text;
        EXPECT_EQ(to_string(*day), text);
    }
    EXPECT_EQ(parse_date("2026-11-21"), sys_days{std::chrono::year{2026} / 11 / 21});
}

TEST(Time, refuses_what_is_no_day)
{
    for (const std::string_view text :
         {"", "2026-02-29", "2026-11-31", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01",
          "2026-1-1", "20261121", "2026-11-21T", "2026-11-21 ", " 2026-11-21", "2026-11-2x",
          "-026-11-21", "2026.11.21"}) {
        EXPECT_FALSE(parse_date(text)) << text;
    }
}

TEST(Time, is_appended_to_what_is_there)
{
    std::string text = "from ";
    append(text, sys_days{std::chrono::year{2026} / 11 / 21});
    text += " to ";
    append(text, at("2026-11-22T00:00:00.007Z"));
    EXPECT_EQ(text, "from 2026-11-21 to 2026-11-22T00:00:00.007Z");
}

TEST(Time, writes_the_date_of_a_header)
{
    EXPECT_EQ(http_date(at("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(at("2026-11-21T10:00:00.999Z")), "Sat, 21 Nov 2026 10:00:00 GMT");
    EXPECT_EQ(http_date(at("2024-12-31T23:59:59Z")), "Tue, 31 Dec 2024 23:59:59 GMT");
    EXPECT_EQ(http_date(at("1970-01-01T00:00:00Z")), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(TimeZone, utc_is_always_there)
{
    const auto utc = TimeZone::utc();
    EXPECT_EQ(utc.name(), "UTC");
    EXPECT_EQ(utc.offset_at(at("2026-07-01T00:00:00Z")), 0s);
    EXPECT_EQ(to_string(utc.day_at(at("2026-07-01T23:59:59.999Z"))), "2026-07-01");
    EXPECT_EQ(utc.start_of(*parse_date("2026-07-01")), at("2026-07-01T00:00:00Z"));
}

TEST(TimeZone, is_found_by_its_name)
{
    for (const std::string_view name :
         {"Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5", "Asia/Calcutta"}) {
        const auto zone = TimeZone::find(name);
        ASSERT_TRUE(zone) << name;
        EXPECT_EQ(zone->name(), name);
    }
}

TEST(TimeZone, is_not_found_by_anything_else)
{
    for (const std::string_view name :
         {"", "Europe", "Europe/", "Europe/Atlantis", "europe/berlin", "/etc/passwd",
          "../zoneinfo/UTC", "zone.tab", "tzdata.zi", "leap-seconds.list", "+2", "+02", "+0200",
          "+24:00", "02:00", "+02:60", "+0a:00", "UTC+02:00"}) {
        EXPECT_FALSE(TimeZone::find(name)) << name;
    }
    EXPECT_FALSE(TimeZone::find(std::string_view{"UTC\0", 4}));
}

TEST(TimeZone, may_be_a_fixed_offset)
{
    const auto zone = TimeZone::find("-03:30");
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->name(), "-03:30");
    EXPECT_EQ(zone->offset_at(at("2026-07-01T00:00:00Z")), -(3h + 30min));
    EXPECT_EQ(to_string(zone->day_at(at("2026-07-01T03:29:59Z"))), "2026-06-30");
    EXPECT_EQ(zone->start_of(*parse_date("2026-07-01")), at("2026-07-01T03:30:00Z"));
}

TEST(TimeZone, knows_summer_time)
{
    const auto zone = TimeZone::find("Europe/Berlin");
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->offset_at(at("2026-03-29T00:59:59.999Z")), 1h);
    EXPECT_EQ(zone->offset_at(at("2026-03-29T01:00:00Z")), 2h);
    EXPECT_EQ(zone->offset_at(at("2026-10-25T00:59:59.999Z")), 2h);
    EXPECT_EQ(zone->offset_at(at("2026-10-25T01:00:00Z")), 1h);
    EXPECT_EQ(zone->offset_at(at("2037-07-01T00:00:00Z")), 2h);
    EXPECT_EQ(to_string(zone->day_at(at("2026-07-01T21:59:59.999Z"))), "2026-07-01");
    EXPECT_EQ(to_string(zone->day_at(at("2026-07-01T22:00:00Z"))), "2026-07-02");
}

TEST(TimeZone, knows_when_a_day_begins)
{
    struct Case {
        std::string_view zone;
        std::string_view day;
        std::string_view begins;
    };
    for (const auto& [name, day, begins] : {
             Case{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"},
             Case{"Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"},
             Case{"Asia/Kathmandu", "2026-11-21", "2026-11-20T18:15:00Z"},
             // Midnight was skipped: the day began at 01:00.
             Case{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
             // The clock went back to midnight at 01:00, so that midnight came twice.
             Case{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
             // The whole day was skipped.
             Case{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
             Case{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
         }) {
        const auto zone = TimeZone::find(name);
        ASSERT_TRUE(zone) << name;
        EXPECT_EQ(to_string(zone->start_of(*parse_date(day))), to_string(at(begins)))
            << name << ' ' << day;
    }
}

TEST(TimeZone, shows_a_day_and_a_time_and_whose_they_are)
{
    const auto zone = TimeZone::find("Europe/Berlin");
    ASSERT_TRUE(zone);
    const WallTime shown = zone->show(at("2026-07-01T22:30:00.5Z"));
    EXPECT_EQ(to_string(shown.day), "2026-07-02");
    EXPECT_EQ(shown.time, 30min + 500ms);
    EXPECT_EQ(shown.zone, "Europe/Berlin");
}

TEST(TimeZone, shows_no_day_outside_the_calendar)
{
    struct Case {
        std::string_view zone;
        std::string_view instant;
        std::string_view day;
        std::chrono::minutes time;
        std::string_view shown_in;
    };
    for (const auto& [name, instant, day, time, shown_in] : {
             Case{"Europe/Berlin", "9999-12-31T23:59:00Z", "9999-12-31", 23h + 59min, "UTC"},
             Case{"Europe/Berlin", "9999-12-31T22:59:00Z", "9999-12-31", 23h + 59min,
                  "Europe/Berlin"},
             Case{"Pacific/Kiritimati", "9999-12-31T10:00:00Z", "9999-12-31", 10h, "UTC"},
             Case{"+23:59", "9999-12-31T00:01:00Z", "9999-12-31", 1min, "UTC"},
             Case{"-00:01", "0001-01-01T00:00:00Z", "0001-01-01", 0min, "UTC"},
             Case{"-00:01", "0001-01-01T00:01:00Z", "0001-01-01", 0min, "-00:01"},
         }) {
        const auto zone = TimeZone::find(name);
        ASSERT_TRUE(zone) << name;
        const WallTime shown = zone->show(at(instant));
        EXPECT_EQ(to_string(shown.day), day) << name << instant;
        EXPECT_EQ(shown.time, time) << name << instant;
        EXPECT_EQ(shown.zone, shown_in) << name << instant;
    }
}

TEST(TimeZone, knows_when_its_clock_shows_a_time)
{
    struct Case {
        std::string_view zone;
        std::string_view shown;
        std::string_view instant;
    };
    for (const auto& [name, shown, instant] : {
             Case{"Europe/Berlin", "2026-07-01T09:30:00Z", "2026-07-01T07:30:00Z"},
             Case{"Europe/Berlin", "2026-03-29T01:59:00Z", "2026-03-29T00:59:00Z"},
             Case{"Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"},
             Case{"Europe/Berlin", "2026-10-25T01:59:00Z", "2026-10-24T23:59:00Z"},
             Case{"Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"},
             // What is skipped, and what is shown twice: the earlier one.
             Case{"Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T00:30:00Z"},
             Case{"Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"},
             Case{"America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"},
             Case{"Australia/Sydney", "2026-04-05T02:30:00Z", "2026-04-04T15:30:00Z"},
             Case{"-03:30", "2026-07-01T00:00:00Z", "2026-07-01T03:30:00Z"},
         }) {
        const auto zone = TimeZone::find(name);
        ASSERT_TRUE(zone) << name;
        const auto found = zone->find_shown(at(shown));
        ASSERT_TRUE(found) << name << shown;
        EXPECT_EQ(to_string(*found), to_string(at(instant))) << name << ' ' << shown;
    }
}

TEST(TimeZone, finds_no_time_outside_the_calendar)
{
    for (const auto& [name, shown, is_there] :
         {std::tuple{"Europe/Berlin", "0001-01-01T00:00:00Z", false},
          std::tuple{"Europe/Berlin", "0001-01-01T02:00:00Z", true},
          std::tuple{"America/New_York", "0001-01-01T00:00:00Z", true},
          std::tuple{"America/New_York", "9999-12-31T20:00:00Z", false},
          std::tuple{"Europe/Berlin", "9999-12-31T23:59:59Z", true}}) {
        const auto zone = TimeZone::find(name);
        ASSERT_TRUE(zone) << name;
        EXPECT_EQ(zone->find_shown(at(shown)).has_value(), is_there) << name << shown;
    }
}

TEST(Calendar, ends_with_the_years_that_can_be_shown)
{
    const Instant first = at("0001-01-01T00:00:00Z");
    const Instant last = at("9999-12-31T23:59:59.999Z");
    for (const Instant inside : {first, last, at("2026-01-01T00:00:00Z")}) {
        EXPECT_TRUE(is_in_calendar(inside));
        EXPECT_EQ(put_in_calendar(inside), inside);
    }
    EXPECT_FALSE(is_in_calendar(first - 1ms));
    EXPECT_FALSE(is_in_calendar(last + 1ms));
    EXPECT_EQ(put_in_calendar(first - 40h), first);
    EXPECT_EQ(put_in_calendar(last + 40h), last);
}

}  // namespace
}  // namespace todod::base
