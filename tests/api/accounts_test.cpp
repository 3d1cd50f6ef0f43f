#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.hpp"

namespace todod::api {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using todod::testing::Answered;
using todod::testing::kinds_of;
using todod::testing::TestApi;

constexpr auto* ada = R"({"name": "Ada", "email": "Ada@Example.com", "password": "correct horse"})";
constexpr auto* bob =
    R"({"name": "Bob", "email": "bob@example.com", "password": "battery staple"})";

std::vector<std::string> keys_of(const boost::json::value& object)
{
    std::vector<std::string> keys;
    for (const auto& member : object.as_object())
        keys.emplace_back(member.key());
    return keys;
}

class Accounts : public ::testing::Test {
protected:
    /// Registers, and gives the user's id.
    std::string register_user(std::string_view body)
    {
        return std::string{api.send("", "POST /api/auth/register", body).body.at("id").as_string()};
    }

    Answered login(std::string_view email, std::string_view password)
    {
        return api.send("", "POST /api/auth/login", login_body(email, password));
    }

    base::Error refuse_login(std::string_view email, std::string_view password)
    {
        return api.refuse("", "POST /api/auth/login", login_body(email, password));
    }

    static std::string login_body(std::string_view email, std::string_view password)
    {
        return fmt::format(R"({{"email": "{}", "password": "{}"}})", email, password);
    }

    TestApi api;
};

TEST_F(Accounts, register_answers_with_the_account_and_no_secret)
{
    const auto answer = api.send("", "POST /api/auth/register", ada);
    EXPECT_EQ(answer.status, 201);
    EXPECT_THAT(keys_of(answer.body), ElementsAre("id", "name", "email", "created_at"));
    EXPECT_EQ(answer.body.at("name"), "Ada");
    EXPECT_EQ(answer.body.at("email"), "Ada@Example.com");
    EXPECT_EQ(answer.body.at("created_at"), "2026-11-21T10:00:00.000Z");
    EXPECT_TRUE(base::parse_uuid(answer.body.at("id").as_string()));
}

TEST_F(Accounts, register_refuses_an_email_that_is_taken_in_whatever_case)
{
    register_user(ada);
    for (const auto* email : {"Ada@Example.com", "ada@example.com", " ADA@EXAMPLE.COM "}) {
        const auto body =
            fmt::format(R"({{"name": "Eve", "email": "{}", "password": "my password"}})", email);
        EXPECT_EQ(api.refuse("", "POST /api/auth/register", body).code(), ErrorCode::bad_request);
    }
    EXPECT_EQ(refuse_login("ada@example.com", "my password").code(), ErrorCode::unauthorized);
    EXPECT_EQ(login("ada@example.com", "correct horse").status, 200);
}

TEST_F(Accounts, register_refuses_bad_input_and_makes_nothing)
{
    struct Case {
        const char* body;
        const char* kind;
    };
    for (const auto& [body, kind] : std::initializer_list<Case>{
             {R"({"name": " ", "email": "a@b.cd", "password": "12345678"})", "body.name too_short"},
             {R"({"name": "A", "email": "a@b.cd", "password": "1234567"})",
              "body.password too_short"},
             {R"({"name": "A", "email": "a@b.cd"})", "body.password missing"},
             {R"({"name": "A", "email": "nobody", "password": "12345678"})", "body.email email"},
             {R"({"name": "A", "email": "a b@b.cd", "password": "12345678"})", "body.email email"},
             {R"({"name": "A", "email": "a@b.cd", "password": "12345678", "is_admin": true})",
              "body.is_admin unknown_field"},
         }) {
        const auto error = api.refuse("", "POST /api/auth/register", body);
        EXPECT_EQ(error.code(), ErrorCode::invalid) << body;
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre(kind)) << body;
    }
    EXPECT_EQ(refuse_login("a@b.cd", "12345678").code(), ErrorCode::unauthorized);
}

TEST_F(Accounts, login_gives_a_token_that_holds_for_the_user)
{
    const auto id = register_user(ada);
    const auto answer = login(" ada@EXAMPLE.com ", "correct horse");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(keys_of(answer.body),
                ElementsAre("access_token", "token_type", "expires_in", "user"));
    EXPECT_EQ(answer.body.at("token_type"), "bearer");
    EXPECT_EQ(answer.body.at("expires_in"), 7 * 24 * 3600);
    EXPECT_EQ(answer.body.at("user"),
              (boost::json::object{{"id", id}, {"name", "Ada"}, {"email", "Ada@Example.com"}}));
    const auto claims =
        api.jwt().verify(answer.body.at("access_token").as_string(), api.clock().now());
    EXPECT_EQ(claims.subject, id);
}

TEST_F(Accounts, login_says_the_same_for_a_wrong_password_and_an_unknown_email)
{
    register_user(ada);
    api.add_user("from elsewhere");
    const auto wrong = refuse_login("ada@example.com", "wrong horse");
    const auto unknown = refuse_login("eve@example.com", "correct horse");
    EXPECT_EQ(wrong.code(), ErrorCode::unauthorized);
    EXPECT_EQ(unknown.code(), ErrorCode::unauthorized);
    EXPECT_EQ(wrong.message(), unknown.message());
    EXPECT_EQ(refuse_login("ada@example.com", "").code(), ErrorCode::unauthorized);
    EXPECT_EQ(refuse_login("ada@example.com", "Correct horse").code(), ErrorCode::unauthorized);
    EXPECT_EQ(api.refuse("", "POST /api/auth/login", R"({"email": "ada@example.com"})").code(),
              ErrorCode::invalid);
}

TEST_F(Accounts, me_is_the_caller)
{
    const auto ada_id = register_user(ada);
    const auto bob_id = register_user(bob);
    const auto me = api.send(ada_id, "GET /api/auth/me");
    EXPECT_EQ(me.status, 200);
    EXPECT_THAT(keys_of(me.body), ElementsAre("id", "name", "email", "created_at"));
    EXPECT_EQ(std::string_view{me.body.at("id").as_string()}, ada_id);
    EXPECT_EQ(me.body.at("name"), "Ada");
    EXPECT_EQ(api.send(bob_id, "GET /api/auth/me").body.at("name"), "Bob");

    api.add_user("from elsewhere");
    EXPECT_TRUE(api.send("from elsewhere", "GET /api/auth/me").body.at("email").is_null());
}

TEST_F(Accounts, me_takes_no_query)
{
    const auto id = register_user(ada);
    EXPECT_EQ(api.refuse(id, "GET /api/auth/me?user_id=bob").code(), ErrorCode::invalid);
    EXPECT_EQ(api.refuse(id, "DELETE /api/auth/me?dry_run=true").code(), ErrorCode::invalid);
    EXPECT_EQ(api.send(id, "GET /api/auth/me?_=1").status, 200);
}

TEST_F(Accounts, delete_erases_the_caller_and_nobody_else)
{
    const auto ada_id = register_user(ada);
    const auto bob_id = register_user(bob);
    api.send(ada_id, "POST /api/tasks", R"({"title": "Tea"})");
    api.send(bob_id, "POST /api/tasks", R"({"title": "Milk"})");

    const auto deleted = api.send(ada_id, "DELETE /api/auth/me");
    EXPECT_EQ(deleted.status, 204);
    EXPECT_TRUE(deleted.body.is_null());
    EXPECT_EQ(api.refuse(ada_id, "GET /api/auth/me").code(), ErrorCode::not_found);
    EXPECT_EQ(refuse_login("ada@example.com", "correct horse").code(), ErrorCode::unauthorized);
    EXPECT_EQ(api.send(ada_id, "GET /api/tasks").body, boost::json::array{});

    EXPECT_EQ(api.send(bob_id, "GET /api/tasks").body.as_array().size(), 1U);
    EXPECT_EQ(login("bob@example.com", "battery staple").status, 200);
    EXPECT_NE(register_user(ada), ada_id);
}

TEST_F(Accounts, change_password_takes_the_current_one)
{
    const auto id = register_user(ada);
    register_user(bob);
    const auto change = [&](std::string_view current, std::string_view replacement) {
        return fmt::format(R"({{"current_password": "{}", "new_password": "{}"}})", current,
                           replacement);
    };
    const std::string_view request = "POST /api/auth/password";
    for (const auto* wrong : {"", "wrong horse", "battery staple"}) {
        EXPECT_EQ(api.refuse(id, request, change(wrong, "new password")).code(),
                  ErrorCode::forbidden);
    }
    EXPECT_EQ(api.refuse(id, request, change("correct horse", "short")).code(), ErrorCode::invalid);
    EXPECT_EQ(login("ada@example.com", "correct horse").status, 200);

    const auto changed = api.send(id, request, change("correct horse", "new password"));
    EXPECT_EQ(changed.status, 204);
    EXPECT_TRUE(changed.body.is_null());
    EXPECT_EQ(refuse_login("ada@example.com", "correct horse").code(), ErrorCode::unauthorized);
    EXPECT_EQ(login("ada@example.com", "new password").status, 200);
    EXPECT_EQ(login("bob@example.com", "battery staple").status, 200);
}

TEST_F(Accounts, one_without_a_password_cannot_be_given_one_by_guessing)
{
    api.add_user("from elsewhere");
    for (const auto* current : {"", "null"}) {
        const auto body =
            fmt::format(R"({{"current_password": "{}", "new_password": "new password"}})", current);
        EXPECT_EQ(api.refuse("from elsewhere", "POST /api/auth/password", body).code(),
                  ErrorCode::forbidden);
    }
}

TEST_F(Accounts, ask_who_calls_wherever_it_matters)
{
    for (const auto& operation : account_operations(nullptr)) {
        const bool open = operation.name == "register" || operation.name == "login";
        const auto signed_in =
            operation.name == "get_me" ? operation::Needs::user : operation::Needs::person;
        EXPECT_EQ(operation.needs, open ? operation::Needs::nobody : signed_in) << operation.name;
        for (const auto& route : operation.routes) {
            EXPECT_FALSE(route.path.contains("{user_id}")) << route.path;
        }
    }
}

}  // namespace
}  // namespace todod::api
