#include "mcp/resources.hpp"

#include <gtest/gtest.h>

#include "mcp/listening.hpp"
#include "mcp/test_tasks.hpp"
#include "support/errors.hpp"

namespace todod::mcp {
namespace {

using boost::json::parse;
using testing::object;
using testing::value;

class Resources : public testing::TaskServerTest {
protected:
    /// What is read is JSON.
    value read(std::string_view uri, Sender sender = as("ada"))
    {
        const object read = result("resources/read", {{"uri", uri}}, std::move(sender));
        EXPECT_EQ(read.at("contents").as_array().size(), 1U);
        const auto& content = read.at("contents").at(0);
        EXPECT_EQ(content.at("uri").as_string(), uri);
        EXPECT_EQ(content.at("mimeType"), "application/json");
        return parse(content.at("text").as_string());
    }
    /// The titles of a list, in its order, each with a space after it.
    std::string titles(std::string_view uri, Sender sender = as("ada"))
    {
        std::string text;
        const value list = read(uri, std::move(sender));
        for (const auto& task : list.at("tasks").as_array())
            text += std::string{task.at("title").as_string()} + ' ';
        return text;
    }
};

TEST_F(Resources, are_listed_and_can_be_read_as_listed)
{
    const object list = result("resources/list", {});
    EXPECT_EQ(list.at("cacheScope"), "private");
    std::vector<std::string> uris;
    for (const auto& resource : list.at("resources").as_array()) {
        const auto& about = resource.as_object();
        for (const std::string_view name : {"name", "title", "description", "mimeType"}) {
            EXPECT_FALSE(about.at(name).as_string().empty()) << name;
        }
        EXPECT_EQ(about.at("annotations").at("audience"), parse(R"(["user", "assistant"])"));
        uris.emplace_back(about.at("uri").as_string());
        EXPECT_EQ(read(uris.back()).at("total"), 0) << uris.back();
    }
    EXPECT_EQ(uris, (std::vector<std::string>{"todo://today", "todo://overdue", "todo://open"}));
    const object templates = result("resources/templates/list", {});
    EXPECT_EQ(templates.at("resourceTemplates").at(0).at("uriTemplate"), "todo://tasks/{id}");
}

TEST_F(Resources, show_what_is_due_today_where_the_user_is)
{
    // It is 10:00 in UTC on 2026-11-21, and 00:00 on the day after on Kiritimati.
    add("late", R"("due_date": "2026-11-21T18:00")");
    add("day", R"("due_date": "2026-11-21")");
    add("tomorrow", R"("due_date": "2026-11-22")");
    add("yesterday", R"("due_date": "2026-11-20")");
    add("done", R"("due_date": "2026-11-21")");
    add("undated");
    use("complete_task", R"({"task_id": 5})");
    EXPECT_EQ(titles("todo://today"), "late day ");
    const value today = read("todo://today");
    EXPECT_EQ(today.at("date"), "2026-11-21");
    EXPECT_EQ(today.at("time_zone"), "UTC");
    EXPECT_EQ(today.at("total"), 2);
    EXPECT_EQ(today.at("more"), 0);
    Sender far = as("ada");
    far.time_zone = "Pacific/Kiritimati";
    EXPECT_EQ(titles("todo://today", far), "late tomorrow ");
    EXPECT_EQ(titles("todo://overdue"), "yesterday ");
    EXPECT_EQ(titles("todo://overdue", far), "yesterday day ");
    EXPECT_EQ(titles("todo://open"), "undated yesterday tomorrow day late ");
    far.time_zone = "Nowhere/City";
    EXPECT_EQ(fault("resources/read", {{"uri", "todo://today"}}, far),
              "The time zone is not a known one.");
    EXPECT_EQ(fault("resources/read", {{"uri", "todo://tasks/1"}}, far),
              "The time zone is not a known one.");
}

TEST_F(Resources, show_a_task_by_its_number_and_its_id)
{
    add("one", R"("description": "at length")");
    const value task = read("todo://tasks/1");
    EXPECT_EQ(task.at("title"), "one");
    EXPECT_EQ(task.at("description"), "at length");
    const std::string id{task.at("id").as_string()};
    EXPECT_EQ(read("todo://tasks/" + id), task);
}

TEST_F(Resources, that_are_not_there_are_refused_with_their_uri)
{
    add("one");
    for (const std::string_view uri :
         {"todo://tasks/2", "todo://tasks/", "todo://tasks/one", "todo://tasks/1/2",
          "todo://tasks/1%20", "todo://tasks/00000000-0000-0000-0000-000000000000", "todo://todai",
          "test://nothing", ""}) {
        const value answer = send("resources/read", {{"uri", uri}}, as("ada"));
        EXPECT_EQ(answer.at("error").at("code"), -32602) << uri;
        EXPECT_EQ(answer.at("error").at("data").at("uri").as_string(), uri);
        const value legacy = send("resources/read", {{"uri", uri}}, as("ada"), false);
        EXPECT_EQ(legacy.at("error").at("code"), -32002) << uri;
    }
    EXPECT_EQ(fault("resources/read", {{"uri", "todo://todai"}}),
              "There is no such resource: did you mean 'todo://today'?");
    const std::string_view not_taken = "`uri` must be a text of at most 2048 bytes.";
    EXPECT_EQ(fault("resources/read", {}), not_taken);
    const value longer = send("resources/read", {{"uri", std::string(2049, 'a')}}, as("ada"));
    EXPECT_EQ(longer.at("error"),
              parse(fmt::format(R"({{"code": -32602, "message": "{}"}})", not_taken)));
    EXPECT_EQ(fault("resources/read", {{"uri", std::string(2048, 'a')}}),
              "There is no such resource.");
}

TEST_F(Resources, are_the_callers_alone)
{
    add("ada's", R"("due_date": "2026-11-21")");
    const std::string id{read("todo://tasks/1").at("id").as_string()};
    for (const std::string_view uri : {"todo://today", "todo://overdue", "todo://open"})
        EXPECT_EQ(read(uri, as("bob")).at("total"), 0) << uri;
    for (const std::string& uri : {std::string{"todo://tasks/1"}, "todo://tasks/" + id})
        EXPECT_EQ(fault("resources/read", {{"uri", uri}}, as("bob")), "There is no such resource.");
}

TEST_F(Resources, need_the_scope)
{
    add("one");
    EXPECT_EQ(result("resources/list", {}, without_reading()).at("resources"), parse("[]"));
    EXPECT_EQ(result("resources/templates/list", {}, without_reading()).at("resourceTemplates"),
              parse("[]"));
    for (const std::string_view uri : {"todo://today", "todo://tasks/1", "todo://nothing"}) {
        EXPECT_EQ(fault("resources/read", {{"uri", uri}}, without_reading()),
                  "The token's scopes do not cover this.");
    }
}

TEST_F(Resources, and_prompts_count_as_reads)
{
    base::LogSettings quiet;
    quiet.level = base::LogLevel::off;
    base::Log log{quiet};
    base::Metrics metrics;
    auth::Quotas quotas = auth::default_quotas;
    quotas[static_cast<std::size_t>(auth::LimitKind::read)] = 3;
    auth::LimitBook book{quotas, std::nullopt, services.clock(), services.random(), log};
    auth::Limits limits{book, services.loop(), metrics};
    auth::Meter meter;
    meter.begin(&limits);
    Sender counted = as("ada");
    counted.meter = &meter;
    result("resources/list", {}, counted);
    result("resources/read", {{"uri", "todo://today"}}, counted);
    result("prompts/get", {{"name", "triage"}}, counted);
    fault("resources/read", {{"uri", "todo://nothing"}}, counted);
    EXPECT_EQ(meter.told()->kind, auth::LimitKind::read);
    const auto error = todod::testing::error_of(
        [&] { send("resources/read", {{"uri", "todo://today"}}, counted); });
    EXPECT_EQ(error.code(), base::ErrorCode::too_many_requests);
}

TEST_F(Resources, are_cut_to_a_size_and_say_how_many_more_there_are)
{
    add_long_ones(40);
    for (const std::string_view uri : {"todo://today", "todo://open"}) {
        const value list = read(uri);
        EXPECT_LT(size, max_view_bytes) << uri;
        EXPECT_EQ(list.at("total"), 40);
        EXPECT_GT(list.at("count").as_int64(), 0);
        EXPECT_EQ(list.at("count").as_int64(), std::ssize(list.at("tasks").as_array()));
        EXPECT_EQ(list.at("more").as_int64(), 40 - list.at("count").as_int64());
        EXPECT_GT(list.at("more").as_int64(), 0);
    }
    EXPECT_EQ(read("todo://tasks/1").at("title").as_string().size(), 200U);
    EXPECT_LT(size, max_view_bytes);
}

/// Over the same services, with ears.
class WatchedResources : public testing::TaskServerTest {
protected:
    std::unique_ptr<testing::Listener> listen(std::string_view uris, std::string user_id = "ada")
    {
        auto listener = std::make_unique<testing::Listener>(
            services.loop(), ears, as(std::move(user_id)),
            fmt::format(R"({{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{{)"
                        R"("notifications":{{"resourceSubscriptions":{}}},"_meta":{{)"
                        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                        R"("io.modelcontextprotocol/clientCapabilities":{{}}}}}}}})",
                        uris));
        listener->wait_for(1);
        return listener;
    }

    ListenSettings settings()
    {
        ListenSettings settings;
        settings.resources = watch_resources({tools, services.clock()});
        settings.tick = std::chrono::milliseconds{1};
        settings.ticks_of_look = 1;
        return settings;
    }

    StreamBook book;
    Listeners listeners{services.loop(), book, settings()};
    const Server ears{task_server("1.2.3", tools, services.clock(), &listeners)};
};

TEST_F(WatchedResources, are_told_of_when_they_show_something_else)
{
    add("one");
    const auto task = listen(R"(["todo://tasks/1", "todo://nothing", "test://other"])");
    EXPECT_EQ(task->frames().front().at("params").at("notifications"),
              parse(R"({"resourceSubscriptions": ["todo://tasks/1"]})"));
    const auto lists = listen(R"(["todo://today", "todo://overdue"])");
    use("update_task", R"({"task_id": 1, "due_date": "2026-11-21"})");
    task->wait_for(2);
    lists->wait_for(2);
    EXPECT_EQ(task->last(), "notifications/resources/updated todo://tasks/1");
    EXPECT_EQ(lists->last(), "notifications/resources/updated todo://today");
    services.clock().advance(std::chrono::hours{24});
    lists->wait_for(4);
    EXPECT_EQ(lists->uris(2), (std::vector<std::string>{"todo://overdue", "todo://today"}));
    use("delete_task", R"({"task_id": 1})");
    task->wait_for(3);
    EXPECT_EQ(task->last(), "notifications/resources/updated todo://tasks/1");
}

TEST_F(WatchedResources, of_others_are_never_told_of)
{
    const std::string id{use("add_task", R"({"title": "ada's"})").at("id").as_string()};
    add("bob's", "", "bob");
    const auto bob =
        listen(fmt::format(
                   R"(["todo://tasks/{}", "todo://tasks/2", "todo://tasks/1", "todo://open"])", id),
               "bob");
    const auto ada = listen(R"(["todo://tasks/1"])");
    add("ada's second");
    use("update_task", R"({"task_id": 1, "title": "changed"})");
    ada->wait_for(2);
    use("update_task", R"({"task_id": 1, "title": "changed again"})");
    ada->wait_for(3);
    EXPECT_EQ(ada->uris(1), (std::vector<std::string>{"todo://tasks/1", "todo://tasks/1"}));
    // In the meantime bob's has looked as well, and tells what comes next first.
    use("update_task", R"({"task_id": 1, "title": "bob's own"})", "bob");
    bob->wait_for(3);
    EXPECT_EQ(bob->frames().size(), 3U);
    EXPECT_EQ(bob->uris(1), (std::vector<std::string>{"todo://open", "todo://tasks/1"}));
}

TEST_F(WatchedResources, need_the_scope)
{
    testing::Listener listener{
        services.loop(), ears, without_reading(),
        R"({"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{)"
        R"("notifications":{"resourceSubscriptions":["todo://today"]},"_meta":{)"
        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{}}}})"};
    listener.wait_for_end();
    EXPECT_EQ(listener.answered().at("error").at("code"), -32602);
}

TEST_F(WatchedResources, are_offered_in_the_modern_revision_alone)
{
    const value modern =
        parse(R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{)"
              R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
              R"("io.modelcontextprotocol/clientCapabilities":{}}}})");
    const value legacy = parse(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{)"
                               R"("protocolVersion":"2025-11-25"}})");
    const auto capabilities = [this](const value& message) {
        return parse(services.run(ears.answer(message, {})).body).at("result").at("capabilities");
    };
    EXPECT_EQ(capabilities(modern).at("resources"), parse(R"({"subscribe": true})"));
    EXPECT_EQ(capabilities(legacy).at("resources"), parse("{}"));
}

}  // namespace
}  // namespace todod::mcp
