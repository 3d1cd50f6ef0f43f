#include "auth/sessions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "auth/hand_made_token.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;

/// A table in memory.
class FakeSessions final : public store::Sessions {
public:
    base::Async<std::optional<store::Session>> find(std::vector<std::string> tokens) override
    {
        asked = tokens;
        for (const std::string& token : tokens) {
            if (const auto found = rows.find(token); found != rows.end()) co_return found->second;
        }
        co_return std::nullopt;
    }

    std::map<std::string, store::Session> rows;
    std::vector<std::string> asked;
};

class SessionsTest : public ::testing::Test {
protected:
    std::string find_user(const std::string& token)
    {
        return loop_.run(sessions_.find_user(token, clock_.now()));
    }
    std::string refusal(const std::string& token)
    {
        const auto error = error_of([&] { find_user(token); });
        EXPECT_EQ(error.code(), ErrorCode::unauthorized);
        return error.message();
    }
    void keep(const std::string& token, std::string user_id = "ada")
    {
        store_.rows[token] = {std::move(user_id), clock_.now() + std::chrono::hours{1}};
    }

    testing::TestLoop loop_;
    testing::FakeClock clock_;
    FakeSessions store_;
    SessionSettings settings_{.kept = KeptToken::hmac_hex,
                              .hash_secrets = {"key"},
                              .signing_secrets = {"signing", "signing before"}};
    Sessions sessions_{store_, settings_};
};

/// A token whose signature under "signing" has a plus and a slash in it.
const std::string good_token = "session-17";

std::string mac_of(std::string_view secret, std::string_view text)
{
    return testing::hmac(EVP_sha256(), secret, text);
}

std::string signature_of(std::string_view secret, std::string_view text)
{
    // Base64url differs in two characters and its padding.
    std::string signature = base::base64url_encode(mac_of(secret, text)) + "=";
    std::ranges::replace(signature, '-', '+');
    std::ranges::replace(signature, '_', '/');
    return signature;
}

TEST_F(SessionsTest, are_looked_up_by_what_the_auth_server_keeps)
{
    // printf session-token | openssl dgst -sha256 -hmac 'secret of the auth server'
    settings_.hash_secrets = {"secret of the auth server"};
    const struct {
        KeptToken kept;
        const char* stored;
    } forms[] = {
        {KeptToken::hmac_hex, "8fe332e78453d01ed2b3e4e5bd8e0b152edbe2f84cf94bac4f2354d81e8062c2"},
        {KeptToken::hmac_base64, "j+My54RT0B7Ss+TlvY4LFS7b4vhM+UusTyNU2B6AYsI="},
        {KeptToken::plain, "session-token"},
    };
    for (const auto& [kept, stored] : forms) {
        settings_.kept = kept;
        store_.rows.clear();
        keep(stored);
        EXPECT_EQ(find_user("session-token"), "ada");
        EXPECT_THAT(store_.asked, ElementsAre(stored));
        EXPECT_THAT(refusal("session-tokeN"), HasSubstr("no such session"));
        if (kept != KeptToken::plain) EXPECT_THAT(refusal(stored), HasSubstr("no such session"));
    }
}

TEST_F(SessionsTest, are_looked_up_under_each_secret)
{
    settings_.hash_secrets = {"new", "old"};
    settings_.kept = KeptToken::hmac_base64;
    keep(signature_of("old", "token"));
    EXPECT_EQ(find_user("token"), "ada");
    EXPECT_THAT(store_.asked,
                ElementsAre(signature_of("new", "token"), signature_of("old", "token")));
    settings_.hash_secrets = {"new"};
    EXPECT_THAT(refusal("token"), HasSubstr("no such session"));
}

TEST_F(SessionsTest, end_when_they_expire)
{
    settings_.kept = KeptToken::plain;
    keep("token");
    clock_.advance(std::chrono::hours{1} - std::chrono::milliseconds{1});
    EXPECT_EQ(find_user("token"), "ada");
    clock_.advance(std::chrono::milliseconds{1});
    EXPECT_THAT(refusal("token"), HasSubstr("expired"));
}

TEST_F(SessionsTest, end_when_their_row_goes)
{
    settings_.kept = KeptToken::plain;
    keep("token");
    EXPECT_EQ(find_user("token"), "ada");
    store_.rows.clear();
    EXPECT_THAT(refusal("token"), HasSubstr("no such session"));
}

TEST_F(SessionsTest, take_a_token_that_is_signed)
{
    settings_.kept = KeptToken::plain;
    keep(good_token);
    for (const auto& secret : settings_.signing_secrets) {
        const std::string signed_token = good_token + '.' + signature_of(secret, good_token);
        EXPECT_EQ(find_user(signed_token), "ada");
        const auto dot = signed_token.find('.');
        EXPECT_EQ(find_user(signed_token.substr(0, dot + 1) +
                            base::percent_encode(signed_token.substr(dot + 1))),
                  "ada");
        EXPECT_THAT(store_.asked, ElementsAre(good_token));
    }
    settings_.kept = KeptToken::hmac_base64;
    keep(signature_of("key", good_token), "bob");
    EXPECT_EQ(find_user(good_token + '.' + signature_of("signing", good_token)), "bob");
}

TEST_F(SessionsTest, take_no_jwt_for_a_token_that_is_signed)
{
    settings_.kept = KeptToken::plain;
    keep("header.payload");
    EXPECT_NE(refusal("header%2Epayload." + signature_of("signing", "header.payload")), "");
    EXPECT_THAT(store_.asked, ::testing::IsEmpty());
}

TEST_F(SessionsTest, refuse_a_signature_that_does_not_hold_before_they_look)
{
    settings_.kept = KeptToken::plain;
    keep(good_token);
    keep("");
    const std::string good = signature_of("signing", good_token);
    for (const std::string& signature :
         {std::string{}, std::string{"x"}, good + "=", good.substr(0, good.size() - 1),
          signature_of("another", good_token), signature_of("signing", "another"),
          base::base64url_encode(mac_of("signing", good_token)), base::percent_encode(good) + "%",
          std::string{"%zz"}, std::string{"%ff"}}) {
        EXPECT_THAT(refusal(good_token + '.' + signature), HasSubstr("signature")) << signature;
    }
    settings_.signing_secrets.clear();
    EXPECT_THAT(refusal(good_token + '.' + good), HasSubstr("signature"));
    EXPECT_THAT(store_.asked, ::testing::IsEmpty());
}

TEST_F(SessionsTest, refuse_what_no_token_is_before_they_look)
{
    settings_.kept = KeptToken::plain;
    for (const std::string& token :
         {std::string{}, std::string{"a b"}, std::string{"a\x01"}, std::string{"\xC3\xA4"},
          std::string{"\xFF"}, std::string{"a\0b", 3}, std::string{"a.b.c.d"},
          std::string{"a.b.c.d.e.f"}, '.' + signature_of("signing", ""),
          "a%00b." + signature_of("signing", std::string{"a\0b", 3}),
          std::string(Sessions::max_token_bytes + 1, 'x')}) {
        keep(token);
        refusal(token);
    }
    EXPECT_THAT(store_.asked, ::testing::IsEmpty());
    const std::string longest(Sessions::max_token_bytes, 'x');
    keep(longest);
    EXPECT_EQ(find_user(longest), "ada");
}

TEST_F(SessionsTest, refuse_a_user_who_can_be_none)
{
    settings_.kept = KeptToken::plain;
    keep("longest", std::string(255, 'x'));
    EXPECT_EQ(find_user("longest"), std::string(255, 'x'));
    for (const std::string& user_id :
         {std::string{}, std::string(256, 'x'), std::string{"a\x01"}, std::string{"\xFF"}}) {
        keep("token", user_id);
        EXPECT_THAT(refusal("token"), HasSubstr("no user"));
    }
}

}  // namespace
}  // namespace todod::auth
