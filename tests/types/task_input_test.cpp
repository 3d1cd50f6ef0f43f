#include "types/task_input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using boost::json::parse;
using schema::Dialect;
using schema::NamedText;
using schema::Place;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* id_text = "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e";

template <class T>
Outcome<T> read_body(std::string_view json, std::vector<NamedText> headers = {})
{
    const auto body = parse(json);
    const std::vector<NamedText> path{{"user_id", "ada"}, {"task_id", "3"}};
    return read_request<T>({.path = path, .query = {}, .headers = headers, .body = &body});
}

Outcome<ListTasks> read_query(std::vector<NamedText> query, std::vector<NamedText> headers = {})
{
    return read_request<ListTasks>(
        {.path = {}, .query = query, .headers = headers, .body = nullptr});
}

std::string titled(std::string_view title)
{
    return R"({"title": )" + to_json(title) + '}';
}

TEST(CreateTask, needs_a_title_and_nothing_else)
{
    const auto read = read_body<CreateTask>(R"({"title": "  Tea  "})");
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.title.value, "Tea");
    EXPECT_FALSE(read.value.status.given || read.value.completed.given ||
                 read.value.priority.given || read.value.tags.given || read.value.id.given ||
                 read.value.description.given || read.value.due_date.given);
    EXPECT_THAT(read_body<CreateTask>("{}").errors,
                ElementsAre("body.title missing: title is required."));
}

TEST(CreateTask, reads_every_field_in_either_spelling)
{
    for (const auto* json : {
             R"({"id": "01934F3C-9A2B-7C51-8F0E-2D1B3A4C5D6E", "title": "Tea",
                 "description": "Green", "status": "in_progress", "completed": false,
                 "priority": "Urgent", "tags": ["b", " a ", "b"], "due_date": "2026-12-27"})",
             R"({"id": "01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e", "title": "Tea",
                 "description": "Green", "status": "IN_PROGRESS", "completed": false,
                 "priority": "URGENT", "tags": ["b", "a"], "dueDate": "2026-12-27"})",
         }) {
        const auto read = read_body<CreateTask>(json);
        EXPECT_THAT(read.errors, IsEmpty());
        EXPECT_EQ(base::to_string(read.value.id.value), id_text);
        EXPECT_EQ(read.value.description.value, "Green");
        EXPECT_EQ(read.value.status.value, Status::in_progress);
        EXPECT_TRUE(read.value.completed.given);
        EXPECT_EQ(read.value.priority.value, Priority::urgent);
        EXPECT_THAT(read.value.tags.value, ElementsAre("b", "a"));
        EXPECT_TRUE(read.value.due_date.value->whole_day);
    }
}

TEST(CreateTask, bounds_the_title_in_code_points_after_trimming)
{
    for (const auto& title : {repeat(200, "a"), repeat(200, "😀"), repeat(100, "e\u0301"),
                              "  " + repeat(200, "é") + "\u3000"}) {
        EXPECT_TRUE(read_body<CreateTask>(titled(title)).ok);
    }
    for (const auto& title : {repeat(201, "a"), repeat(201, "😀"), std::string{}, repeat(9, " "),
                              repeat(3, "\u2003")}) {
        EXPECT_THAT(read_body<CreateTask>(titled(title)).errors, SizeIs(1)) << title;
    }
}

TEST(CreateTask, bounds_description_and_tags)
{
    const auto with = [](std::string_view key, const std::string& json) {
        return read_body<CreateTask>(fmt::format(R"({{"title": "Tea", "{}": {}}})", key, json));
    };
    EXPECT_TRUE(with("description", to_json(repeat(1000, "😀"))).ok);
    EXPECT_TRUE(with("description", "null").ok);
    EXPECT_FALSE(with("description", to_json(repeat(1001, "a"))).ok);

    std::string tags = R"("t0")";
    for (int i = 1; i < 32; ++i)
        tags += fmt::format(R"(, "t{}")", i);
    EXPECT_THAT(with("tags", '[' + tags + ']').value.tags.value, SizeIs(32));
    EXPECT_THAT(with("tags", '[' + tags + R"(, "one more"])").errors,
                ElementsAre("body.tags too_many: tags must have at most 32 items."));
    EXPECT_TRUE(with("tags", '[' + to_json(repeat(50, "é")) + ']').ok);
    EXPECT_FALSE(with("tags", '[' + to_json(repeat(51, "é")) + ']').ok);
    EXPECT_FALSE(with("tags", R"([" "])").ok);
    EXPECT_FALSE(with("tags", R"("a,b")").ok);
}

TEST(CreateTask, takes_null_for_description_and_due_date_and_completed_at_alone)
{
    for (const auto* key : {"description", "due_date", "completed_at"}) {
        EXPECT_TRUE(read_body<CreateTask>(fmt::format(R"({{"title": "Tea", "{}": null}})", key)).ok)
            << key;
    }
    for (const auto* key : {"id", "status", "completed", "priority", "tags", "number", "user_id",
                            "version", "created_at", "updated_at"}) {
        EXPECT_THAT(
            read_body<CreateTask>(fmt::format(R"({{"title": "Tea", "{}": null}})", key)).errors,
            SizeIs(1))
            << key;
    }
}

TEST(CreateTask, names_a_field_that_a_task_does_not_have_and_the_nearest)
{
    EXPECT_THAT(read_body<CreateTask>(R"({"title": "Tea", "dueDat": "2026-12-27"})").errors,
                ElementsAre("body.dueDat unknown_field: dueDat is not a known field; did you mean "
                            "'dueDate'?"));
    EXPECT_THAT(read_body<CreateTask>(R"({"title": "Tea", "due_dat": "2026-12-27"})").errors,
                ElementsAre("body.due_dat unknown_field: due_dat is not a known field; did you "
                            "mean 'due_date'?"));
}

TEST(CreateTask, takes_a_whole_task_as_todod_writes_it)
{
    Task task;
    task.title = "Tea";
    task.user_id = "ada";
    for (const Dialect dialect : {Dialect::tool, Dialect::scoped, Dialect::own}) {
        EXPECT_THAT(read_body<CreateTask>(write_value(task, dialect)).errors, IsEmpty());
        EXPECT_THAT(read_body<UpdateTask>(write_value(task, dialect)).errors, IsEmpty());
    }
}

TEST(CreateTask, is_described_with_its_limits)
{
    const auto schema =
        schema::object_schema(schema::type_of<CreateTask>(), Dialect::own, Place::body, true);
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(schema.at("required"), parse(R"(["title"])"));
    const auto& properties = schema.at("properties");
    EXPECT_EQ(properties.at("title").at("maxLength"), 200);
    EXPECT_EQ(properties.at("description").at("maxLength"), 1000);
    EXPECT_EQ(properties.at("description").at("type"), parse(R"(["string", "null"])"));
    EXPECT_EQ(properties.at("tags").at("maxItems"), 32);
    EXPECT_EQ(properties.at("priority").at("enum"),
              parse(R"(["LOW", "MEDIUM", "HIGH", "URGENT"])"));
}

TEST(UpdateTask, needs_nothing_but_the_task)
{
    const auto read = read_body<UpdateTask>("{}", {{"if-match", R"("3-1")"}});
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.task_id, TaskRef{3});
    EXPECT_THAT(read.value.if_match->tags, ElementsAre(TaskTag{3, 1}));
    EXPECT_FALSE(read.value.title.given);
    EXPECT_FALSE(read_body<UpdateTask>("{}").value.if_match);
    EXPECT_FALSE(
        schema::object_schema(schema::type_of<UpdateTask>(), Dialect::scoped, Place::body, true)
            .contains("required"));
}

TEST(UpdateTask, checks_what_is_sent_as_create_does)
{
    EXPECT_THAT(
        read_body<UpdateTask>(R"({"title": " ", "priority": "highest", "task_id": 3})").errors,
        ElementsAre("body.title too_short: title must have 1 to 200 characters.",
                    "body.priority enum: priority must be 'low', 'medium', 'high' or "
                    "'urgent'.",
                    "body.task_id unknown_field: task_id is not a known field."));
}

TEST(CompleteTask, takes_a_boolean_or_nothing)
{
    EXPECT_EQ(read_body<CompleteTask>(R"({"completed": true})").value.completed,
              (schema::Sent<bool>{true, true}));
    EXPECT_EQ(read_body<CompleteTask>(R"({"completed": false})").value.completed,
              (schema::Sent<bool>{true, false}));
    EXPECT_FALSE(read_body<CompleteTask>("{}").value.completed.given);
    for (const auto* json : {R"({"completed": null})", R"({"completed": "true"})",
                             R"({"completed": 1})", R"({"complete": true})", "[]"}) {
        EXPECT_FALSE(read_body<CompleteTask>(json).ok) << json;
    }
}

TEST(GetTask, takes_the_task_and_a_condition_and_no_body)
{
    const std::vector<NamedText> path{{"task_id", id_text}};
    const std::vector<NamedText> headers{{"If-None-Match", "*"}};
    const auto get =
        read_request<GetTask>({.path = path, .query = {}, .headers = headers, .body = nullptr});
    EXPECT_THAT(get.errors, IsEmpty());
    EXPECT_EQ(get.value.task_id, TaskRef{*base::parse_uuid(id_text)});
    EXPECT_TRUE(get.value.if_none_match->any);

    const auto remove =
        read_request<DeleteTask>({.path = path, .query = {}, .headers = {}, .body = nullptr});
    EXPECT_THAT(remove.errors, IsEmpty());
    EXPECT_FALSE(remove.value.if_match);
}

TEST(GetTask, joins_conditions_of_several_header_lines)
{
    const std::vector<NamedText> path{{"task_id", id_text}};
    const std::vector<NamedText> headers{{"If-None-Match", R"("3-1", "3-2")"},
                                         {"if-none-match", R"("4-1")"}};
    const auto get =
        read_request<GetTask>({.path = path, .query = {}, .headers = headers, .body = nullptr});
    EXPECT_THAT(get.errors, IsEmpty());
    EXPECT_THAT(get.value.if_none_match->tags,
                ElementsAre(TaskTag{3, 1}, TaskTag{3, 2}, TaskTag{4, 1}));
    EXPECT_FALSE(get.value.if_none_match->any);
}

TEST(ListTasks, takes_the_longest_cursor_that_there_is)
{
    // A title of 200 characters that fold to 12 bytes each, in base64url: 3200 and the rest.
    const auto read = [](std::size_t size) {
        const std::string cursor(size, 'a');
        const std::vector<NamedText> query{{"cursor", cursor}};
        return read_request<ListTasks>({.path = {}, .query = query, .headers = {}, .body = nullptr})
            .ok;
    };
    EXPECT_TRUE(read(4096));
    EXPECT_FALSE(read(4097));
}

TEST(Sort, reads_every_key_both_ways_round)
{
    struct Case {
        const char* text;
        SortKey key;
    };
    for (const auto& [text, key] : std::initializer_list<Case>{
             {"created", SortKey::created},
             {"title", SortKey::title},
             {"Updated", SortKey::updated},
             {"due_date", SortKey::due_date},
             {"dueDate", SortKey::due_date},
             {"PRIORITY", SortKey::priority},
         }) {
        EXPECT_EQ(parse_value<Sort>(text).value, (Sort{key, false})) << text;
        EXPECT_EQ(parse_value<Sort>(std::string{"-"} + text).value, (Sort{key, true})) << text;
        EXPECT_EQ(read_value<Sort>(to_json(text)).value, (Sort{key, false})) << text;
    }
    for (const auto* text : {"", "-", "--title", "+title", "title-", "title,created", "due"}) {
        EXPECT_FALSE(parse_value<Sort>(text).ok) << text;
    }
    EXPECT_FALSE(read_value<Sort>("null").ok);
}

TEST(Sort, is_written_and_described)
{
    EXPECT_EQ(write_value(Sort{SortKey::title, false}), R"("title")");
    EXPECT_EQ(write_value(Sort{SortKey::due_date, true}, Dialect::own), R"("-dueDate")");
    EXPECT_EQ(describe_value<Sort>({}, Dialect::own),
              parse(R"({"type": "string", "enum": ["created", "-created", "title", "-title",
                        "updated", "-updated", "dueDate", "-dueDate", "priority", "-priority"]})"));
}

TEST(ListTasks, asks_for_the_newest_hundred_unless_told_otherwise)
{
    const auto read = read_query({});
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.status, StatusFilter::all);
    EXPECT_EQ(read.value.sort, Sort{});
    EXPECT_EQ(read.value.limit, 100);
    EXPECT_EQ(read.value.skip, 0);
    EXPECT_FALSE(read.value.priority || read.value.q || read.value.due_before ||
                 read.value.due_after || read.value.overdue || read.value.cursor ||
                 read.value.time_zone);
}

TEST(ListTasks, reads_every_filter)
{
    const auto read = read_query({{"status", "TODO"},
                                  {"priority", "High"},
                                  {"tag", "b"},
                                  {"tag", "a"},
                                  {"tag", "b"},
                                  {"q", " milk tea "},
                                  {"dueBefore", "2026-12-27"},
                                  {"due_after", "2026-11-21T00:00:00+01:00"},
                                  {"overdue", "true"},
                                  {"sort", "-dueDate"},
                                  {"limit", "1000"},
                                  {"skip", "5"},
                                  {"cursor", "abc"},
                                  {"_rsc", "1"}},
                                 {{"x-timezone", "Europe/Berlin"}});
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.status, StatusFilter::todo);
    EXPECT_EQ(read.value.priority, Priority::high);
    EXPECT_THAT(read.value.tag, ElementsAre("b", "a"));
    EXPECT_EQ(read.value.q, "milk tea");
    EXPECT_TRUE(read.value.due_before->whole_day);
    EXPECT_FALSE(read.value.due_after->whole_day);
    EXPECT_TRUE(read.value.overdue);
    EXPECT_EQ(read.value.sort, (Sort{SortKey::due_date, true}));
    EXPECT_EQ(read.value.limit, 1000);
    EXPECT_EQ(read.value.skip, 5);
    EXPECT_EQ(read.value.cursor, "abc");
    EXPECT_EQ(read.value.time_zone->name(), "Europe/Berlin");
}

TEST(ListTasks, takes_every_status_and_all)
{
    struct Case {
        const char* text;
        StatusFilter status;
    };
    for (const auto& [text, status] : std::initializer_list<Case>{
             {"all", StatusFilter::all},
             {"Pending", StatusFilter::pending},
             {"TODO", StatusFilter::todo},
             {"IN_PROGRESS", StatusFilter::in_progress},
             {"completed", StatusFilter::completed},
         }) {
        EXPECT_EQ(read_query({{"status", text}}).value.status, status) << text;
    }
}

TEST(ListTasks, refuses_what_it_cannot_use)
{
    const std::vector<NamedText> bad{
        {"status", "done"},
        {"status", ""},
        {"priority", "none"},
        {"tag", ""},
        {"q", " \t"},
        {"due_before", "x"},
        {"due_after", "2026-11-21T10:00:00"},
        {"overdue", "maybe"},
        {"sort", "size"},
        {"limit", "0"},
        {"limit", "1001"},
        {"limit", "-1"},
        {"limit", "1.0"},
        {"limit", ""},
        {"skip", "-1"},
        {"skip", "9223372036854775808"},
        {"page", "2"},
    };
    for (const NamedText& parameter : bad) {
        EXPECT_THAT(read_query({parameter}).errors, SizeIs(1))
            << parameter.name << '=' << parameter.value;
    }
    EXPECT_THAT(read_query({{"stauts", "all"}}).errors,
                ElementsAre("query.stauts unknown_field: stauts is not a known query parameter; "
                            "did you mean 'status'?"));
    EXPECT_THAT(read_query({}, {{"X-Timezone", "Mars/Olympus"}}).errors, SizeIs(1));
}

}  // namespace
}  // namespace todod::types
