#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.hpp"
#include "types/task.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* id_text = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";

/// What TagCondition is held against: its tag is "3-1".
Task make_task()
{
    Task task;
    task.number = 3;
    return task;
}

TEST(Status, is_read_in_every_spelling)
{
    for (const auto* text : {"pending", "Pending", "PENDING", "todo", "TODO", "Todo"}) {
        EXPECT_EQ(parse_value<Status>(text).value, Status::pending) << text;
        EXPECT_TRUE(parse_value<Status>(text).ok) << text;
    }
    EXPECT_EQ(parse_value<Status>("In_Progress").value, Status::in_progress);
    EXPECT_EQ(parse_value<Status>("COMPLETED").value, Status::completed);
    for (const auto* text : {"", "done", "in progress", "all", "in-progress"}) {
        EXPECT_FALSE(parse_value<Status>(text).ok) << text;
    }
}

TEST(Priority, is_read_in_every_spelling)
{
    for (const auto* text : {"urgent", "Urgent", "URGENT", "uRgEnT"}) {
        EXPECT_EQ(parse_value<Priority>(text).value, Priority::urgent) << text;
    }
    EXPECT_THAT(parse_value<Priority>("hihg").errors,
                ElementsAre("query.x enum: x must be 'low', 'medium', 'high' or 'urgent'; did you "
                            "mean 'high'?"));
    EXPECT_FALSE(parse_value<Priority>("1").ok);
}

TEST(Due, comes_back_as_it_was_given_in_utc)
{
    struct Case {
        const char* text;
        const char* json;
    };
    for (const auto& [text, json] : std::initializer_list<Case>{
             {"2026-12-27", R"("2026-12-27")"},
             {"2024-02-29", R"("2024-02-29")"},
             {"9999-12-31", R"("9999-12-31")"},
             {"2026-12-27T00:00:00Z", R"("2026-12-27T00:00:00.000Z")"},
             {"2026-12-27T17:00:00.5Z", R"("2026-12-27T17:00:00.500Z")"},
             {"2026-12-27T17:00:00.123456Z", R"("2026-12-27T17:00:00.123Z")"},
             {"2026-12-27t00:30:00+01:00", R"("2026-12-26T23:30:00.000Z")"},
             {"2026-12-31T23:30:00-01:00", R"("2027-01-01T00:30:00.000Z")"},
         }) {
        const auto read = read_value<Due>(to_json(text));
        EXPECT_THAT(read.errors, IsEmpty()) << text;
        EXPECT_EQ(write_value(read.value), json) << text;
        EXPECT_EQ(parse_value<Due>(text).value, read.value) << text;
    }
}

TEST(Due, refuses_what_is_neither_a_day_nor_an_instant)
{
    for (const auto* text :
         {"", "tomorrow", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "2026-1-1",
          "20261227", "2026-12-27 ", "2026-12-27T17:00:00", "2026-12-27T17:00", "2026-12-27T25:00Z",
          "2023-02-29T00:00:00Z", "2026-12-27T17:00:00+25:00", "27.12.2026", "1798390800"}) {
        EXPECT_THAT(read_value<Due>(to_json(text)).errors,
                    ElementsAre("body.x due_date: x must be a day ('2026-01-31') or an RFC 3339 "
                                "instant with its offset ('2026-01-31T17:00:00Z')."))
            << text;
    }
    for (const auto* json : {"1798390800", "true", "[]", "{}", "null"}) {
        EXPECT_FALSE(read_value<Due>(json).ok) << json;
    }
    EXPECT_TRUE(read_value<std::optional<Due>>("null").ok);
}

TEST(Due, is_described_as_either_form_or_null)
{
    EXPECT_EQ(describe_value<Due>(), parse(R"({"anyOf": [{"type": "string", "format": "date"},
                                  {"type": "string", "format": "date-time"}]})"));
    const auto nullable = describe_value<std::optional<Due>>();
    EXPECT_EQ(nullable.at("anyOf").as_array().back(), parse(R"({"type": "null"})"));
    EXPECT_EQ(nullable.at("anyOf").as_array().front(), describe_value<Due>());
}

TEST(TaskRef, names_a_task_by_its_id_or_its_number)
{
    const base::Uuid id = *base::parse_uuid(id_text);
    EXPECT_EQ(parse_value<TaskRef>(id_text).value, TaskRef{id});
    EXPECT_EQ(parse_value<TaskRef>("01934F3C-9A2B-7C51-8F0E-2D1B3A4C5D6E").value, TaskRef{id});
    EXPECT_EQ(parse_value<TaskRef>("3").value, TaskRef{3});
    EXPECT_EQ(read_value<TaskRef>("3").value, TaskRef{3});
    EXPECT_EQ(read_value<TaskRef>("3.0").value, TaskRef{3});
    EXPECT_EQ(read_value<TaskRef>(R"("3")").value, TaskRef{3});
    EXPECT_EQ(read_value<TaskRef>(R"("#3")").value, TaskRef{3});
    EXPECT_EQ(read_value<TaskRef>(to_json(id_text)).value, TaskRef{id});
    EXPECT_EQ(write_value(TaskRef{id}), to_json(id_text));
    EXPECT_EQ(write_value(TaskRef{3}), "3");
    EXPECT_EQ(describe_value<TaskRef>(), parse(R"({"type": ["string", "integer"]})"));
}

TEST(TaskRef, names_no_task_when_it_is_neither)
{
    const TaskRef none{std::int64_t{0}};
    for (const auto* text :
         {"", "0", "-3", "3a", " 3", "3 ", "+3", "1.0", "task", "null", "#", "##3", "# 3", "#-3",
          "99999999999999999999", "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6",
          "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e0"}) {
        const auto parsed = parse_value<TaskRef>(text);
        EXPECT_TRUE(parsed.ok) << text;
        EXPECT_EQ(parsed.value, none) << text;
    }
    EXPECT_EQ(read_value<TaskRef>("-3").value, none);
}

TEST(TaskRef, refuses_json_that_cannot_name_a_task)
{
    EXPECT_THAT(read_value<TaskRef>("1.5").errors,
                ElementsAre("body.x task_id: x must be a task's id or number."));
    for (const auto* json : {"null", "true", "[]", "{}", "1e300", "9223372036854775808.0"}) {
        EXPECT_FALSE(read_value<TaskRef>(json).ok) << json;
    }
}

TEST(TagCondition, holds_for_the_tag_of_the_task_among_others)
{
    const Task task = make_task();
    for (const auto* text : {"*", " * ", R"("3-1")", R"(  "3-1"  )", R"("4-1", "3-1")",
                             R"("x","3-1")", R"(, ,"3-1",)", R"(W/"9-9", "3-1")"}) {
        EXPECT_TRUE(parse_value<TagCondition>(text).value.matches(task)) << text;
    }
}

TEST(TagCondition, does_not_hold_for_what_is_foreign_or_broken)
{
    const Task task = make_task();
    for (const auto* text : {"",
                             "3-1",
                             R"("3-2")",
                             R"("4-1")",
                             R"("31")",
                             R"("3-1)",
                             R"(3-1")",
                             R"(")",
                             R"("")",
                             R"("-")",
                             R"("3-")",
                             R"("-1")",
                             R"("3-1-")",
                             R"(" 3-1")",
                             R"("3 -1")",
                             R"('3-1')",
                             R"("*")",
                             R"("x", *)",
                             R"("99999999999999999999-1")",
                             R"("686897696a7c876b7e")"}) {
        const auto parsed = parse_value<TagCondition>(text);
        EXPECT_TRUE(parsed.ok) << text;
        EXPECT_FALSE(parsed.value.matches(task)) << text;
        EXPECT_FALSE(parsed.value.matches_weakly(task)) << text;
    }
}

TEST(TagCondition, takes_a_weak_tag_where_comparison_is_weak)
{
    const Task task = make_task();
    for (const auto* text : {R"(W/"3-1")", R"("x", W/"3-1")"}) {
        const auto condition = parse_value<TagCondition>(text).value;
        EXPECT_FALSE(condition.matches(task)) << text;
        EXPECT_TRUE(condition.matches_weakly(task)) << text;
    }
    EXPECT_FALSE(parse_value<TagCondition>(R"(w/"3-1")").value.matches_weakly(task));
    EXPECT_FALSE(parse_value<TagCondition>(R"(W/"3-2")").value.matches_weakly(task));
    EXPECT_TRUE(parse_value<TagCondition>(R"("3-1")").value.matches_weakly(task));
    EXPECT_TRUE(parse_value<TagCondition>("*").value.matches_weakly(task));
}

TEST(TagCondition, is_read_from_a_string_alone)
{
    EXPECT_TRUE(read_value<TagCondition>(R"("*")").value.any);
    EXPECT_FALSE(read_value<TagCondition>("1").ok);
    EXPECT_EQ(describe_value<TagCondition>(), parse(R"({"type": "string"})"));
}

}  // namespace
}  // namespace todod::types
