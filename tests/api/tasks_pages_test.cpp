#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using todod::testing::Answered;
using todod::testing::kinds_of;
using todod::testing::TaskApi;

using Headers = std::vector<schema::NamedText>;

/// Of `<target>; rel="next"`; empty where there is none.
std::string next_target(const Answered& page)
{
    const std::string link = page.header("Link");
    if (link.empty()) return {};
    EXPECT_TRUE(link.starts_with('<'));
    EXPECT_TRUE(link.ends_with(R"(>; rel="next")"));
    return link.substr(1, link.find('>') - 1);
}

std::vector<std::int64_t> numbers_of(const Answered& page)
{
    std::vector<std::int64_t> numbers;
    for (const auto& task : page.body.as_array())
        numbers.push_back(task.at("number").as_int64());
    return numbers;
}

class TaskPages : public TaskApi {
protected:
    /// Tasks with ties in every key: in titles that differ in case alone, in days, in nothing.
    void create_many()
    {
        constexpr std::array titles{"milk",  "Milk",      "Äpfel", "äpfel", "zebra",
                                    "Apfel", "\\\"x\\\"", "ẞ",     "ss",    "👍"};
        constexpr std::array due{"null",
                                 R"("2026-11-22")",
                                 R"("2026-11-22T23:59:59.999Z")",
                                 R"("2026-11-22T12:00:00Z")",
                                 R"("1969-12-31")",
                                 "null",
                                 R"("2026-11-23")"};
        constexpr std::array priorities{"low", "high", "medium", "high", "urgent"};
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 3 == 0) api.clock().advance(1s);
            create(fmt::format(R"({{"title": "{}", "due_date": {}, "priority": "{}"}})",
                               titles[i % titles.size()], due[i % due.size()],
                               priorities[i % priorities.size()]));
        }
        create(R"({"title": "milk"})", "bob");
    }

    /// The numbers on all pages, one page after another.
    std::vector<std::int64_t> walk(const std::string& query, const Headers& headers = {})
    {
        std::vector<std::int64_t> numbers;
        std::string target = tasks() + query;
        while (!target.empty() && numbers.size() <= count) {
            const auto page = api.send("ada", "GET " + target, {}, headers);
            EXPECT_EQ(page.header("X-Total-Count"), std::to_string(count));
            for (const auto number : numbers_of(page))
                numbers.push_back(number);
            target = next_target(page);
        }
        return numbers;
    }

    std::string cursor_of(std::string_view query)
    {
        const std::string target = next_target(send("GET", query));
        return target.substr(target.find("cursor=") + 7);
    }

    static constexpr std::size_t count = 41;
};

INSTANTIATE_TEST_SUITE_P(Api, TaskPages, todod::testing::both_surfaces,
                         todod::testing::surface_name);

TEST_P(TaskPages, have_every_task_once_in_the_order_of_one_big_page)
{
    create_many();
    for (const auto* sort : {"created", "title", "updated", "due_date", "priority"}) {
        for (const auto* sign : {"", "-"}) {
            for (const auto* zone : {"UTC", "Pacific/Kiritimati"}) {
                const Headers headers{{"X-Timezone", zone}};
                const auto whole = numbers_of(
                    send("GET", fmt::format("?sort={}{}&limit=1000", sign, sort), {}, headers));
                ASSERT_THAT(whole, SizeIs(count));
                for (const int limit : {1, 2, 7, 40, 41}) {
                    SCOPED_TRACE(fmt::format("{}{} by {} in {}", sign, sort, limit, zone));
                    EXPECT_EQ(walk(fmt::format("?sort={}{}&limit={}", sign, sort, limit), headers),
                              whole);
                }
            }
        }
    }
}

TEST_P(TaskPages, go_on_with_the_same_filters)
{
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "Milk & tea", "tags": ["a b", "c&d"]})");
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "other"})");
    const auto first = send("GET", "?tag=a+b&tag=c%26d&q=milk+tea&status=pending&limit=2&_x=1");
    const auto target = next_target(first);
    EXPECT_TRUE(target.starts_with(tasks() + '?')) << target;
    EXPECT_NE(target.find("_x=1"), std::string::npos) << target;
    const auto second = api.send("ada", "GET " + target);
    EXPECT_THAT(numbers_of(second), ElementsAre(3, 2));
    EXPECT_EQ(second.header("X-Total-Count"), "5");
    const auto third = api.send("ada", "GET " + next_target(second));
    EXPECT_THAT(numbers_of(third), ElementsAre(1));
    EXPECT_EQ(third.header("Link"), "");
}

TEST_P(TaskPages, go_on_from_what_was_skipped)
{
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "a"})");
    const auto first = send("GET", "?skip=1&limit=2");
    EXPECT_THAT(numbers_of(first), ElementsAre(4, 3));
    EXPECT_THAT(numbers_of(api.send("ada", "GET " + next_target(first))), ElementsAre(2, 1));
}

TEST_P(TaskPages, have_no_link_when_the_last_task_is_on_the_page)
{
    for (int i = 0; i < 4; ++i)
        create(R"({"title": "a"})");
    const auto second = api.send("ada", "GET " + next_target(send("GET", "?limit=2")));
    EXPECT_THAT(numbers_of(second), SizeIs(2));
    EXPECT_EQ(second.header("Link"), "");
}

TEST_P(TaskPages, stand_where_they_were_while_tasks_come_and_go)
{
    for (int i = 0; i < 6; ++i)
        create(R"({"title": "a"})");
    const auto first = send("GET", "?limit=2");
    create(R"({"title": "new"})");
    send("DELETE", "/5");  // where the page ended
    send("DELETE", "/3");
    EXPECT_THAT(numbers_of(api.send("ada", "GET " + next_target(first))), ElementsAre(4, 2));
}

TEST_P(TaskPages, may_be_of_another_size)
{
    for (int i = 0; i < 9; ++i)
        create(R"({"title": "a"})");
    const auto cursor = cursor_of("?limit=2");
    EXPECT_THAT(numbers_of(send("GET", "?limit=3&cursor=" + cursor)), ElementsAre(7, 6, 5));
    EXPECT_THAT(numbers_of(send("GET", "?cursor=" + cursor)), SizeIs(7));
}

TEST_P(TaskPages, of_another_query_are_refused)
{
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "milk", "tags": ["a"]})");
    const auto cursor = cursor_of("?limit=2&sort=title");
    EXPECT_THAT(numbers_of(send("GET", "?sort=title&cursor=" + cursor)), SizeIs(3));
    for (const auto* query :
         {"?", "?sort=-title&", "?sort=created&", "?sort=title&status=pending&",
          "?sort=title&tag=a&", "?sort=title&q=milk&", "?sort=title&priority=medium&",
          "?sort=title&overdue=true&", "?sort=title&due_before=2027-01-01&",
          "?sort=title&due_after=2020-01-01&", "?sort=title&skip=1&"}) {
        const auto error = refuse("GET", fmt::format("{}cursor={}", query, cursor));
        EXPECT_EQ(error.code(), ErrorCode::invalid);
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre("query.cursor cursor"));
    }
    EXPECT_EQ(
        refuse("GET", "?sort=title&cursor=" + cursor, {}, {{"X-Timezone", "Asia/Tokyo"}}).code(),
        ErrorCode::invalid);
}

TEST_P(TaskPages, refuse_a_cursor_that_is_none)
{
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "a"})");
    const auto cursor = cursor_of("?limit=2");
    EXPECT_EQ(send("GET", "?cursor=" + cursor).status, 200);
    std::vector<std::string> broken{"",
                                    "x",
                                    "!!!!",
                                    cursor + "A",
                                    cursor.substr(0, cursor.size() - 1),
                                    cursor.substr(1),
                                    base::base64url_encode("null"),
                                    base::base64url_encode("[]"),
                                    base::base64url_encode("[1,2,3,4]"),
                                    base::base64url_encode(R"(["",0,null,1e99])"),
                                    std::string(2001, 'A')};
    // Every field of it in turn of another type.
    const auto parts = boost::json::parse(base::base64url_decode(cursor).value());
    for (std::size_t i = 0; i < parts.as_array().size(); ++i) {
        auto changed = parts.as_array();
        changed[i] = boost::json::array{};
        broken.push_back(base::base64url_encode(boost::json::serialize(changed)));
    }
    for (const auto& text : broken) {
        EXPECT_EQ(refuse("GET", "?cursor=" + text).code(), ErrorCode::invalid);
    }
}

TEST_P(TaskPages, by_another_users_cursor_are_the_callers_own)
{
    for (int i = 0; i < 5; ++i)
        create(R"({"title": "a"})");
    for (int i = 0; i < 3; ++i)
        create(R"({"title": "b"})", "bob");
    const auto cursor = cursor_of("?limit=2");
    const auto page = send("GET", "?cursor=" + cursor, {}, {}, "bob");
    EXPECT_EQ(page.header("X-Total-Count"), "3");
    for (const auto& task : page.body.as_array())
        EXPECT_EQ(task.at("title"), "b");
}

}  // namespace
}  // namespace todod::api
