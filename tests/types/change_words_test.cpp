#include "types/change_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "types/change_tools.hpp"

namespace todod::types {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

template <class T>
schema::Sent<T> given(T value)
{
    return {.given = true, .value = std::move(value)};
}

Change update_of(TaskState before, TaskState after)
{
    return {.kind = ChangeKind::update,
            .task_number = 3,
            .before = std::move(before),
            .after = std::move(after)};
}

TEST(ChangeWords, name_the_task_by_what_is_known_of_it)
{
    Change change{.kind = ChangeKind::create,
                  .task_number = 3,
                  .after = TaskState{.title = given(std::string{"Milk"})}};
    EXPECT_EQ(in_words(change), "task 3 'Milk': added");
    change.kind = ChangeKind::restore;
    EXPECT_EQ(in_words(change, "Bread"), "task 3 'Milk': restored");
    change = {.kind = ChangeKind::purge, .task_number = 3};
    EXPECT_EQ(in_words(change), "task 3: deleted for good");
    EXPECT_EQ(in_words(change, "Bread"), "task 3 'Bread': deleted for good");
}

TEST(ChangeWords, say_what_has_become_of_each_field)
{
    const std::optional<Due> day{
        {.at = base::Instant{std::chrono::sys_days{std::chrono::year{2026} / 12 / 4}},
         .whole_day = true}};
    const Change change = update_of({.title = given(std::string{"Milk"}),
                                     .description = given(std::optional<std::string>{"much of it"}),
                                     .status = given(Status::in_progress),
                                     .priority = given(Priority::low),
                                     .tags = given(std::vector<std::string>{}),
                                     .due_date = given(std::optional<Due>{})},
                                    {.title = given(std::string{"Oat milk"}),
                                     .description = given(std::optional<std::string>{}),
                                     .status = given(Status::completed),
                                     .priority = given(Priority::urgent),
                                     .tags = given(std::vector<std::string>{"a", "b"}),
                                     .due_date = given(day)});
    EXPECT_EQ(in_words(change),
              "task 3 'Milk': title 'Milk' → 'Oat milk', description, status in_progress → "
              "completed, priority low → urgent, tags none → a, b, due none → Fri 2026-12-04");
}

TEST(ChangeWords, are_cut_where_there_is_too_much)
{
    const Change change =
        update_of({.title = given(std::string(200, 'x'))}, {.title = given(std::string(200, 'y'))});
    EXPECT_LT(in_words(change).size(), 350U);
    Preview preview{.changes = std::vector<Change>(60, change)};
    const auto words = to_words(preview);
    EXPECT_THAT(words.changes, SizeIs(max_told_changes + 1));
    EXPECT_EQ(words.changes.back(), "and 10 more");
}

TEST(ChangeWords, say_who_it_was)
{
    EXPECT_EQ(in_words(Origin{.via = Via::rest}), "the API");
    EXPECT_EQ(in_words(Origin{.via = Via::mcp}), "a program over MCP");
    EXPECT_EQ(in_words(Origin{.via = Via::assistant, .is_service = true}),
              "the assistant, through another service");
}

TEST(UndoReport, says_in_sentences_what_was_taken_back_and_what_was_left)
{
    const Change change{.kind = ChangeKind::remove, .task_number = 3};
    Undone undone{.undoes = 1};
    EXPECT_EQ(to_report(undone).message, "Nothing has been taken back.");
    undone.changes = {change};
    undone.titles = {"Milk"};
    EXPECT_EQ(to_report(undone).message, "I've taken that back: task 3 'Milk': deleted.");
    undone.changes = std::vector<Change>(100, change);
    undone.conflicts = {{.task_number = 7,
                         .title = "Bread",
                         .fields = {"status", "completed_at"},
                         .detail = "Task 7 has been changed since."},
                        {.task_number = 8, .detail = "Task 8 has been deleted for good since."}};
    const UndoReport report = to_report(undone);
    EXPECT_EQ(report.count, 100);
    EXPECT_THAT(report.left, ElementsAre("task 7 'Bread' (status)", "task 8"));
    EXPECT_EQ(report.message,
              "I've taken back 100 changes. I've left 2 tasks, changed or deleted since: task 7 "
              "'Bread' (status); task 8.");
}

TEST(ChangeSetBrief, says_what_was_changed_first_and_how_much_more)
{
    ChangeSet set{.id = 4, .count = 3, .first = {.kind = ChangeKind::purge, .task_number = 3}};
    EXPECT_THAT(to_brief(set).words, HasSubstr("task 3: deleted for good; and 2 more"));
    set.count = 1;
    EXPECT_EQ(to_brief(set).words, "task 3: deleted for good");
    EXPECT_EQ(to_brief(set, "Milk").words, "task 3 'Milk': deleted for good");
}

}  // namespace
}  // namespace todod::types
