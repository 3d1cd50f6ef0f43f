#include "api/tools.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::parse;

class Tools : public testing::ToolsTest {};

TEST_F(Tools, add_a_task_with_all_that_it_may_have)
{
    const object made = done("add_task", R"({"title": " Call mom ", "description": "at home",
        "priority": "high", "tags": ["family"], "due_date": "2026-12-27"})");
    EXPECT_EQ(made.at("task_id"), 1);
    EXPECT_EQ(made.at("status"), "created");
    EXPECT_EQ(made.at("title"), "Call mom");
    EXPECT_EQ(made.at("message"), "I've added 'Call mom' to your tasks.");
    const auto kept = api.send("ada", "GET /api/ada/tasks/1").body;
    EXPECT_EQ(kept.at("id"), made.at("id"));
    EXPECT_EQ(kept.at("description"), "at home");
    EXPECT_EQ(kept.at("priority"), "High");
    EXPECT_EQ(kept.at("tags"), parse(R"(["family"])"));
    EXPECT_EQ(kept.at("due_date"), "2026-12-27");
}

TEST_F(Tools, take_an_instant_without_an_offset_in_the_users_zone)
{
    const operation::ToolCall in_berlin{
        .caller = {}, .arguments = {}, .time_zone = "Europe/Berlin"};
    EXPECT_EQ(done("add_task", R"({"title": "a", "due_date": "2026-07-01T09:30"})", in_berlin)
                  .at("due_date"),
              "2026-07-01T07:30:00.000Z");
    EXPECT_EQ(done("add_task", R"({"title": "a", "due_date": "2026-12-01T09:30:00"})", in_berlin)
                  .at("due_date"),
              "2026-12-01T08:30:00.000Z");
    EXPECT_EQ(
        done("add_task", R"({"title": "a", "due_date": "2026-12-01T09:30:00"})").at("due_date"),
        "2026-12-01T09:30:00.000Z");
    EXPECT_EQ(
        done("add_task", R"({"title": "a", "due_date": "2026-12-01T09:30:00+05:00"})", in_berlin)
            .at("due_date"),
        "2026-12-01T04:30:00.000Z");
    // The clock goes from 2 to 3: half past two is not there.
    EXPECT_EQ(done("add_task", R"({"title": "a", "due_date": "2026-03-29T02:30"})", in_berlin)
                  .at("due_date"),
              "2026-03-29T00:30:00.000Z");
    // The clock goes from 3 back to 2: half past two is shown twice.
    EXPECT_EQ(done("add_task", R"({"title": "a", "due_date": "2026-10-25T02:30"})", in_berlin)
                  .at("due_date"),
              "2026-10-25T00:30:00.000Z");
    EXPECT_EQ(failed("add_task", R"({"title": "a", "due_date": "tomorrow"})"),
              "due_date must be a day (2026-12-04) or a moment (2026-12-04T17:00), which may have "
              "an offset (2026-12-04T17:00:00+01:00).");
}

TEST_F(Tools, show_what_is_due_at_either_end_of_the_calendar)
{
    struct Case {
        std::string_view due_date;
        std::string_view time_zone;
        std::string_view due;
    };
    for (const auto& [due_date, time_zone, due] : {
             Case{"9999-12-31T23:59:59Z", "Europe/Berlin", "Fri 9999-12-31 23:59 UTC"},
             Case{"9999-12-31T23:59:59Z", "-23:59", "Fri 9999-12-31 00:00 -23:59"},
             Case{"0001-01-01T00:00:00Z", "America/New_York", "Mon 0001-01-01 00:00 UTC"},
             Case{"0001-01-01T00:00:00Z", "+23:59", "Mon 0001-01-01 23:59 +23:59"},
             Case{"9999-12-31", "Pacific/Kiritimati", "Fri 9999-12-31"},
             Case{"0001-01-01", "Pacific/Pago_Pago", "Mon 0001-01-01"},
         }) {
        const operation::ToolCall there{
            .caller = {}, .arguments = {}, .time_zone = std::string{time_zone}};
        SCOPED_TRACE(fmt::format("{} in {}", due_date, time_zone));
        const auto arguments = fmt::format(R"({{"title": "a", "due_date": "{}"}})", due_date);
        EXPECT_EQ(std::string_view{done("add_task", arguments, there).at("due").as_string()}, due);
        const auto batch = fmt::format(R"({{"tasks": [{}]}})", arguments);
        EXPECT_EQ(done("add_tasks", batch, there).at("succeeded"), 1);
    }
    for (const std::string zone : {"Pacific/Kiritimati", "Pacific/Pago_Pago", "+23:59", "-23:59"}) {
        const operation::ToolCall there{.caller = {}, .arguments = {}, .time_zone = zone};
        EXPECT_EQ(done("list_tasks", R"({"sort": "due_date"})", there).at("total"), 12) << zone;
        for (const std::string edge :
             {"9999-12-31T23:59:59Z", "9999-12-31", "0001-01-01", "0001-01-01T00:00:00Z"}) {
            done("list_tasks", fmt::format(R"({{"due_before": "{}"}})", edge), there);
            done("list_tasks",
                 fmt::format(R"({{"due_after": "{}", "overdue": true, "limit": 1}})", edge), there);
        }
    }
}

TEST_F(Tools, take_no_moment_outside_the_calendar)
{
    done("add_task", R"({"title": "a"})");
    for (const auto& [time_zone, due_date] :
         {std::pair{"Europe/Berlin", "0001-01-01T00:00"}, std::pair{"+23:59", "0001-01-01T23:58"},
          std::pair{"America/New_York", "9999-12-31T23:59"},
          std::pair{"-23:59", "9999-12-31T00:01"}}) {
        const operation::ToolCall there{.caller = {}, .arguments = {}, .time_zone = time_zone};
        const auto with = [&](std::string_view arguments) {
            return fmt::format(fmt::runtime(arguments), fmt::arg("due", due_date));
        };
        SCOPED_TRACE(with("{due}"));
        constexpr std::string_view why = "{} must be within the years 0001 to 9999.";
        EXPECT_EQ(failed("add_task", with(R"({{"title": "a", "due_date": "{due}"}})"), there),
                  fmt::format(why, "due_date"));
        EXPECT_EQ(failed("update_task", with(R"({{"task_id": 1, "due_date": "{due}"}})"), there),
                  fmt::format(why, "due_date"));
        for (const std::string_view bound : {"due_before", "due_after"}) {
            const auto arguments = fmt::format(R"({{"{}": "{}"}})", bound, due_date);
            EXPECT_EQ(failed("list_tasks", arguments, there), fmt::format(why, bound));
        }
    }
    EXPECT_EQ(done("list_tasks", "{}").at("total"), 1);
}

TEST_F(Tools, say_when_a_task_is_due_with_its_weekday_in_the_users_zone)
{
    const operation::ToolCall in_berlin{
        .caller = {}, .arguments = {}, .time_zone = "Europe/Berlin"};
    const object made = done("add_task", R"({"title": "a", "due_date": "2026-12-04T23:30:00Z"})");
    EXPECT_EQ(made.at("due"), "Fri 2026-12-04 23:30 UTC");
    EXPECT_EQ(done("get_task", R"({"task_id": 1})", in_berlin).at("due"),
              "Sat 2026-12-05 00:30 Europe/Berlin");
    EXPECT_EQ(done("list_tasks", "{}", in_berlin).at("tasks").at(0).at("due"),
              "Sat 2026-12-05 00:30 Europe/Berlin");
    EXPECT_EQ(
        done("update_task", R"({"task_id": 1, "due_date": "2026-12-04"})", in_berlin).at("due"),
        "Fri 2026-12-04");
    EXPECT_FALSE(done("update_task", R"({"task_id": 1, "due_date": null})").contains("due"));
}

TEST_F(Tools, clear_what_a_task_is_to_be_without)
{
    done("add_task", R"({"title": "a", "description": "b", "due_date": "2026-12-04"})");
    const object changed =
        done("update_task", R"({"task_id": 1, "clear": ["due_date", "description"]})");
    EXPECT_FALSE(changed.contains("description"));
    EXPECT_FALSE(changed.contains("due_date"));
    EXPECT_EQ(failed("update_task", R"({"task_id": 1, "description": "c",
                                        "clear": ["description"]})"),
              "clear names what is given a value, too.");
    EXPECT_NE(failed("update_task", R"({"task_id": 1, "clear": ["title"]})"), "");
}

TEST_F(Tools, take_null_for_an_optional_argument_as_absent)
{
    // OpenAI's strict mode sends every argument that there is.
    done("add_task", R"({"title": "a", "description": null, "priority": null, "tags": null,
                         "due_date": null, "user_id": null})");
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("priority"), "medium");
    done("add_tasks", R"({"tasks": [{"title": "b", "priority": null, "tags": null}]})");
    const object all = done("list_tasks", R"({"status": null, "priority": null, "tags": null,
        "q": null, "due_before": null, "due_after": null, "overdue": null, "sort": null,
        "limit": null, "cursor": null})");
    EXPECT_EQ(all.at("total"), 2);
    EXPECT_EQ(done("search_tasks", R"({"query": "a", "status": null, "limit": null})").at("count"),
              1);
    EXPECT_EQ(done("complete_task", R"({"task_id": 1, "completed": null})").at("completed"), true);
    EXPECT_EQ(done("complete_tasks", R"({"task_ids": [2], "completed": null})").at("succeeded"), 1);
    EXPECT_EQ(failed("add_task", R"({"title": null})"), "title must be a string.");
    EXPECT_NE(failed("get_task", R"({"task_id": null})"), "");
}

TEST_F(Tools, clear_only_what_may_be_without_by_null)
{
    done("add_task", R"({"title": "a", "description": "b", "priority": "high", "tags": ["x"],
                         "due_date": "2026-12-04"})");
    const object changed = done("update_task", R"({"task_id": 1, "title": null, "status": null,
        "priority": null, "tags": null, "description": null, "due_date": null, "clear": null})");
    EXPECT_EQ(changed.at("title"), "a");
    EXPECT_EQ(changed.at("priority"), "high");
    EXPECT_EQ(changed.at("tags").as_array().size(), 1U);
    EXPECT_FALSE(changed.contains("description"));
    EXPECT_FALSE(changed.contains("due_date"));
}

TEST_F(Tools, say_so_where_nothing_is_to_be_changed)
{
    done("add_task", R"({"title": "a"})");
    for (const std::string_view arguments :
         {R"({"task_id": 1})", R"({"task_id": 1, "title": "", "due_date": "", "status": ""})",
          R"({"task_id": 1, "title": null, "clear": []})"}) {
        EXPECT_EQ(failed("update_task", arguments),
                  "Name what to change; `clear` empties description or due_date.")
            << arguments;
    }
    EXPECT_EQ(done("update_task", R"({"task_id": 1, "tags": []})").at("status"), "updated");
}

TEST_F(Tools, list_what_is_asked_for)
{
    done("add_task", R"({"title": "one", "tags": ["x"]})");
    done("add_task", R"({"title": "two", "priority": "urgent", "due_date": "2026-01-01"})");
    done("complete_task", R"({"task_id": 1})");
    const object all = done("list_tasks", "{}");
    EXPECT_EQ(all.at("count"), 2);
    EXPECT_EQ(all.at("status_filter"), "all");
    EXPECT_FALSE(all.contains("next_cursor"));
    EXPECT_EQ(all.at("tasks").at(0).at("task_id"), 2);
    const auto titles = [&](std::string_view arguments) {
        std::string found;
        const object list = done("list_tasks", arguments);
        for (const auto& task : list.at("tasks").as_array())
            found += std::string_view{task.at("title").as_string()};
        return found;
    };
    EXPECT_EQ(titles(R"({"status": "pending"})"), "two");
    EXPECT_EQ(titles(R"({"status": "completed"})"), "one");
    EXPECT_EQ(titles(R"({"priority": "urgent"})"), "two");
    EXPECT_EQ(titles(R"({"tags": ["x"]})"), "one");
    EXPECT_EQ(titles(R"({"q": "two"})"), "two");
    EXPECT_EQ(titles(R"({"due_before": "2026-06-01"})"), "two");
    EXPECT_EQ(titles(R"({"due_after": "2026-06-01T00:00"})"), "");
    EXPECT_EQ(titles(R"({"sort": "title"})"), "onetwo");
    const object page = done("list_tasks", R"({"limit": 1})");
    EXPECT_EQ(page.at("total"), 2);
    const std::string next{page.at("next_cursor").as_string()};
    EXPECT_EQ(titles(fmt::format(R"({{"limit": 1, "cursor": "{}"}})", next)), "one");
}

TEST_F(Tools, change_complete_reopen_and_delete)
{
    done("add_task", R"({"title": "one", "due_date": "2026-01-01"})");
    const object changed =
        done("update_task", R"({"task_id": 1, "title": "uno", "due_date": null, "tags": ["x"]})");
    EXPECT_EQ(changed.at("status"), "updated");
    EXPECT_EQ(changed.at("title"), "uno");
    EXPECT_FALSE(changed.contains("due_date"));
    EXPECT_EQ(done("complete_task", R"({"task_id": "1"})").at("status"), "completed");
    EXPECT_EQ(done("complete_task", R"({"task_id": 1})").at("completed"), true);
    EXPECT_EQ(done("complete_task", R"({"task_id": 1, "completed": false})").at("status"),
              "reopened");
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("status"), "pending");
    const object gone = done("delete_task", R"({"task_id": 1})");
    EXPECT_EQ(gone.at("deleted"), true);
    EXPECT_EQ(gone.at("title"), "uno");
    EXPECT_EQ(failed("get_task", R"({"task_id": 1})"), "Task not found.");
    EXPECT_EQ(failed("delete_task", R"({"task_id": 1})"), "Task not found.");
}

TEST_F(Tools, act_for_the_caller_alone)
{
    done("add_task", R"({"title": "ada's"})");
    const operation::ToolCall bob{.caller = {.user_id = "bob"}};
    EXPECT_EQ(done("list_tasks", "{}", bob).at("count"), 0);
    for (const std::string name : {"get_task", "update_task", "complete_task", "delete_task"}) {
        const auto* const arguments =
            name == "update_task" ? R"({"task_id": 1, "title": "bob's"})" : R"({"task_id": 1})";
        EXPECT_EQ(failed(name, arguments, bob), "Task not found.") << name;
        EXPECT_EQ(failed(name, R"({"task_id": 1, "user_id": "ada"})", bob),
                  "user_id is another user's.")
            << name;
    }
    for (const auto& [name, arguments] : std::vector<std::pair<std::string, std::string>>{
             {"add_task", R"("title": "a")"},
             {"list_tasks", R"("limit": 1)"},
             {"search_tasks", R"("query": "ada")"},
             {"add_tasks", R"("tasks": [{"title": "a"}])"},
             {"complete_tasks", R"("task_ids": [1])"}}) {
        EXPECT_EQ(failed(name, fmt::format(R"({{{}, "user_id": "ada"}})", arguments), bob),
                  "user_id is another user's.")
            << name;
    }
    EXPECT_EQ(done("search_tasks", R"({"query": "ada"})", bob).at("count"), 0);
    EXPECT_EQ(done("complete_tasks", R"({"task_ids": [1]})", bob).at("failed"), 1);
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("status"), "pending");
    EXPECT_EQ(done("list_tasks", R"({"user_id": "ada"})").at("count"), 1);
}

TEST_F(Tools, need_the_scope)
{
    using enum auth::Scope;
    done("add_task", R"({"title": "a"})");
    for (const auto& tool : tools) {
        EXPECT_EQ(tool.scope == read, tool.tool->is_read_only) << tool.name;
        EXPECT_EQ(tool.scope == remove, tool.tool->is_destructive) << tool.name;
        const auto others =
            static_cast<types::Scopes>(types::all_scopes & ~types::join({tool.scope}));
        EXPECT_EQ(failed(tool.name, R"({"task_id": 1, "title": "b"})",
                         {.caller = {.user_id = "ada", .scopes = others}}),
                  fmt::format("What you have signed in with does not cover this: it needs the "
                              "scope {}.",
                              schema::Codec<auth::Scope>::name(tool.scope, schema::Dialect::tool)))
            << tool.name;
    }
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("title"), "a");
}

TEST_F(Tools, say_what_is_wrong_with_their_arguments)
{
    EXPECT_EQ(failed("add_task", "{}"), "title is required.");
    EXPECT_NE(failed("add_task", R"({"title": "a", "titel": "b"})").find("title"),
              std::string::npos);
    EXPECT_NE(failed("add_task", R"({"title": "a", "priority": "hihg"})"), "");
    EXPECT_NE(failed("update_task", R"({"title": "a"})").find("task_id"), std::string::npos);
    EXPECT_NE(failed("list_tasks", R"({"limit": 0})"), "");
    EXPECT_EQ(done("list_tasks", "{}").at("count"), 0);
}

TEST_F(Tools, take_an_empty_text_for_an_optional_one_as_absent)
{
    done("add_task", R"({"title": "a", "due_date": "", "priority": "", "description": ""})");
    EXPECT_FALSE(done("get_task", R"({"task_id": 1})").contains("description"));
    EXPECT_NE(failed("add_task", R"({"title": ""})"), "");
}

TEST_F(Tools, with_a_key_are_used_once)
{
    const operation::ToolCall keyed{
        .caller = {}, .arguments = {}, .time_zone = {}, .idempotency_key = "k1"};
    const object first = done("add_task", R"({"title": "once"})", keyed);
    EXPECT_EQ(done("add_task", R"({"title": "once"})", keyed).at("id"), first.at("id"));
    EXPECT_EQ(done("list_tasks", "{}").at("count"), 1);
    EXPECT_NE(failed("add_task", R"({"title": "other"})", keyed), "");
}

}  // namespace
}  // namespace todod::api
