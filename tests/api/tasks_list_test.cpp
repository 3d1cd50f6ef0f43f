#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using todod::testing::TaskApi;

using Headers = std::vector<schema::NamedText>;

class TaskList : public TaskApi {
protected:
    /// A task that is due then: a day, or an instant.
    void due(std::string_view title, std::string_view date)
    {
        create(fmt::format(R"({{"title": "{}", "due_date": "{}"}})", title, date));
    }

    /// A minute after the one before.
    void create_later(std::string_view body)
    {
        api.clock().advance(1min);
        create(body);
    }
};

INSTANTIATE_TEST_SUITE_P(Api, TaskList, todod::testing::both_surfaces,
                         todod::testing::surface_name);

TEST_P(TaskList, is_a_plain_array_newest_first)
{
    const auto none = send("GET");
    EXPECT_EQ(none.status, 200);
    EXPECT_EQ(none.body, boost::json::parse("[]"));
    EXPECT_EQ(none.header("X-Total-Count"), "0");
    EXPECT_EQ(none.header("Link"), "");

    const auto first = create(R"({"title": "a"})");
    const auto second = create(R"({"title": "b"})");
    const auto list = send("GET");
    EXPECT_EQ(list.body, (boost::json::array{second, first}));
    EXPECT_EQ(list.header("X-Total-Count"), "2");
}

TEST_P(TaskList, has_no_other_users_tasks)
{
    create(R"({"title": "tea", "tags": ["a"], "due_date": "2020-01-01"})");
    create(R"({"title": "milk"})", "bob");
    for (const auto* query : {"", "?q=tea", "?tag=a", "?overdue=true", "?status=pending",
                              "?sort=title", "?due_before=2027-01-01"}) {
        EXPECT_THAT(titles(query), ::testing::Contains("tea")) << query;
        EXPECT_THAT(titles(query), ::testing::Not(::testing::Contains("milk"))) << query;
        EXPECT_THAT(titles(query, {}, "bob"), ::testing::Not(::testing::Contains("tea"))) << query;
    }
}

TEST_P(TaskList, filters_by_status)
{
    create(R"({"title": "a"})");
    create(R"({"title": "b", "status": "in_progress"})");
    create(R"({"title": "c", "status": "completed"})");
    EXPECT_THAT(titles("?status=all"), ElementsAre("c", "b", "a"));
    EXPECT_THAT(titles("?status=pending"), ElementsAre("b", "a"));
    EXPECT_THAT(titles("?status=TODO"), ElementsAre("a"));
    EXPECT_THAT(titles("?status=In_Progress"), ElementsAre("b"));
    EXPECT_THAT(titles("?status=COMPLETED"), ElementsAre("c"));
    EXPECT_EQ(send("GET", "?status=pending").header("X-Total-Count"), "2");
}

TEST_P(TaskList, filters_by_priority_and_by_all_of_the_tags)
{
    create(R"({"title": "a", "tags": ["x", "y"], "priority": "high"})");
    create(R"({"title": "b", "tags": ["y"], "priority": "high"})");
    create(R"({"title": "c", "tags": ["X", "y&z"]})");
    EXPECT_THAT(titles("?priority=High"), ElementsAre("b", "a"));
    EXPECT_THAT(titles("?tag=y"), ElementsAre("b", "a"));
    EXPECT_THAT(titles("?tag=y&tag=x"), ElementsAre("a"));
    EXPECT_THAT(titles("?tag=y%26z"), ElementsAre("c"));
    EXPECT_THAT(titles("?tag=x&tag=y&tag=z"), IsEmpty());
    EXPECT_THAT(titles("?tag=y&priority=low"), IsEmpty());
}

TEST_P(TaskList, finds_words_in_title_and_description)
{
    create(R"({"title": "Buy milk", "description": "and Käse"})");
    create(R"({"title": "Milk the cow"})");
    create(R"({"title": "Say \"hello\" AND bye"})");
    EXPECT_THAT(titles("?q=milk"), UnorderedElementsAre("Buy milk", "Milk the cow"));
    EXPECT_THAT(titles("?q=MILK+buy"), ElementsAre("Buy milk"));
    EXPECT_THAT(titles("?q=milk+k%C3%A4se"), ElementsAre("Buy milk"));
    EXPECT_THAT(titles("?q=milk+bread"), IsEmpty());
    EXPECT_EQ(send("GET", "?q=milk").header("X-Total-Count"), "2");
}

TEST_P(TaskList, takes_the_operators_of_the_search_engine_for_words)
{
    create(R"({"title": "Say \"hello\" AND bye"})");
    for (const auto* words :
         {"%22hello%22", "hello+AND+bye", "hello*", "(hello", "hello)", "%22", "title:hello",
          "-hello", "hello+-bye", "NEAR(hello)", "^hello", "'", "%3B--", "%25", "%5C"}) {
        EXPECT_EQ(send("GET", fmt::format("?q={}", words)).status, 200) << words;
    }
    EXPECT_THAT(titles("?q=hello+NOT+bye"), IsEmpty());
}

TEST_P(TaskList, sees_words_as_they_are_now)
{
    create(R"({"title": "milk"})");
    send("PATCH", "/1", R"({"title": "bread", "description": "rye"})");
    EXPECT_THAT(titles("?q=milk"), IsEmpty());
    EXPECT_THAT(titles("?q=rye+bread"), ElementsAre("bread"));
}

TEST_P(TaskList, bounds_due_dates_with_the_first_included_and_the_last_not)
{
    due("day 20", "2026-11-20");
    due("day 21", "2026-11-21");
    due("start of 21", "2026-11-21T00:00:00Z");
    due("end of 20", "2026-11-20T23:59:59.999Z");
    due("noon of 21", "2026-11-21T12:00:00Z");
    create(R"({"title": "whenever"})");

    EXPECT_THAT(titles("?due_before=2026-11-21"), UnorderedElementsAre("day 20", "end of 20"));
    EXPECT_THAT(titles("?dueAfter=2026-11-21"),
                UnorderedElementsAre("day 21", "start of 21", "noon of 21"));
    // A whole day is due at its end, after noon.
    EXPECT_THAT(titles("?due_before=2026-11-21T12:00:00Z"),
                UnorderedElementsAre("day 20", "end of 20", "start of 21"));
    EXPECT_THAT(titles("?due_after=2026-11-21T12:00:00Z"),
                UnorderedElementsAre("day 21", "noon of 21"));
    EXPECT_THAT(titles("?due_after=2026-11-21&due_before=2026-11-21"), IsEmpty());
    EXPECT_THAT(titles("?due_after=2026-11-20&due_before=2026-11-21"),
                UnorderedElementsAre("day 20", "end of 20"));
}

TEST_P(TaskList, overdue_is_what_is_past_due_and_not_completed)
{
    due("yesterday", "2026-11-20");
    due("today", "2026-11-21");
    due("a second ago", "2026-11-21T09:59:59Z");
    due("now", "2026-11-21T10:00:00Z");
    due("done", "2026-11-20");
    send("PATCH", "/5/complete");
    create(R"({"title": "whenever"})");
    EXPECT_THAT(titles("?overdue=true"), UnorderedElementsAre("yesterday", "a second ago"));
    EXPECT_THAT(titles("?overdue=true&due_before=2026-11-21"), ElementsAre("yesterday"));
    EXPECT_THAT(titles("?overdue=true&due_after=2026-11-21"), ElementsAre("a second ago"));
    EXPECT_THAT(titles("?overdue=true&status=completed"), IsEmpty());
    EXPECT_EQ(titles("?overdue=false").size(), 6U);

    api.clock().advance(14h);
    EXPECT_THAT(titles("?overdue=true"),
                UnorderedElementsAre("yesterday", "today", "a second ago", "now"));
}

TEST_P(TaskList, a_whole_day_ends_in_the_zone_of_the_one_who_asks)
{
    due("day 21", "2026-11-21");
    due("23:30 of 21 in UTC", "2026-11-21T23:30:00Z");
    const Headers tokyo{{"X-Timezone", "Asia/Tokyo"}};           // UTC+9: 22 Nov begins at 15:00
    const Headers new_york{{"x-timezone", "America/New_York"}};  // UTC-5: 22 Nov begins at 05:00
    const Headers offset{{"X-Timezone", "+09:00"}};

    // What a day as a bound means.
    EXPECT_THAT(titles("?due_before=2026-11-22"),
                UnorderedElementsAre("day 21", "23:30 of 21 in UTC"));
    EXPECT_THAT(titles("?due_before=2026-11-22", tokyo), ElementsAre("day 21"));
    EXPECT_THAT(titles("?due_before=2026-11-22", offset), ElementsAre("day 21"));
    EXPECT_THAT(titles("?due_after=2026-11-22", tokyo), ElementsAre("23:30 of 21 in UTC"));
    EXPECT_EQ(titles("?due_before=2026-11-22", new_york).size(), 2U);

    // When a whole day is over.
    const auto overdue_at = [&](base::Instant now, const Headers& headers) {
        api.clock().set(now);
        return titles("?overdue=true", headers);
    };
    using std::chrono::sys_days;
    const base::Instant midnight = sys_days{std::chrono::year{2026} / 11 / 22};
    EXPECT_THAT(overdue_at(midnight - 9h - 1ms, tokyo), IsEmpty());
    EXPECT_THAT(overdue_at(midnight - 9h, tokyo), ElementsAre("day 21"));
    EXPECT_THAT(overdue_at(midnight - 9h, {}), IsEmpty());
    EXPECT_THAT(overdue_at(midnight, {}), ::testing::Contains("day 21"));
    EXPECT_THAT(overdue_at(midnight + 5h - 1ms, new_york), ElementsAre("23:30 of 21 in UTC"));
    EXPECT_THAT(overdue_at(midnight + 5h, new_york), ::testing::Contains("day 21"));

    // An instant as a bound: the day that it falls on in the zone is not over at it.
    EXPECT_THAT(titles("?due_before=2026-11-21T15:00:00Z", tokyo), ElementsAre("day 21"));
    EXPECT_THAT(titles("?due_before=2026-11-21T14:59:59Z", tokyo), IsEmpty());
    EXPECT_THAT(titles("?due_after=2026-11-21T14:59:59Z", tokyo), ::testing::Contains("day 21"));
}

TEST_P(TaskList, sorts_by_creation_newest_first)
{
    for (const auto* title : {"a", "b", "c"})
        create(fmt::format(R"({{"title": "{}"}})", title));
    EXPECT_THAT(titles("?sort=created"), ElementsAre("c", "b", "a"));
    EXPECT_THAT(titles("?sort=-created"), ElementsAre("a", "b", "c"));
}

TEST_P(TaskList, sorts_titles_without_case)
{
    for (const auto* title : {"beta", "Alpha", "ALPHA 2", "alpha", "Über", "über uns", "Zebra"}) {
        create_later(fmt::format(R"({{"title": "{}"}})", title));
    }
    EXPECT_THAT(titles("?sort=title"),
                ElementsAre("alpha", "Alpha", "ALPHA 2", "beta", "Zebra", "Über", "über uns"));
    EXPECT_THAT(titles("?sort=-title"),
                ElementsAre("über uns", "Über", "Zebra", "beta", "ALPHA 2", "alpha", "Alpha"));
}

TEST_P(TaskList, sorts_by_the_last_change)
{
    for (const auto* title : {"a", "b", "c"}) {
        create_later(fmt::format(R"({{"title": "{}"}})", title));
    }
    api.clock().advance(1min);
    send("PATCH", "/1", R"({"priority": "low"})");
    EXPECT_THAT(titles("?sort=updated"), ElementsAre("a", "c", "b"));
    EXPECT_THAT(titles("?sort=-updated"), ElementsAre("b", "c", "a"));
}

TEST_P(TaskList, sorts_by_priority_highest_first)
{
    for (const auto* priority : {"low", "urgent", "medium", "high", "urgent"}) {
        create(fmt::format(R"({{"title": "{0}", "priority": "{0}"}})", priority));
    }
    create(R"({"title": "newer", "priority": "low"})");
    EXPECT_THAT(titles("?sort=priority"),
                ElementsAre("urgent", "urgent", "high", "medium", "newer", "low"));
    EXPECT_THAT(titles("?sort=-priority"),
                ElementsAre("newer", "low", "medium", "high", "urgent", "urgent"));
}

TEST_P(TaskList, sorts_by_due_date_with_none_last_either_way)
{
    create(R"({"title": "never"})");
    due("day 22", "2026-11-22");
    due("noon of 22", "2026-11-22T12:00:00Z");
    due("noon of 23", "2026-11-23T12:00:00Z");
    due("day 21", "2026-11-21");
    create(R"({"title": "never either"})");
    EXPECT_THAT(titles("?sort=due_date"), ElementsAre("day 21", "noon of 22", "day 22",
                                                      "noon of 23", "never either", "never"));
    EXPECT_THAT(titles("?sort=-dueDate"), ElementsAre("noon of 23", "day 22", "noon of 22",
                                                      "day 21", "never either", "never"));
    // That far in the east the 22nd is over before it is noon in UTC.
    EXPECT_THAT(
        titles("?sort=due_date", {{"X-Timezone", "+14:00"}}),
        ElementsAre("day 21", "day 22", "noon of 22", "noon of 23", "never either", "never"));
}

TEST_P(TaskList, has_as_many_as_asked_for_after_what_is_skipped)
{
    for (const auto* title : {"a", "b", "c"})
        create(fmt::format(R"({{"title": "{}"}})", title));
    EXPECT_THAT(titles("?limit=2"), ElementsAre("c", "b"));
    EXPECT_THAT(titles("?limit=2&skip=2"), ElementsAre("a"));
    EXPECT_THAT(titles("?skip=3"), IsEmpty());
    EXPECT_THAT(titles("?skip=9223372036854775807"), IsEmpty());
    EXPECT_EQ(send("GET", "?limit=1&skip=1").header("X-Total-Count"), "3");
}

TEST_P(TaskList, has_a_hundred_unless_asked_for_more)
{
    for (int i = 0; i < 101; ++i)
        create(R"({"title": "a"})");
    EXPECT_EQ(titles("").size(), 100U);
    EXPECT_NE(send("GET").header("Link"), "");
    EXPECT_EQ(titles("?limit=1000").size(), 101U);
    EXPECT_EQ(send("GET", "?limit=101").header("Link"), "");
}

TEST_P(TaskList, refuses_a_query_that_it_cannot_use)
{
    for (const auto* query :
         {"?status=done", "?limit=0", "?limit=1001", "?skip=-1", "?sort=size", "?limit=2&limit=3",
          "?due_before=2026-11-31", "?due_before=2026-11-21T10:00:00", "?q=+", "?q=%E3%80%80",
          "?overdue=maybe", "?page=2", "?due_before=2026-11-21&dueBefore=2026-11-21"}) {
        EXPECT_EQ(refuse("GET", query).code(), ErrorCode::invalid);
    }
    EXPECT_EQ(refuse("GET", "", {}, {{"X-Timezone", "Mars/Olympus"}}).code(), ErrorCode::invalid);
}

}  // namespace
}  // namespace todod::api
