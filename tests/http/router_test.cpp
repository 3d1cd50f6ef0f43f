#include "http/router.hpp"

#include <gmock/gmock.h>

#include "http/arguments.hpp"
#include "http/assets.hpp"

namespace todod::http {

namespace {

using operation::Method;
using ::testing::ElementsAre;

operation::Operation make(std::string_view name, std::vector<operation::Route> routes)
{
    operation::Operation operation;
    operation.name = name;
    operation.routes = std::move(routes);
    return operation;
}

class RouterTest : public ::testing::Test {
protected:
    RouterTest() { router_.add(table_); }

    /// "name(value, …)", or "none".
    std::string find(Verb verb, std::string_view path)
    {
        Router::Found found;
        if (!router_.find(path, found)) return "none";
        const auto* endpoint = found.resource->find(verb);
        if (endpoint == nullptr) return "not " + found.resource->allow;
        std::string text{endpoint->operation->name};
        for (std::size_t i = 0; i < found.count; ++i) {
            text += fmt::format(" {}={}", endpoint->parameters[i], found.values[i]);
        }
        return text;
    }

    operation::Table table_{
        make("root", {{Method::get, "/"}}),
        make("list", {{Method::get, "/api/{user_id}/tasks"}, {Method::get, "/api/tasks"}}),
        make("create", {{Method::post, "/api/{user_id}/tasks"}}),
        make("get", {{Method::get, "/api/{user_id}/tasks/{task_id}"},
                     {Method::get, "/api/tasks/{task_id}"}}),
        make("remove", {{Method::remove, "/api/tasks/{id}"}}),
        make("clear", {{Method::remove, "/api/{user_id}/conversations/clear"}}),
        make("delete", {{Method::remove, "/api/{user_id}/conversations/{id}"}}),
    };
    Router router_;
};

}  // namespace

TEST_F(RouterTest, finds_an_operation_by_method_and_path)
{
    EXPECT_EQ(find(Verb::get, "/"), "root");
    EXPECT_EQ(find(Verb::get, "/api/ann/tasks"), "list user_id=ann");
    EXPECT_EQ(find(Verb::post, "/api/ann/tasks"), "create user_id=ann");
    EXPECT_EQ(find(Verb::get, "/api/ann/tasks/7"), "get user_id=ann task_id=7");
}

TEST_F(RouterTest, gives_each_route_its_own_parameter_names)
{
    EXPECT_EQ(find(Verb::get, "/api/tasks/7"), "get task_id=7");
    EXPECT_EQ(find(Verb::remove, "/api/tasks/7"), "remove id=7");
}

TEST_F(RouterTest, prefers_a_literal_at_each_segment)
{
    EXPECT_EQ(find(Verb::get, "/api/tasks/tasks"), "get task_id=tasks");
    EXPECT_EQ(find(Verb::remove, "/api/ann/conversations/clear"), "clear user_id=ann");
    EXPECT_EQ(find(Verb::remove, "/api/ann/conversations/5"), "delete user_id=ann id=5");
}

TEST_F(RouterTest, goes_back_to_the_parameter_where_the_literal_leads_nowhere)
{
    EXPECT_EQ(find(Verb::get, "/api/tasks/tasks/7"), "get user_id=tasks task_id=7");
}

TEST_F(RouterTest, answers_a_head_like_a_get)
{
    EXPECT_EQ(find(Verb::head, "/api/tasks"), "list");
}

TEST_F(RouterTest, knows_no_other_path)
{
    for (const std::string_view path :
         {"/api", "/api/", "/api/tasks/", "/api/ann/tasks/", "/api//tasks", "//", "/API/tasks",
          "/api/ann/tasks/7/8", "/api/tasks/7/", "/%61pi/tasks"}) {
        EXPECT_EQ(find(Verb::get, path), "none") << path;
    }
}

TEST_F(RouterTest, lists_the_methods_of_a_path)
{
    EXPECT_EQ(find(Verb::put, "/api/ann/tasks"), "not GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(find(Verb::trace, "/api/tasks/7"), "not GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(find(Verb::get, "/api/ann/conversations/clear"), "not DELETE, OPTIONS");
}

TEST_F(RouterTest, finds_files)
{
    const Asset file{"/docs/a.js", "text/javascript", "1", "", "\"e\""};
    router_.add(file);
    Router::Found found;
    ASSERT_TRUE(router_.find("/docs/a.js", found));
    EXPECT_EQ(found.resource->file, &file);
    EXPECT_EQ(found.resource->allow, "GET, HEAD, OPTIONS");
}

TEST_F(RouterTest, has_one_route_for_the_files_of_a_folder_that_are_immutable)
{
    const Asset a{"/assets/a-1.js", "", "1", "", "", Policy::file, true};
    const Asset b{"/assets/b-2.js", "", "1", "", "", Policy::file, true};
    const Asset c{"/icons/c.svg", "", "1", "", ""};
    const auto known = router_.patterns().size();
    for (const auto* file : {&a, &b, &c})
        router_.add(*file);
    const auto route_of = [this](std::string_view path) {
        Router::Found found;
        return router_.find(path, found) ? router_.patterns().at(found.resource->index) : "none";
    };
    EXPECT_EQ(route_of(a.path), "/assets/*");
    EXPECT_EQ(route_of(b.path), "/assets/*");
    EXPECT_EQ(route_of(c.path), c.path);
    EXPECT_EQ(route_of("/assets/*"), "none");
    EXPECT_EQ(route_of("/assets/"), "none");
    EXPECT_EQ(router_.patterns().size(), known + 2);
}

TEST_F(RouterTest, knows_a_path_with_a_file_beside_an_operation)
{
    table_.clear();
    table_.push_back(make("root", {{Method::get, "/"}}));
    table_.push_back(make("other", {{Method::post, "/other"}}));
    Router router;
    router.add(table_);
    const Asset page{"/", "text/html", "1", "", ""};
    const Asset other{"/other", "text/html", "1", "", ""};
    Router::Found found;
    ASSERT_TRUE(router.find("/", found));
    EXPECT_FALSE(found.resource->has_both());
    router.add(page);
    router.add(other);
    EXPECT_TRUE(found.resource->has_both());
    ASSERT_TRUE(router.find("/other", found));
    EXPECT_FALSE(found.resource->has_both());
}

TEST_F(RouterTest, knows_which_parameter_is_the_user_and_what_is_private)
{
    table_.clear();
    table_.push_back(make("a", {{Method::get, "/x/{id}/{user_id}"}}));
    table_.push_back(make("b", {{Method::get, "/api/auth/login"}, {Method::get, "/open"}}));
    table_.back().needs = operation::Needs::nobody;
    Router router;
    router.add(table_);
    const auto endpoint = [&router](std::string_view path) {
        Router::Found found;
        EXPECT_TRUE(router.find(path, found));
        return found.resource->find(Verb::get);
    };
    EXPECT_EQ(endpoint("/x/1/2")->user_id, 1U);
    EXPECT_TRUE(endpoint("/x/1/2")->is_private);
    EXPECT_FALSE(endpoint("/x/1/2")->takes_body);
    EXPECT_TRUE(endpoint("/api/auth/login")->is_private);
    EXPECT_FALSE(endpoint("/open")->is_private);
    EXPECT_FALSE(endpoint("/open")->user_id);
}

TEST(Arguments, are_percent_decoded)
{
    Endpoint endpoint;
    endpoint.parameters = {"user_id", "id"};
    Router::Found found;
    found.values = {"a%20b+c", "7"};
    found.count = 2;
    Arguments arguments;
    arguments.read(endpoint, found, "q=a+b%2B&&tag=x&tag=%C3%A4&empty=&bare&a%3Db=c=d");
    const auto list = [](const std::vector<schema::NamedText>& from) {
        std::vector<std::string> texts;
        for (const auto& [name, value] : from)
            texts.push_back(fmt::format("{}:{}", name, value));
        return texts;
    };
    EXPECT_THAT(list(arguments.path()), ElementsAre("user_id:a b+c", "id:7"));
    EXPECT_THAT(list(arguments.query()),
                ElementsAre("q:a b+", "tag:x", "tag:ä", "empty:", "bare:", "a=b:c=d"));
    arguments.read(endpoint, found, "");
    EXPECT_TRUE(arguments.query().empty());
}

TEST(Arguments, refuse_what_is_not_percent_encoded_text)
{
    Endpoint endpoint;
    endpoint.parameters = {"id"};
    Router::Found found;
    found.count = 1;
    Arguments arguments;
    for (const std::string_view bad : {"%", "%2", "%zz", "%ff", "%00", "a%c3"}) {
        found.values[0] = bad;
        EXPECT_THROW(arguments.read(endpoint, found, ""), base::Error) << bad;
        found.values[0] = "1";
        EXPECT_THROW(arguments.read(endpoint, found, bad), base::Error) << bad;
        EXPECT_THROW(arguments.read(endpoint, found, fmt::format("a={}", bad)), base::Error);
    }
}

}  // namespace todod::http
