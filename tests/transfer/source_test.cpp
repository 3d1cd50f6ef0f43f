#include "transfer/source.hpp"

#include <gmock/gmock.h>

#include "support/errors.hpp"
#include "transfer/read.hpp"

namespace todod::transfer {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using types::Priority;
using types::Status;

using Lines = std::vector<std::string>;

const SourceOptions as_it_says{.now = read_at};

/// An export's users.
std::string document(std::string_view users)
{
    return fmt::format(R"({{"format":"todod","version":1,"users":[{}]}})", users);
}

TEST(CheckEncoding, takes_utf_8_with_or_without_a_mark_and_nothing_else)
{
    EXPECT_EQ(check_encoding("title"), "title");
    EXPECT_EQ(check_encoding("\xEF\xBB\xBFtitle"), "title");
    EXPECT_THAT(error_of([] { check_encoding("\xFF\xFEt"); }).message(), HasSubstr("UTF-16"));
    EXPECT_EQ(error_of([] { check_encoding("a\nb\nc\xE4\n"); }).message(), "line 3: not UTF-8");
}

TEST(GuessFormat, goes_by_the_name_and_by_what_is_there)
{
    EXPECT_EQ(guess_format("tasks.json", "[]"), Format::json);
    EXPECT_EQ(guess_format("-", " \n{\"format\":"), Format::json);
    EXPECT_EQ(guess_format("-", "[{"), Format::json);
    EXPECT_EQ(guess_format("tasks.csv", "title\n"), Format::csv);
    EXPECT_EQ(guess_format("-", "title,type\n"), Format::csv);
    EXPECT_EQ(guess_format("x.csv", "TYPE,CONTENT,PRIORITY\n"), Format::todoist);
}

TEST(CsvSource, reads_columns_by_any_spelling_of_their_names)
{
    const auto read = read_all(Format::csv,
                               "Title,Due Date,TAGS,priority,createdAt,completed,description\n"
                               "Tea,2026-12-01,\"kitchen, hot\",HIGH,2026-01-01T00:00:00Z,false,\n"
                               "Milk,,\"[\"\"a,b\"\"]\",,,1,\"\"\n");
    ASSERT_THAT(read.faults, IsEmpty());
    ASSERT_EQ(read.tasks.size(), 2);
    const types::Task& tea = read.tasks[0];
    EXPECT_EQ(tea.user_id, "ada");
    EXPECT_EQ(tea.title, "Tea");
    EXPECT_TRUE(tea.due_date->whole_day);
    EXPECT_THAT(tea.tags, ElementsAre("kitchen", "hot"));
    EXPECT_EQ(tea.priority, Priority::high);
    EXPECT_EQ(base::to_string(tea.created_at), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(tea.updated_at, tea.created_at);
    EXPECT_EQ(tea.status, Status::pending);
    EXPECT_EQ(tea.description, std::nullopt);
    const types::Task& milk = read.tasks[1];
    EXPECT_THAT(milk.tags, ElementsAre("a,b"));
    EXPECT_EQ(milk.description, "");
    EXPECT_EQ(milk.status, Status::completed);
    EXPECT_EQ(milk.completed_at, read_at);
    EXPECT_EQ(milk.created_at, read_at);
}

TEST(CsvSource, refuses_headers_that_mean_nothing_and_names_the_nearest)
{
    const struct {
        std::string_view header;
        std::string_view fault;
    } table[] = {
        {"", "the file is empty"},
        {"description", "line 1: no column is called title: is it the file's header?"},
        {"title,Title", "line 1: two columns are called title"},
        {"title,due_date,Due Date", "line 1: two columns are called due_date"},
        {"title,prority",
         "line 1: no field of a task is called 'prority'; did you mean "
         "'priority'? (--ignore-unknown leaves such columns out)"},
        {"title,colour",
         "line 1: no field of a task is called 'colour' (--ignore-unknown leaves "
         "such columns out)"},
    };
    for (const auto& [header, fault] : table)
        EXPECT_THAT(read_all(Format::csv, header).faults, ElementsAre(fault)) << header;
    const auto read = read_all(
        Format::csv, "title,colour\nTea,green\n",
        {.user_id = "ada", .now = read_at, .zone = base::TimeZone::utc(), .ignores_unknown = true});
    EXPECT_THAT(read.faults, IsEmpty());
    EXPECT_EQ(read.tasks.size(), 1);
}

TEST(CsvSource, names_every_line_and_field_that_is_wrong)
{
    const auto read = read_all(
        Format::csv,
        "title,priority,status,completed,due_date,version,completed_at,updated_at,created_at\n"
        ",,,,,,,,\n"
        "a,hgh,,,,,,,\n"
        "a,,completed,false,,,,,\n"
        "a,,,,tomorrow,,,,\n"
        "a,,,,,0,,,\n"
        "a,,,,,,2026-01-01T00:00:00Z,,\n"
        "a,,,,,,,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n"
        "a,b\n"
        "fine,,,,,,,,\n");
    EXPECT_THAT(
        read.faults,
        ElementsAre("line 2: title must have 1 to 200 characters.",
                    "line 3: priority must be 'low', 'medium', 'high' or 'urgent'; did you mean "
                    "'high'?",
                    "line 4: completed contradicts status.",
                    HasSubstr("line 5: due_date must be a day"),
                    "line 6: version must be at least 1, and no more than 2^53.",
                    "line 7: completed_at contradicts status: the task is not completed.",
                    "line 8: updated_at is before created_at.",
                    "line 9: 2 cells, and the header "
                    "has 9."));
    EXPECT_EQ(read.tasks.size(), 1);
}

TEST(Faults, show_the_first_and_count_the_rest)
{
    std::string text = "title\n";
    for (int i = 0; i < 30; ++i)
        text += "\" \"\n";
    const auto read = read_all(Format::csv, text);
    EXPECT_EQ(read.faults.size(), Faults::max_shown);
    EXPECT_EQ(read.fault_count, 30);
}

TEST(CsvSource, says_whose_tasks_are_whose_unless_all_are_one_users)
{
    constexpr std::string_view text = "user_id,title\nada,Tea\n\"'=1+1\",Milk\n";
    const auto read = read_all(Format::csv, text, as_it_says);
    ASSERT_EQ(read.tasks.size(), 2);
    EXPECT_EQ(read.tasks[0].user_id, "ada");
    EXPECT_EQ(read.tasks[1].user_id, "=1+1");
    for (const auto& task : read_all(Format::csv, text, {.user_id = "eve", .now = read_at}).tasks)
        EXPECT_EQ(task.user_id, "eve");
    EXPECT_THAT(read_all(Format::csv, "title\nTea\n", as_it_says).faults,
                ElementsAre("line 2: user_id is missing, or none that a user may have."));
}

TEST(Source, gives_a_row_without_an_id_the_same_one_each_time)
{
    constexpr std::string_view text = "title,tags\nTea,hot\nTea,\nTea,hot\n";
    const auto first = read_all(Format::csv, text);
    const auto later =
        read_all(Format::csv, text, {.user_id = "ada", .now = read_at + std::chrono::hours{1}});
    const auto other = read_all(Format::csv, text, {.user_id = "eve", .now = read_at});
    ASSERT_EQ(first.tasks.size(), 3);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(first.tasks[i].id, later.tasks[i].id);
        EXPECT_NE(first.tasks[i].id, other.tasks[i].id);
        EXPECT_EQ(base::to_string(first.tasks[i].id)[14], '8');
    }
    EXPECT_NE(first.tasks[0].id, first.tasks[1].id);
    EXPECT_NE(first.tasks[0].id, first.tasks[2].id);
}

TEST(Source, keeps_the_same_id_when_a_row_before_is_mended)
{
    const auto before = read_all(Format::csv, "title\nTae\nMilk\n");
    const auto after = read_all(Format::csv, "title\nTea\nMilk\n");
    EXPECT_NE(before.tasks[0].id, after.tasks[0].id);
    EXPECT_EQ(before.tasks[1].id, after.tasks[1].id);
}

constexpr std::string_view some_id = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";

TEST(Source, keeps_an_id_and_refuses_one_that_two_rows_have)
{
    const auto text = fmt::format("id,title\n{0},Tea\n,Milk\n{0},Bread\n", some_id);
    const auto read = read_all(Format::csv, text);
    EXPECT_EQ(base::to_string(read.tasks.at(0).id), some_id);
    EXPECT_THAT(read.faults, ElementsAre("line 4: id is that of line 2 as well."));
    const auto two = fmt::format("user_id,id,title\nada,{0},Tea\neve,{0},Tea\n", some_id);
    EXPECT_THAT(read_all(Format::csv, two, as_it_says).faults, IsEmpty());
}

TEST(JsonSource, reads_users_and_their_tasks)
{
    const auto read = read_all(Format::json, document(R"(
{"user_id":"ada","name":"Ada","email":"ada@example.com","created_at":"2026-01-01T00:00:00Z",
 "tasks":[{"title":"Tea","status":"completed","completed_at":"2026-02-01T00:00:00Z","version":3}],
 "conversations":[{"id":1,"messages":[{"x":"]}"}]}]},
{"user_id":"eve","tasks":[]})"),
                               as_it_says);
    ASSERT_THAT(read.faults, IsEmpty());
    ASSERT_EQ(read.users.size(), 2);
    EXPECT_EQ(read.users[0].email, "ada@example.com");
    EXPECT_EQ(base::to_string(read.users[0].created_at), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(read.users[1].name, std::nullopt);
    ASSERT_EQ(read.tasks.size(), 1);
    EXPECT_EQ(read.tasks[0].user_id, "ada");
    EXPECT_EQ(read.tasks[0].version, 3);
    EXPECT_EQ(base::to_string(*read.tasks[0].completed_at), "2026-02-01T00:00:00.000Z");
    EXPECT_EQ(read.losses.conversations, 1);
}

TEST(JsonSource, reads_a_list_of_tasks_as_the_api_gives_it)
{
    const auto read = read_all(
        Format::json, R"([{"title":"Tea","dueDate":"2026-12-01","priority":"HIGH","number":7}])");
    ASSERT_THAT(read.faults, IsEmpty());
    EXPECT_EQ(read.tasks.at(0).priority, Priority::high);
}

TEST(JsonSource, makes_no_users_when_all_tasks_are_one_users)
{
    const auto read =
        read_all(Format::json, document(R"({"user_id":"eve","tasks":[{"title":"Tea"}]})"));
    EXPECT_THAT(read.users, IsEmpty());
    EXPECT_EQ(read.tasks.at(0).user_id, "ada");
}

TEST(JsonSource, names_the_line_of_what_is_wrong)
{
    const struct {
        std::string text;
        std::string_view fault;
    } table[] = {
        {"{}", "line 1: this is no export of todod"},
        {"{\n\"format\":\"x\"}", "line 2: this is no export of todod"},
        {R"({"users":[]})", "line 1: this is no export of todod: \"format\": \"todod\" is missing"},
        {R"({"format":"todod","version":2})", "line 1: only version 1 can be read"},
        {document("") + "x", "line 1: no JSON: text behind the end"},
        {document("[]"), "line 1: an object is expected"},
        {document("{\"user_id\":\"a\",\n\"tasks\":[,]}"), "line 2: no JSON: a value is missing"},
        {document("{\"user_id\":\"a\",\n\"tasks\":[{},\n]}"), "line 2: title is required."},
        {document("{\"user_id\":\"a\",\n\"tasks\":[{\"title\"}]}"),
         "line 2: no JSON: syntax error"},
        {document("{\"tasks\":[]}"),
         "line 1: user_id is missing before the user's tasks, or none that a user may have"},
        {document("{\"user_id\":\"a\",\"tasks\":[],\n\"name\":\"x\"}"),
         "line 2: 'name' must stand before the user's tasks"},
        {document("{\"user_id\":\"a\",\n\"email\":\"x\",\"tasks\":[]}"),
         "line 2: email must have 3 to 254 characters."},
        {document("{\"user_id\":\"a\",\"taks\":[]}"),
         "line 1: taks is not a known field; did you mean 'tasks'?"},
        {document("{\"user_id\":\"a\",\"tasks\":[{\"user_id\":\"b\",\"title\":\"x\"}]}"),
         "line 1: user_id is missing, or not the user's under whom it is."},
        {document("{\"user_id\":\"a\",\"tasks\":[{\"title\":\"x\",\"titel\":1}]}"),
         "line 1: titel is not a known field; did you mean 'title'?"},
        {"{\"format\":\"todod\",\"users\":[{\"user_id\":\"a",
         "line 1: the file ends in the middle"},
    };
    for (const auto& [text, fault] : table) {
        const auto faults = read_all(Format::json, text, as_it_says).faults;
        ASSERT_FALSE(faults.empty()) << text;
        EXPECT_EQ(faults.front(), fault) << text;
    }
}

TEST(JsonSource, bounds_what_is_nested)
{
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    const auto faults =
        read_all(Format::json,
                 document(fmt::format(R"({{"user_id":"a","conversations":[{}]}})", deep)),
                 as_it_says)
            .faults;
    EXPECT_THAT(faults, ElementsAre("line 1: no JSON: nested too deep"));
}

}  // namespace
}  // namespace todod::transfer
