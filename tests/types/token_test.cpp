#include "types/token.hpp"

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

Outcome<TokenRequest> read(std::string_view json)
{
    const auto body = parse(json);
    return read_request<TokenRequest>({.path = {}, .query = {}, .headers = {}, .body = &body});
}

TEST(Scopes, are_joined_and_split)
{
    EXPECT_EQ(join({}), 0);
    EXPECT_EQ(join({Scope::remove, Scope::read, Scope::read}), 0b101);
    EXPECT_THAT(split(0), IsEmpty());
    EXPECT_THAT(split(0b101), ElementsAre(Scope::read, Scope::remove));
    EXPECT_EQ(join(split(all_scopes)), all_scopes);
    EXPECT_TRUE(has(0b010, Scope::write));
    EXPECT_FALSE(has(0b101, Scope::write));
}

TEST(TokenRequest, is_read_in_either_spelling)
{
    const auto snake =
        read(R"({"name": " agent ", "scopes": ["READ", "delete", "read"], "expires_in_days": 30})");
    EXPECT_THAT(snake.errors, IsEmpty());
    EXPECT_EQ(snake.value.name, "agent");
    EXPECT_THAT(snake.value.scopes, ElementsAre(Scope::read, Scope::remove));
    EXPECT_EQ(snake.value.expires_in_days, 30);
    const auto camel = read(R"({"name": "x", "scopes": ["write"], "expiresInDays": null})");
    EXPECT_THAT(camel.errors, IsEmpty());
    EXPECT_EQ(camel.value.expires_in_days, std::nullopt);
}

TEST(TokenRequest, has_bounds)
{
    const auto with = [](std::string_view name, std::string_view scopes, std::string_view days) {
        return read(fmt::format(R"({{"name": {}, "scopes": {}, "expires_in_days": {}}})", name,
                                scopes, days))
            .ok;
    };
    const std::string longest = to_json(repeat(100, "é"));
    EXPECT_TRUE(with(longest, R"(["read"])", "1"));
    EXPECT_TRUE(with(R"("x")", R"(["read", "write", "delete"])", "3650"));
    EXPECT_FALSE(with(to_json(repeat(101, "a")), R"(["read"])", "1"));
    for (const char* name : {R"("")", R"(" ")", R"("a\nb")", "1", "null"})
        EXPECT_FALSE(with(name, R"(["read"])", "1")) << name;
    for (const char* scopes : {"[]", R"("read")", R"(["admin"])", R"([""])", "[1]", "null",
                               R"(["read", "read", "read", "read"])"}) {
        EXPECT_FALSE(with(R"("x")", scopes, "1")) << scopes;
    }
    for (const char* days : {"0", "-1", "3651", "1.5", R"("1")", "true"})
        EXPECT_FALSE(with(R"("x")", R"(["read"])", days)) << days;
}

TEST(TokenRequest, names_what_is_wrong)
{
    EXPECT_THAT(read("{}").errors, ElementsAre("body.name missing: name is required.",
                                               "body.scopes missing: scopes is required."));
    EXPECT_THAT(read(R"({"name": "x", "scopes": ["raed"], "scope": 1})").errors,
                ElementsAre("body.scopes.0 enum: scopes.0 must be 'read', 'write' or 'delete'; did "
                            "you mean 'read'?",
                            "body.scope unknown_field: scope is not a known field; did you mean "
                            "'scopes'?"));
}

TEST(NewToken, is_a_token_and_what_it_is_sent_as)
{
    NewToken token;
    token.name = "agent";
    token.scopes = {Scope::read, Scope::remove};
    token.token = "tdd_x";
    for (const auto dialect : {Dialect::scoped, Dialect::tool}) {
        std::string json;
        schema::Codec<NewToken>::write(token, json, dialect);
        EXPECT_EQ(json, R"({"id":"00000000-0000-0000-0000-000000000000","name":"agent",)"
                        R"("scopes":["read","delete"],"token":"tdd_x",)"
                        R"("created_at":"1970-01-01T00:00:00.000Z","expires_at":null,)"
                        R"("last_used_at":null})");
        json.clear();
        schema::Codec<Token>::write(token, json, dialect);
        EXPECT_EQ(json.find("tdd_x"), std::string::npos);
    }
}

}  // namespace
}  // namespace todod::types
