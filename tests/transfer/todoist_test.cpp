#include "transfer/todoist.hpp"

#include <gmock/gmock.h>

#include "transfer/read.hpp"

namespace todod::transfer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using types::Priority;

using Words = std::vector<std::string>;

constexpr std::string_view header =
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n";

ReadAll read(std::string_view rows)
{
    return read_all(Format::todoist, fmt::format("{}{}", header, rows));
}

TEST(TakeLabels, finds_them_wherever_they_stand_and_nothing_else)
{
    const struct {
        std::string_view content;
        std::string_view text;
        Words labels;
    } table[] = {
        {"Buy milk", "Buy milk", {}},
        {"Buy milk @errands", "Buy milk", {"errands"}},
        {"@errands Buy @home milk", "Buy milk", {"errands", "home"}},
        {"Mail ada@example.com", "Mail ada@example.com", {}},
        {"Meet @ noon", "Meet @ noon", {}},
        {"@@x", "@@x", {}},
        {"@work", "@work", {"work"}},
        {"* Reference", "Reference", {}},
        {"*bold*", "*bold*", {}},
        {"two  spaces @größe", "two  spaces", {"größe"}},
    };
    for (const auto& [content, text, labels] : table) {
        const auto taken = take_labels(content);
        EXPECT_EQ(taken.text, text) << content;
        EXPECT_EQ(taken.labels, labels) << content;
    }
}

TEST(ReadTodoistPriority, counts_from_the_most_urgent)
{
    EXPECT_EQ(read_todoist_priority("1"), Priority::urgent);
    EXPECT_EQ(read_todoist_priority("2"), Priority::high);
    EXPECT_EQ(read_todoist_priority("3"), Priority::medium);
    EXPECT_EQ(read_todoist_priority("4"), Priority::low);
    EXPECT_EQ(read_todoist_priority("").value(), std::nullopt);
    for (const std::string_view bad : {"0", "5", "p1", "high"})
        EXPECT_EQ(read_todoist_priority(bad), std::nullopt) << bad;
}

/// "" for none; " …" for what comes again.
std::string date_of(std::string_view text)
{
    const auto date = read_todoist_date(text, read_at, *base::TimeZone::find("Europe/Berlin"));
    std::string out;
    if (date.due) schema::Codec<types::Due>::write(*date.due, out, schema::Dialect::tool);
    return out + (date.repeats ? " …" : "");
}

TEST(ReadTodoistDate, understands_what_todoist_writes)
{
    const std::pair<std::string_view, std::string_view> table[] = {
        {"", ""},
        {"2026-08-20", R"("2026-08-20")"},
        {"2026-03-14 17:00", R"("2026-03-14T16:00:00.000Z")"},
        {"2026-03-14T17:00:00", R"("2026-03-14T16:00:00.000Z")"},
        {"2026-07-10T14:03:22Z", R"("2026-07-10T14:03:22.000Z")"},
        {"Jul 22", R"("2027-07-22")"},
        {"22 Jul 2026", R"("2026-07-22")"},
        {"tomorrow", R"("2026-11-22")"},
        {"tomorrow at 5pm", R"("2026-11-22T16:00:00.000Z")"},
        {"every friday", R"("2026-11-27" …)"},
        {"every! 3 days", " …"},
        {"morgen", ""},
        {"when I have time", ""},
        {"friday or so", ""},
    };
    for (const auto& [text, date] : table)
        EXPECT_EQ(date_of(text), date) << text;
}

TEST(TodoistSource, keeps_what_a_project_says)
{
    const auto all = read(
        "meta,view_style=list,,,,,,,,\n"
        "note,About the project,,,,Ada (1),,2026-07-10T14:03:22Z,,\n"
        "section,Planning,,,,,,,,\n"
        "task,Draft @work,Outline,1,1,Ada (1),,2026-08-20,en,Europe/Berlin\n"
        "note,\"Two\nlines\",,,,Ada (1),,2026-07-10T14:03:22Z,,\n"
        "task,Read,,4,2,Ada (1),Eve (2),,,\n"
        "task,Read on,,4,3,Ada (1),,,,\n"
        "task,Book,,,1,Ada (1),,morgen,de,\n"
        ",,,,,,,,,\n"
        "section,Later,,,,,,,,\n"
        "task,Water,,2,1,,,every friday,en,\n");
    ASSERT_THAT(all.faults, IsEmpty());
    ASSERT_EQ(all.tasks.size(), 5);
    const auto& draft = all.tasks[0];
    EXPECT_EQ(draft.title, "Draft");
    EXPECT_EQ(draft.description, "Outline\nComment of 2026-07-10: Two\nlines");
    EXPECT_THAT(draft.tags, ElementsAre("work", "Planning"));
    EXPECT_EQ(draft.priority, Priority::urgent);
    EXPECT_TRUE(draft.due_date->whole_day);
    EXPECT_EQ(all.tasks[1].description, "Sub-task of: Draft\nAssigned to: Eve (2)");
    EXPECT_EQ(all.tasks[2].description, "Sub-task of: Draft › Read");
    EXPECT_EQ(all.tasks[3].description, "Due: morgen");
    EXPECT_EQ(all.tasks[3].priority, Priority::medium);
    EXPECT_EQ(all.tasks[4].description, "Repeats: every friday");
    EXPECT_TRUE(all.tasks[4].due_date);
    EXPECT_THAT(all.tasks[4].tags, ElementsAre("Later"));
    EXPECT_EQ(all.losses.project_comments, 1);
    EXPECT_EQ(all.losses.texts_for_dates, 1);
}

TEST(TodoistSource, takes_a_deadline_for_a_date_where_there_is_none)
{
    const auto all = read_all(Format::todoist,
                              "TYPE,CONTENT,DATE,DEADLINE,DURATION,DURATION_UNIT\n"
                              "task,a,,2026-08-01,45,minute\n"
                              "task,b,2026-07-01,2026-08-01,,\n");
    ASSERT_THAT(all.faults, IsEmpty());
    EXPECT_EQ(all.tasks[0].description, "Deadline: 2026-08-01\nTakes: 45 minute");
    EXPECT_EQ(all.tasks[0].due_date->at, base::Instant{*base::parse_date("2026-08-01")});
    EXPECT_EQ(all.tasks[1].due_date->at, base::Instant{*base::parse_date("2026-07-01")});
}

TEST(TodoistSource, keeps_what_is_too_long_for_a_title_in_the_description)
{
    const std::string title(300, 'x');
    const auto all = read(fmt::format("task,{},more,4,1,,,,,\n", title));
    ASSERT_THAT(all.faults, IsEmpty());
    EXPECT_EQ(all.tasks[0].title, std::string(199, 'x') + "…");
    EXPECT_EQ(all.tasks[0].description, title + "\nmore");
}

TEST(TodoistSource, names_every_line_that_is_wrong)
{
    const auto all = read(
        "tsk,a,,1,1,,,,,\n"
        "task,a,,5,1,,,,,\n"
        "task,a,,1,x,,,,,\n"
        "task,a,,1,1,,,2026-08-20,en,Mars/Olympus\n"
        "task,,,1,1,,,,,\n" +
        fmt::format("task,a,{},1,1,,,,,\n", std::string(1001, 'x')));
    EXPECT_THAT(all.faults, ElementsAre("line 2: TYPE must be task, section or note.",
                                        "line 3: PRIORITY must be 1 (most urgent) to 4.",
                                        "line 4: INDENT must be 1, 2, 3 …",
                                        "line 5: TIMEZONE: there is no time zone 'Mars/Olympus'.",
                                        "line 6: title must have 1 to 200 characters.",
                                        "line 7: description must have at most 1000 characters."));
    EXPECT_THAT(read_all(Format::todoist, "TYPE,CONTENT,PRIORTY\n").faults,
                ElementsAre(HasSubstr("did you mean 'PRIORITY'?")));
    EXPECT_THAT(read_all(Format::todoist, "TYPE,DATE\n").faults,
                ElementsAre(HasSubstr("no column is called CONTENT")));
}

TEST(TodoistSource, gives_a_task_the_same_id_on_another_day)
{
    constexpr std::string_view text = "TYPE,CONTENT,DATE\ntask,a,tomorrow\ntask,a,tomorrow\n";
    const auto today = read_all(Format::todoist, text);
    const auto later =
        read_all(Format::todoist, text, {.user_id = "ada", .now = read_at + std::chrono::days{3}});
    ASSERT_EQ(today.tasks.size(), 2);
    EXPECT_EQ(today.tasks[0].id, later.tasks[0].id);
    EXPECT_NE(today.tasks[0].due_date, later.tasks[0].due_date);
    EXPECT_NE(today.tasks[0].id, today.tasks[1].id);
}

}  // namespace
}  // namespace todod::transfer
