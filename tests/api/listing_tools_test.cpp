#include <set>

#include "api/tools.hpp"
#include "types/tool_output.hpp"

namespace todod::api {
namespace {

using boost::json::object;
using boost::json::serialize;
using boost::json::value;

class ListingTools : public testing::ToolsTest {
protected:
    void add(std::string title, std::string description = {})
    {
        object task{{"title", std::move(title)}};
        if (!description.empty()) task["description"] = std::move(description);
        done("add_task", serialize(task));
    }

    /// What a client gets of a result in the worst case: as it is, and as a text in JSON.
    std::size_t size_of(const object& result)
    {
        const std::string text = serialize(result);
        return text.size() + serialize(boost::json::value{text}).size();
    }

    /// The titles on all pages, which must fit and say how many there are to come.
    std::vector<std::string> titles(std::string_view tool, object arguments, std::size_t total)
    {
        std::vector<std::string> found;
        for (;;) {
            const object result = use(tool, serialize(arguments));
            EXPECT_LT(size_of(result), 100'000U);
            const object& page = result.at("data").as_object();
            EXPECT_LT(serialize(page).size(), types::max_result_bytes);
            for (const auto& task : page.at("tasks").as_array())
                found.emplace_back(task.at("title").as_string());
            EXPECT_EQ(page.at("total"), total);
            EXPECT_EQ(page.at("count").as_int64(), std::ssize(page.at("tasks").as_array()));
            EXPECT_EQ(page.at("more"), total - found.size());
            EXPECT_EQ(page.contains("next_cursor"), found.size() < total);
            if (!page.contains("next_cursor") || page.at("tasks").as_array().empty()) return found;
            arguments["cursor"] = page.at("next_cursor");
        }
    }
};

TEST_F(ListingTools, find_by_words)
{
    add("Call the dentist", "about the crown");
    add("Buy a crown of thorns");
    add("Buy milk");
    const auto find = [&](std::string_view query) {
        return titles("search_tasks", {{"query", query}}, query == "crown" ? 2U : 1U);
    };
    using Titles = std::vector<std::string>;
    EXPECT_EQ(find("crown"), (Titles{"Buy a crown of thorns", "Call the dentist"}));
    EXPECT_EQ(find("CROWN dentist"), Titles{"Call the dentist"});
    EXPECT_EQ(titles("search_tasks", {{"query", "cheese"}}, 0), Titles{});
    done("complete_task", R"({"task_id": 1})");
    const object open = done("search_tasks", R"({"query": "crown", "status": "pending"})");
    EXPECT_EQ(open.at("count"), 1);
    EXPECT_EQ(open.at("status_filter"), "pending");
    EXPECT_EQ(titles("search_tasks", {{"query", "crown"}, {"limit", 1}}, 2).size(), 2U);
}

TEST_F(ListingTools, need_words_to_find)
{
    EXPECT_EQ(failed("search_tasks", "{}"), "query is required.");
    EXPECT_NE(failed("search_tasks", R"({"query": " "})"), "");
    EXPECT_EQ(failed("search_tasks", R"({"querry": "a", "query": "a"})"),
              "querry is not a known field; did you mean 'query'?");
    for (const std::string_view limit : {"0", "101", "1.5", "\"x\""}) {
        EXPECT_NE(failed("search_tasks", fmt::format(R"({{"query": "a", "limit": {}}})", limit)),
                  "");
    }
}

TEST_F(ListingTools, take_no_cursor_but_their_own)
{
    add("one");
    add("two");
    const object page = done("list_tasks", R"({"limit": 1})");
    const std::string own{page.at("next_cursor").as_string()};
    for (const std::string& cursor :
         {std::string{"x"}, std::string{"1"}, std::string{"1."}, "-" + own, own.substr(2),
          own + "x", std::string{"99999999999999999999.x"},
          "9223372036854775807" + own.substr(own.find('.'))}) {
        EXPECT_EQ(failed("list_tasks", serialize(object{{"limit", 1}, {"cursor", cursor}})),
                  "cursor is not one that a page of this query gave.")
            << cursor;
    }
    EXPECT_NE(failed("list_tasks", serialize(object{{"status", "pending"}, {"cursor", own}})), "");
}

TEST_F(ListingTools, show_the_beginning_of_a_long_description)
{
    std::string long_text;
    for (int i = 0; i < 201; ++i)
        long_text += "é";
    add("long", long_text);
    add("short", long_text.substr(0, 400));
    const value shown(long_text.substr(0, 400) + "…");
    const value whole(long_text);
    const object page = done("list_tasks", R"({"sort": "title"})");
    EXPECT_EQ(page.at("tasks").at(0).at("description"), shown);
    EXPECT_EQ(page.at("tasks").at(1).at("description"), value(long_text.substr(0, 400)));
    EXPECT_EQ(done("search_tasks", R"({"query": "long"})").at("tasks").at(0).at("description"),
              shown);
    EXPECT_EQ(done("get_task", R"({"task_id": 1})").at("description"), whole);
    EXPECT_EQ(done("complete_task", R"({"task_id": 1})").at("description"), shown);
    EXPECT_EQ(done("delete_task", R"({"task_id": 1})").at("description"), whole);
}

TEST_F(ListingTools, leave_out_what_does_not_fit_and_lead_to_it)
{
    // What grows most on its way: a quotation mark becomes four bytes, a control character seven.
    for (const std::string& stuff : {std::string(200, '"'), std::string(200, '\x01')}) {
        for (int i = 0; i < 50; ++i)
            add(fmt::format("{:03}{}", i, stuff.substr(3)), stuff);
    }
    for (const std::string_view sort : {"created", "-created", "title", "priority", "due_date"}) {
        const auto found = titles("list_tasks", {{"limit", 100}, {"sort", sort}}, 100);
        EXPECT_EQ(std::set(found.begin(), found.end()).size(), 100U) << sort;
        EXPECT_EQ(found.size(), 100U) << sort;
    }
    EXPECT_LT(done("list_tasks", R"({"limit": 100})").at("count").as_int64(), 100);
}

TEST_F(ListingTools, show_a_hundred_ordinary_tasks_at_once)
{
    for (int i = 0; i < 100; ++i)
        add(fmt::format("Buy ingredients for the dinner of guest {}", i));
    EXPECT_EQ(done("list_tasks", R"({"limit": 100})").at("count"), 100);
}

TEST_F(ListingTools, stay_within_a_result_with_the_largest_of_tasks)
{
    object task{{"title", std::string(200, '\x01')}, {"description", std::string(1000, '\x01')}};
    boost::json::array tags;
    for (int i = 0; i < 32; ++i)
        tags.emplace_back(fmt::format("{:02}{}", i, std::string(48, '\x01')));
    task["tags"] = tags;
    EXPECT_LT(size_of(use("add_task", serialize(task))), 100'000U);
    EXPECT_LT(size_of(use("get_task", R"({"task_id": 1})")), 100'000U);
    const boost::json::array many(25, task);
    EXPECT_LT(size_of(use("add_tasks", serialize(object{{"tasks", many}}))), 100'000U);
    EXPECT_EQ(titles("list_tasks", {}, 26).size(), 26U);
    EXPECT_LT(size_of(use("delete_task", R"({"task_id": 1})")), 100'000U);
}

}  // namespace
}  // namespace todod::api
