#include "assistant/builtin/dates.hpp"

#include <gmock/gmock.h>

namespace todod::assistant::builtin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A Wednesday.
constexpr std::string_view usual_now = "2026-03-11T10:20:00Z";

Moment moment_of(std::string_view now, std::string_view zone)
{
    return {.now = base::parse_instant(now).value(), .zone = base::TimeZone::find(zone).value()};
}

/// "2026-03-11 10:20", as the zone's clock shows it.
std::string shown(base::Instant instant, const base::TimeZone& zone)
{
    auto text = base::to_string(instant + zone.offset_at(instant)).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::vector<TimeMention> find(std::string_view text, const Moment& moment)
{
    return find_times(tokenize(text), moment);
}

struct Case {
    std::string_view text;
    std::string_view start;
    std::string_view end = "";  ///< empty: none
    Grain grain = Grain::day;
    std::string_view now = usual_now;
    std::string_view zone = "UTC";
};

void expect_found(std::span<const Case> cases)
{
    for (const Case& each : cases) {
        SCOPED_TRACE(std::string{each.text});
        const auto moment = moment_of(each.now, each.zone);
        const auto found = find(each.text, moment);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(shown(found[0].start, moment.zone), each.start);
        EXPECT_EQ(found[0].end ? shown(*found[0].end, moment.zone) : "", each.end);
        EXPECT_EQ(to_string(found[0].grain), to_string(each.grain));
    }
}

TEST(Dates, are_days_by_their_names)
{
    expect_found(std::to_array<Case>({
        {"pay the rent today", "2026-03-11 00:00"},
        {"call the bank tomorrow", "2026-03-12 00:00"},
        {"what was due yesterday?", "2026-03-10 00:00"},
        {"the day after tomorrow", "2026-03-13 00:00"},
        {"on Friday", "2026-03-13 00:00"},
        {"Wednesday", "2026-03-18 00:00"},  // today is one
        {"this Sunday", "2026-03-15 00:00"},
        {"next Thursday", "2026-03-19 00:00"},
        {"last Thursday", "2026-03-05 00:00"},
        {"saturday after next", "2026-03-21 00:00"},
        {"Thursday of next week", "2026-03-19 00:00"},
        {"next week on Tuesday", "2026-03-17 00:00"},
        {"the 20th of next month", "2026-04-20 00:00"},
        {"on the 9th", "2026-04-09 00:00"},
        {"two mondays from now", "2026-03-23 00:00"},
    }));
}

TEST(Dates, are_days_of_the_calendar)
{
    expect_found(std::to_array<Case>({
        {"May 5", "2026-05-05 00:00"},
        {"5 May 2027", "2027-05-05 00:00"},
        {"the twenty-first of June", "2026-06-21 00:00"},
        {"March 1st", "2027-03-01 00:00"},  // it has been
        {"2028-02-29", "2028-02-29 00:00"},
        {"6/30", "2026-06-30 00:00"},
        {"30/6/2026", "2026-06-30 00:00"},
        {"24.12.2026", "2026-12-24 00:00"},
        {"24-Dec-26", "2026-12-24 00:00"},
        {"Friday the 13th", "2026-03-13 00:00"},
        {"Monday, June 1", "2026-06-01 00:00"},
        {"29 February", "2028-02-29 00:00"},  // the next leap year's
        {"the ides of May", "2026-05-15 00:00"},
        {"Christmas Eve", "2026-12-24 00:00"},
        {"Thanksgiving", "2026-11-26 00:00"},
        {"Easter Monday 2027", "2027-03-29 00:00"},
        {"the second Tuesday in May", "2026-05-12 00:00"},
        {"the last Friday of the month", "2026-03-27 00:00"},
        {"last day of February 2028", "2028-02-29 00:00"},
        {"end of the month", "2026-03-31 00:00"},
        {"by end of year", "2026-12-31 00:00"},
        {"beginning of April", "2026-04-01 00:00"},
    }));
}

TEST(Dates, are_spans_of_the_calendar)
{
    expect_found(std::to_array<Case>({
        {"this week", "2026-03-09 00:00", "2026-03-16 00:00", Grain::week},
        {"next month", "2026-04-01 00:00", "2026-05-01 00:00", Grain::month},
        {"last year", "2025-01-01 00:00", "2026-01-01 00:00", Grain::year},
        {"in September", "2026-09-01 00:00", "2026-10-01 00:00", Grain::month},
        {"Q4 2026", "2026-10-01 00:00", "2027-01-01 00:00", Grain::quarter},
        {"this weekend", "2026-03-14 00:00", "2026-03-16 00:00"},
        {"from Monday to Thursday", "2026-03-16 00:00", "2026-03-20 00:00"},
        {"June 3 - 5", "2026-06-03 00:00", "2026-06-06 00:00"},
        {"28 December to 3 January", "2026-12-28 00:00", "2027-01-04 00:00"},
        {"in the next 3 days", "2026-03-11 00:00", "2026-03-15 00:00"},
        {"last 2 weeks", "2026-02-25 00:00", "2026-03-12 00:00", Grain::week},
        {"the week of May 6th", "2026-05-04 00:00", "2026-05-11 00:00", Grain::week},
    }));
}

TEST(Dates, are_times_of_day)
{
    expect_found(std::to_array<Case>({
        {"at 5pm", "2026-03-11 17:00", "", Grain::hour},
        {"at 9 a.m.", "2026-03-12 09:00", "", Grain::hour},  // it has been
        {"at 10 : 45", "2026-03-11 10:45", "", Grain::minute},
        {"13h05", "2026-03-11 13:05", "", Grain::minute},
        {"at noon", "2026-03-11 12:00", "", Grain::hour},
        {"at midnight", "2026-03-12 00:00", "", Grain::hour},
        {"half past 4", "2026-03-11 16:30", "", Grain::minute},
        {"a quarter to noon", "2026-03-11 11:45", "", Grain::minute},
        {"twenty past seven pm", "2026-03-11 19:20", "", Grain::minute},
        {"eight forty five p.m.", "2026-03-11 20:45", "", Grain::minute},
        {"915 pm", "2026-03-11 21:15", "", Grain::minute},
        {"23:59:30", "2026-03-11 23:59", "", Grain::second},
        {"at 1900", "2026-03-11 19:00", "", Grain::minute},
        {"at 3", "2026-03-11 15:00", "", Grain::hour},
        {"at 10", "2026-03-11 22:00", "", Grain::hour},
        {"tomorrow at 3", "2026-03-12 15:00", "", Grain::hour},
        {"tomorrow at 8", "2026-03-12 08:00", "", Grain::hour},
        {"8 tonight", "2026-03-11 20:00", "", Grain::hour},
        {"tonight at 1", "2026-03-12 01:00", "", Grain::hour},
        {"7 in the morning", "2026-03-12 07:00", "", Grain::hour},
        {"Saturday 6pm", "2026-03-14 18:00", "", Grain::hour},
        {"4 o'clock on May 2nd", "2026-05-02 16:00", "", Grain::hour},
        {"2026-04-01T08:30:00Z", "2026-04-01 08:30", "", Grain::second},
        {"3pm EST", "2026-03-11 20:00", "", Grain::hour},
        {"tomorrow 9:00 GMT+2", "2026-03-12 07:00", "", Grain::minute},
    }));
}

TEST(Dates, are_parts_of_a_day_and_intervals)
{
    expect_found(std::to_array<Case>({
        {"tomorrow afternoon", "2026-03-12 12:00", "2026-03-12 18:00", Grain::hour},
        {"on Friday evening", "2026-03-13 18:00", "2026-03-14 00:00", Grain::hour},
        {"from 3 to 5", "2026-03-11 15:00", "2026-03-11 17:00", Grain::hour},
        {"11-1pm", "2026-03-11 11:00", "2026-03-11 13:00", Grain::hour},
        {"between two and four pm on saturday", "2026-03-14 14:00", "2026-03-14 16:00",
         Grain::hour},
        {"tomorrow from 9:15 to 10:00", "2026-03-12 09:15", "2026-03-12 10:00", Grain::minute},
        {"Monday at 2pm for 3 hours", "2026-03-16 14:00", "2026-03-16 17:00", Grain::hour},
    }));
}

TEST(Dates, are_counted_from_now_or_from_others)
{
    expect_found(std::to_array<Case>({
        {"in half an hour", "2026-03-11 10:50", "", Grain::minute},
        {"in 1.5 hours", "2026-03-11 11:50", "", Grain::minute},
        {"in an hour and a half", "2026-03-11 11:50", "", Grain::minute},
        {"ten minutes from now", "2026-03-11 10:30", "", Grain::minute},
        {"three days ago", "2026-03-08 00:00"},
        {"within 2 weeks", "2026-03-25 00:00"},
        {"in a fortnight at 9am", "2026-03-25 09:00", "", Grain::hour},
        {"a week from Monday", "2026-03-23 00:00"},
        {"two days before Christmas", "2026-12-23 00:00"},
        {"20 minutes before noon", "2026-03-11 11:40", "", Grain::minute},
        {"in one month", "2026-02-28 00:00", "", Grain::day, "2026-01-31T12:00:00Z"},
        {"in one month", "2028-02-29 00:00", "", Grain::day, "2028-01-31T12:00:00Z"},
        {"in a year", "2029-02-28 00:00", "", Grain::day, "2028-02-29T12:00:00Z"},
        {"tomorrow", "2027-01-01 00:00", "", Grain::day, "2026-12-31T12:00:00Z"},
        {"next week", "2027-01-04 00:00", "2027-01-11 00:00", Grain::week, "2026-12-31T12:00:00Z"},
    }));
}

TEST(Dates, are_those_of_the_zone)
{
    expect_found(std::to_array<Case>({
        {"today", "2026-03-12 00:00", "", Grain::day, "2026-03-11T20:00:00Z", "Asia/Tokyo"},
        {"at 9 pm", "2026-03-11 21:00", "", Grain::hour, usual_now, "America/New_York"},
        // Clocks go forward at 2:00 on March 29th, and back at 3:00 on October 25th.
        {"March 29 at 2:30 am", "2026-03-29 03:30", "", Grain::minute, usual_now, "Europe/Berlin"},
        {"in 2 hours", "2026-03-29 04:30", "", Grain::minute, "2026-03-29T00:30:00Z",
         "Europe/Berlin"},
        {"in 2 days", "2026-03-30 00:00", "", Grain::day, "2026-03-28T22:30:00Z", "Europe/Berlin"},
        {"tomorrow", "2018-11-04 01:00", "", Grain::day, "2018-11-03T12:00:00Z",
         "America/Sao_Paulo"},  // whose midnight is skipped
    }));
    const auto found = find("October 25 at 2:30 am", moment_of(usual_now, "Europe/Berlin"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(base::to_string(found[0].start), "2026-10-25T00:30:00.000Z");  // the first of two
}

TEST(Dates, repeat)
{
    for (const auto& [text, start] : {
             std::pair{"every monday", "2026-03-16 00:00"},
             std::pair{"every day at 9am", "2026-03-12 09:00"},
             std::pair{"every day at 7", "2026-03-12 07:00"},
             std::pair{"each friday at 5", "2026-03-13 17:00"},
             std::pair{"every 2 weeks", "2026-03-25 00:00"},
             std::pair{"on Tuesdays", "2026-03-17 00:00"},
             std::pair{"water the plants daily", "2026-03-12 00:00"},
         }) {
        SCOPED_TRACE(text);
        const auto found = find(text, moment_of(usual_now, "UTC"));
        ASSERT_EQ(found.size(), 1U);
        EXPECT_TRUE(found[0].repeats);
        EXPECT_EQ(shown(found[0].start, base::TimeZone::utc()), start);
    }
}

TEST(Dates, tell_how_long_from_when)
{
    for (const auto* text : {"for two hours", "a 45 minute call", "work on it for a week"}) {
        SCOPED_TRACE(text);
        const auto found = find(text, moment_of(usual_now, "UTC"));
        ASSERT_EQ(found.size(), 1U);
        EXPECT_TRUE(found[0].is_duration);
    }
    EXPECT_FALSE(find("in two hours", moment_of(usual_now, "UTC")).at(0).is_duration);
}

TEST(Dates, are_not_found_in_other_words_and_numbers)
{
    for (const auto* text : {
             "may I have the second one?",
             "march on",
             "buy sun cream",
             "I sat down",
             "buy 3 eggs",
             "a table for two",
             "finish task 5",
             "complete tasks 1, 2 and 3",
             "one more thing",
             "upgrade to 2.15.3",
             "pay $12 to Ann",
             "1/2 cup of milk",
             "from 3 to 5 eggs",
             "by 5 people",
             "at 20 %",
             "on the 2nd floor",
             "game night",
             "easter eggs",
             "order christmas cards",
             "spring cleaning",
             "fall asleep",
             "wait a minute",
             "for the third time",
             "the last task",
             "the next one",
             "support 24/7",
             "page 10 to 12",
             "april and june are here",
             "february 30",
             "2026-02-29",
             "13/13",
             "at 25:00",
             "at 10:61",
             "in 99999999999 years",
             "in 9000 years",
             "2026-00-10",
             "99999999999999999999",
             "in 999999999 days",
             "",
             " ",
             "...",
         }) {
        EXPECT_THAT(find(text, moment_of(usual_now, "UTC")), IsEmpty()) << text;
    }
}

TEST(Dates, are_several_in_order)
{
    const std::string text =
        "Call Ann tomorrow at 9, then meet Bob on May 5th by 3pm; on Monday rest";
    const auto tokens = tokenize(text);
    std::vector<std::string> found;
    std::vector<std::string> lead;
    for (const auto& mention : find_times(tokens, moment_of(usual_now, "UTC"))) {
        const auto begin = tokens[mention.first].begin;
        found.push_back(text.substr(begin, tokens[mention.last - 1].end - begin));
        lead.push_back(text.substr(tokens[mention.lead].begin, begin - tokens[mention.lead].begin));
    }
    EXPECT_THAT(found, ElementsAre("tomorrow at 9", "May 5th by 3pm", "Monday"));
    EXPECT_THAT(lead, ElementsAre("", "on ", "on "));
}

TEST(Dates, that_are_before_another_are_counted_from_it)
{
    const auto found =
        find("dinner at 7pm, remind me 15 minutes before", moment_of(usual_now, "UTC"));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(base::to_string(found[1].start), "2026-03-11T18:45:00.000Z");
}

TEST(Dates, stand_for_a_moment)
{
    for (const auto& [text, at] : {
             std::pair{"on Friday", "2026-03-13 12:00"},
             std::pair{"tomorrow", "2026-03-12 10:20"},
             std::pair{"in 3 days", "2026-03-14 10:20"},
             std::pair{"tonight", "2026-03-11 20:00"},
             std::pair{"at 5pm", "2026-03-11 17:00"},
         }) {
        const auto found = find(text, moment_of(usual_now, "UTC"));
        ASSERT_EQ(found.size(), 1U) << text;
        EXPECT_EQ(shown(found[0].at, base::TimeZone::utc()), at) << text;
    }
}

TEST(Dates, become_what_a_task_is_due_by)
{
    const auto due = [](std::string_view text, std::string_view zone) {
        const auto moment = moment_of(usual_now, zone);
        return to_due(find(text, moment).at(0), moment.zone);
    };
    const auto day = [](std::string_view text) {
        return types::Due{.at = base::parse_date(text).value(), .whole_day = true};
    };
    EXPECT_EQ(due("tomorrow", "Pacific/Kiritimati"), day("2026-03-13"));
    EXPECT_EQ(due("on May 5th", "America/Los_Angeles"), day("2026-05-05"));
    EXPECT_EQ(due("this week", "UTC"), day("2026-03-15"));  // not its Monday, which has been
    EXPECT_EQ(due("next week", "UTC"), day("2026-03-16"));
    EXPECT_EQ(due("in 3 days", "UTC"), day("2026-03-14"));
    EXPECT_EQ(due("at 5pm", "UTC"),
              (types::Due{.at = base::parse_instant("2026-03-11T17:00:00Z").value()}));
}

TEST(Dates, in_a_very_long_text_are_found_in_time_that_grows_with_it)
{
    for (const std::string unit : {"the day after ", "1 hour before ", "1-", "monday, ", "a "}) {
        std::string text;
        while (text.size() < std::size_t{16} * 1024)
            text += unit;
        find(text, moment_of(usual_now, "UTC"));  // or it comes to the test's time-out
    }
}

}  // namespace
}  // namespace todod::assistant::builtin
