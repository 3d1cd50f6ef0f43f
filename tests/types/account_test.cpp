#include "types/account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using boost::json::parse;
using schema::Dialect;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <class T>
Outcome<T> read_body(std::string_view json)
{
    const auto body = parse(json);
    return read_request<T>({.path = {}, .query = {}, .headers = {}, .body = &body});
}

Outcome<Registration> read_registration(std::string_view name, std::string_view email,
                                        std::string_view password)
{
    return read_body<Registration>(fmt::format(R"({{"name": {}, "email": {}, "password": {}}})",
                                               to_json(name), to_json(email), to_json(password)));
}

TEST(Registration, trims_name_and_email_but_not_the_password)
{
    const auto read = read_registration(" Ada ", " ada@example.com ", " 6 chars ");
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.value.name, "Ada");
    EXPECT_EQ(read.value.email, "ada@example.com");
    EXPECT_EQ(read.value.password, " 6 chars ");
}

TEST(Registration, bounds_each_in_code_points)
{
    const std::string ok = "correct horse";
    EXPECT_TRUE(read_registration(repeat(100, "é"), "a@b.c", ok).ok);
    EXPECT_FALSE(read_registration(repeat(101, "a"), "a@b.c", ok).ok);
    EXPECT_FALSE(read_registration("  ", "a@b.c", ok).ok);
    EXPECT_TRUE(read_registration("Ada", repeat(250, "a") + "@b.c", ok).ok);
    EXPECT_FALSE(read_registration("Ada", repeat(251, "a") + "@b.c", ok).ok);
    EXPECT_TRUE(read_registration("Ada", "a@b.c", repeat(8, "😀")).ok);
    EXPECT_TRUE(read_registration("Ada", "a@b.c", repeat(128, "😀")).ok);
    EXPECT_FALSE(read_registration("Ada", "a@b.c", repeat(7, "😀")).ok);
    EXPECT_FALSE(read_registration("Ada", "a@b.c", repeat(129, "a")).ok);
}

TEST(Registration, names_everything_that_is_wrong)
{
    EXPECT_THAT(read_body<Registration>("{}").errors,
                ElementsAre("body.name missing: name is required.",
                            "body.email missing: email is required.",
                            "body.password missing: password is required."));
    EXPECT_THAT(read_body<Registration>(
                    R"({"name": null, "email": 1, "password": "a\u0000bcdefgh", "role": "admin"})")
                    .errors,
                ElementsAre("body.name string_type: name must be a string.",
                            "body.email string_type: email must be a string.",
                            "body.password nul_character: password must not have the character "
                            "U+0000.",
                            "body.role unknown_field: role is not a known field."));
}

TEST(Login, takes_any_password_that_could_have_been_set)
{
    EXPECT_TRUE(read_body<Login>(R"({"email": "ada@example.com", "password": "x"})").ok);
    EXPECT_FALSE(read_body<Login>(R"({"email": "ada@example.com"})").ok);
    EXPECT_FALSE(
        read_body<Login>(fmt::format(R"({{"email": "a@b.c", "password": "{}"}})", repeat(129, "a")))
            .ok);
}

TEST(PasswordChange, bounds_the_new_password_alone)
{
    const auto* json = R"({"currentPassword": "x", "new_password": "correct horse"})";
    EXPECT_THAT(read_body<PasswordChange>(json).errors, IsEmpty());
    EXPECT_THAT(
        read_body<PasswordChange>(R"({"current_password": "x", "newPassword": "short"})").errors,
        ElementsAre("body.newPassword too_short: newPassword must have 8 to 128 "
                    "characters."));
}

TEST(Profile, is_written_with_null_for_what_another_service_keeps)
{
    const Profile profile{"ada", std::nullopt, "ada@example.com", {}};
    EXPECT_EQ(write_value(profile, Dialect::scoped),
              R"({"id":"ada","name":null,"email":"ada@example.com",)"
              R"("created_at":"1970-01-01T00:00:00.000Z"})");
}

TEST(Session, is_written_with_its_user)
{
    Session session;
    session.access_token = "a.b.c";
    session.expires_in = 604800;
    session.user = {"ada", "Ada", "ada@example.com"};
    EXPECT_EQ(write_value(session, Dialect::scoped),
              R"({"access_token":"a.b.c","token_type":"bearer","expires_in":604800,)"
              R"("user":{"id":"ada","name":"Ada","email":"ada@example.com"}})");
}

TEST(Password, is_described_as_one)
{
    const auto schema = schema::object_schema(schema::type_of<Registration>(), Dialect::scoped,
                                              schema::Place::body, true);
    EXPECT_EQ(schema.at("properties").at("password").at("format"), "password");
    EXPECT_EQ(schema.at("properties").at("email").at("format"), "email");
    EXPECT_THAT(schema.at("required").as_array(), SizeIs(3));
}

TEST(Registration, takes_no_control_characters_in_name_and_email)
{
    for (const std::string_view control : {"\x1b[31m", "\n", "\x7f", "\xc2\x9b"}) {
        const auto name = fmt::format("Eve{}root", control);
        const auto email = fmt::format("eve{}@example.com", control);
        EXPECT_FALSE(read_registration(name, "a@b.c", "correct horse").ok);
        EXPECT_FALSE(read_registration("Eve", email, "correct horse").ok);
    }
    EXPECT_TRUE(read_registration("Zoë \xc2\xa0", "zoë@example.com", "correct horse").ok);
}

TEST(Login, takes_no_longer_email_than_could_have_been_registered)
{
    const auto email = repeat(300, "a") + "@b.c";
    EXPECT_FALSE(read_body<Login>(fmt::format(R"({{"email": "{}", "password": "x"}})", email)).ok);
}

}  // namespace
}  // namespace todod::types
