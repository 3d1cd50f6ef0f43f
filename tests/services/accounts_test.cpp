#include "services/accounts.hpp"

#include <gmock/gmock.h>

#include "auth/password.hpp"
#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using testing::all;
using ::testing::AnyOf;
using testing::cheap_argon2;
using testing::create_task;
using ::testing::ElementsAre;
using ::testing::Eq;
using testing::error_of;
using ::testing::IsEmpty;
using testing::kinds_of;
using testing::new_task;
using ::testing::Not;
using ::testing::Optional;
using ::testing::StartsWith;

class AccountService : public ::testing::Test, public testing::TestServices {
protected:
    types::Profile enrol(std::string email = "ada@example.com",
                         std::string password = "correct horse")
    {
        return run(account_service().register_user({"Ada", std::move(email), std::move(password)}));
    }
    types::Session login(std::string email, std::string password)
    {
        return run(account_service().login({std::move(email), std::move(password)}));
    }
    void change_password(const std::string& user_id, std::string from, std::string to)
    {
        run(account_service().change_password(user_id, {std::move(from), std::move(to)}));
    }
};

TEST_F(AccountService, who_registers_has_an_account_and_can_sign_in)
{
    const auto profile = enrol("Ada@Example.com");
    EXPECT_TRUE(base::parse_uuid(profile.id));
    EXPECT_EQ(profile.name, "Ada");
    EXPECT_EQ(profile.email, "Ada@Example.com");
    EXPECT_EQ(profile.created_at, clock().now());
    const auto again = run(account_service().get(profile.id));
    EXPECT_EQ(again.id, profile.id);
    EXPECT_EQ(again.email, profile.email);

    const auto session = login("ADA@example.COM", "correct horse");
    EXPECT_EQ(session.token_type, "bearer");
    EXPECT_EQ(session.expires_in, 7 * 24 * 3600);
    EXPECT_EQ(session.user.id, profile.id);
    EXPECT_EQ(session.user.email, "Ada@Example.com");
    const auto claims = jwt().verify(session.access_token, clock().now());
    EXPECT_EQ(claims.subject, profile.id);
    EXPECT_EQ(claims.generation, 0);
}

TEST_F(AccountService, a_session_is_renewed_for_as_long_as_it_was_begun_for)
{
    const auto id = enrol().id;
    const auto first = login("ada@example.com", "correct horse");
    clock().advance(jwt().lifetime() - std::chrono::seconds{1});
    const auto next = run(account_service().renew(id, 0));
    EXPECT_EQ(next.expires_in, first.expires_in);
    EXPECT_EQ(next.user.id, id);
    EXPECT_EQ(next.user.email, "ada@example.com");
    clock().advance(jwt().lifetime() - std::chrono::seconds{1});
    const auto claims = jwt().verify(next.access_token, clock().now());
    EXPECT_EQ(claims.subject, id);
    EXPECT_EQ(claims.generation, 0);
}

TEST_F(AccountService, a_session_that_has_ended_is_not_renewed)
{
    const auto id = enrol().id;
    const auto refusal = [&](std::string user_id, std::optional<std::int64_t> generation) {
        return error_of([&] { run(account_service().renew(std::move(user_id), generation)); });
    };
    change_password(id, "correct horse", "battery staple");
    EXPECT_EQ(refusal(id, 0).code(), ErrorCode::unauthorized);
    EXPECT_EQ(run(account_service().renew(id, 1)).user.id, id);
    EXPECT_EQ(refusal("nobody", 0).code(), ErrorCode::unauthorized);
    EXPECT_EQ(refusal(id, std::nullopt).code(), ErrorCode::forbidden) << "not begun here";
    run(account_service().remove(id));
    EXPECT_EQ(refusal(id, 1).code(), ErrorCode::unauthorized);
}

TEST_F(AccountService, a_password_is_kept_as_a_hash_only)
{
    const auto profile = enrol();
    const auto account = run(accounts().find(profile.id));
    EXPECT_THAT(*account->password_hash, StartsWith("$argon2id$v=19$m=64,t=1,p=1$"));
    EXPECT_THAT(*account->password_hash, Not(::testing::HasSubstr("correct horse")));
}

TEST_F(AccountService, an_email_that_is_taken_is_refused_in_whatever_case)
{
    enrol("müller@example.com");
    for (const std::string email : {"müller@example.com", "MÜLLER@EXAMPLE.COM"}) {
        const auto error = error_of([&] { enrol(email); });
        EXPECT_EQ(error.code(), ErrorCode::bad_request);
    }
    EXPECT_EQ(run(accounts().list_all()).size(), 1U);
}

TEST_F(AccountService, of_two_who_register_with_the_same_email_at_once_one_succeeds)
{
    const auto outcomes = testing::run_together(
        loop(), all(account_service().register_user({"A", "x@example.com", "password one"}),
                    account_service().register_user({"B", "X@example.com", "password two"})));
    EXPECT_NE(outcomes[0].value.has_value(), outcomes[1].value.has_value());
    EXPECT_EQ(run(accounts().list_all()).size(), 1U);
}

TEST_F(AccountService, what_is_no_email_is_refused)
{
    const std::string table[] = {"",        "ada",       "@example.com", "ada@",
                                 "a@b",     "a@b.",      "a@.com",       "a@@example.com",
                                 "a@b@c.d", "a b@c.d",   "a@c d.e",      "a@c.d\n",
                                 "a\t@c.d", "a\x7F@c.d", "a\u009B@c.d"};
    for (const std::string& email : table) {
        const auto error = error_of([&] { enrol(email); });
        EXPECT_EQ(error.code(), ErrorCode::invalid) << email;
        EXPECT_THAT(kinds_of(error.violations()), ElementsAre("body.email email")) << email;
    }
    EXPECT_THAT(run(accounts().list_all()), IsEmpty());
}

TEST_F(AccountService, what_may_be_an_email_is_taken)
{
    for (const std::string email : {"a@b.c", "first.last+tag@sub.example.co.uk", "ü@münchen.de"})
        EXPECT_EQ(enrol(email).email, email);
}

TEST_F(AccountService, a_wrong_password_and_an_unknown_email_are_told_in_the_same_words)
{
    enrol();
    add_user("from elsewhere");
    const auto wrong = error_of([&] { login("ada@example.com", "wrong horse"); });
    const auto unknown = error_of([&] { login("eve@example.com", "correct horse"); });
    const auto empty = error_of([&] { login("", ""); });
    EXPECT_EQ(wrong.code(), ErrorCode::unauthorized);
    for (const auto& error : {unknown, empty}) {
        EXPECT_EQ(error.code(), wrong.code());
        EXPECT_EQ(error.message(), wrong.message());
        EXPECT_EQ(error.violations(), wrong.violations());
    }
}

/// Counts how often something is hashed with a fresh salt.
class CountingRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        ++fills;
        std::ranges::fill(bytes, std::byte{1});
    }

    std::atomic<int> fills = 0;
};

TEST_F(AccountService, an_unknown_email_costs_a_hash_as_a_known_one_does)
{
    enrol();
    CountingRandom salts;
    auth::PasswordPool pool{cheap_argon2, 1, salts};
    Accounts service{accounts(), pool, &jwt(), loop(), clock(), random()};
    const auto try_login = [&](std::string email) {
        return error_of([&] { run(service.login({std::move(email), "wrong horse"})); }).code();
    };
    EXPECT_EQ(try_login("eve@example.com"), ErrorCode::unauthorized);
    EXPECT_EQ(salts.fills, 1);
    EXPECT_EQ(try_login("ada@example.com"), ErrorCode::unauthorized);
    EXPECT_EQ(salts.fills, 1);  // verified against the salt of the hash
}

TEST_F(AccountService, signing_in_renews_a_hash_of_other_parameters)
{
    const auto profile = enrol();
    auth::Argon2Parameters stronger = cheap_argon2;
    stronger.passes = 2;
    auth::PasswordPool pool{stronger, 1, random()};
    Accounts service{accounts(), pool, &jwt(), loop(), clock(), random()};
    EXPECT_EQ(error_of([&] { run(service.login({"ada@example.com", "wrong"})); }).code(),
              ErrorCode::unauthorized);
    EXPECT_THAT(*run(accounts().find(profile.id))->password_hash,
                StartsWith("$argon2id$v=19$m=64,t=1"));
    const auto session = run(service.login({"ada@example.com", "correct horse"}));
    const auto account = run(accounts().find(profile.id));
    EXPECT_THAT(*account->password_hash, StartsWith("$argon2id$v=19$m=64,t=2"));
    EXPECT_EQ(account->generation, jwt().verify(session.access_token, clock().now()).generation);
    EXPECT_NO_THROW(run(service.login({"ada@example.com", "correct horse"})));
}

TEST_F(AccountService, a_new_password_holds_from_then_on_and_the_old_one_does_not)
{
    const auto profile = enrol();
    const auto before = login("ada@example.com", "correct horse");
    change_password(profile.id, "correct horse", "battery staple");
    EXPECT_EQ(error_of([&] { login("ada@example.com", "correct horse"); }).code(),
              ErrorCode::unauthorized);
    const auto after = login("ada@example.com", "battery staple");

    const auto standing = *run(accounts().find_standing(profile.id));
    EXPECT_NE(jwt().verify(before.access_token, clock().now()).generation, standing.generation);
    EXPECT_EQ(jwt().verify(after.access_token, clock().now()).generation, standing.generation);
    EXPECT_EQ(standing.tokens_valid_from, clock().now());
}

TEST_F(AccountService, a_password_is_changed_only_by_one_who_knows_it)
{
    const auto profile = enrol();
    add_user("from elsewhere");
    for (const std::string& user_id :
         {profile.id, std::string{"from elsewhere"}, std::string{"nobody"}}) {
        const auto error = error_of([&] { change_password(user_id, "wrong", "battery staple"); });
        EXPECT_EQ(error.code(), ErrorCode::forbidden) << user_id;
    }
    EXPECT_EQ(run(accounts().find(profile.id))->generation, 0);
    EXPECT_NO_THROW(login("ada@example.com", "correct horse"));
}

TEST_F(AccountService, of_two_who_change_the_password_at_once_one_is_told_so)
{
    const auto profile = enrol();
    const auto change = [&](std::string to) {
        return account_service().change_password(profile.id, {"correct horse", std::move(to)});
    };
    const auto outcomes =
        testing::run_together(loop(), all(change("battery one"), change("battery two")));
    const bool first = outcomes[0].value.has_value();
    EXPECT_NE(first, outcomes[1].value.has_value());
    // The one that comes so late that the other has been done finds another password there.
    EXPECT_THAT(outcomes[first ? 1 : 0].code(),
                AnyOf(Optional(ErrorCode::conflict), Optional(ErrorCode::forbidden)));
    EXPECT_NO_THROW(login("ada@example.com", first ? "battery one" : "battery two"));
    EXPECT_EQ(run(accounts().find(profile.id))->generation, 1);
}

TEST_F(AccountService, who_leaves_takes_everything_along)
{
    const auto profile = enrol();
    run(create_task(tasks(), new_task(profile.id, "a task")));
    run(account_service().remove(profile.id));
    EXPECT_EQ(error_of([&] { run(account_service().get(profile.id)); }).code(),
              ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { login("ada@example.com", "correct horse"); }).code(),
              ErrorCode::unauthorized);
    EXPECT_EQ(run(tasks().list(profile.id, {})).total, 0);
    EXPECT_FALSE(run(accounts().ensure(profile.id, clock().now())));
    EXPECT_NE(enrol().id, profile.id);
}

TEST_F(AccountService, of_a_user_from_elsewhere_little_is_known)
{
    add_user("from elsewhere");
    const auto profile = run(account_service().get("from elsewhere"));
    EXPECT_EQ(profile.id, "from elsewhere");
    EXPECT_EQ(profile.name, std::nullopt);
    EXPECT_EQ(profile.email, std::nullopt);
}

TEST_F(AccountService, without_a_secret_nobody_registers_or_signs_in_but_an_operator_adds_users)
{
    Accounts service{accounts(), passwords(), nullptr, loop(), clock(), random()};
    const auto registering =
        error_of([&] { run(service.register_user({"A", "a@example.com", "password"})); });
    const auto signing_in = error_of([&] { run(service.login({"a@example.com", "password"})); });
    for (const auto& error : {registering, signing_in}) {
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_TRUE(error.retry_after());
    }
    EXPECT_THAT(run(accounts().list_all()), IsEmpty());
    EXPECT_EQ(run(service.create({"A", "a@example.com", "password"})).email, "a@example.com");
    EXPECT_THAT(run(accounts().list_all()), ::testing::SizeIs(1));
}

}  // namespace
}  // namespace todod::services
