#include "store/tokens.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using testing::create_task;
using testing::error_of;
using ::testing::IsEmpty;
using testing::new_task;
using ::testing::SizeIs;
using types::Scope;
using types::Token;

class StoredTokens : public ::testing::Test, public testing::TestDatabase {
protected:
    StoredTokens()
    {
        add_user("ada");
        add_user("bob");
    }

    Token new_token(std::string name = "agent", std::optional<base::Instant> expires_at = {})
    {
        return {.id = base::make_uuid_v7(clock().now(), random_),
                .name = std::move(name),
                .scopes = {Scope::read, Scope::remove},
                .created_at = clock().now(),
                .expires_at = expires_at,
                .last_used_at = std::nullopt};
    }
    Token create(const std::string& user_id, const std::string& hash,
                 std::optional<base::Instant> expires_at = {})
    {
        Token token = new_token("agent", expires_at);
        run(tokens().create(user_id, token, hash));
        return token;
    }
    void fill(const std::string& user_id, std::size_t count,
              std::optional<base::Instant> expires_at = {})
    {
        for (std::size_t i = 0; i < count; ++i)
            create(user_id, fmt::format("{} {} {}", user_id, count, i), expires_at);
    }
    std::optional<TokenGrant> find(const std::string& hash) { return run(tokens().find(hash)); }
    std::string count(std::string_view table)
    {
        return ask(fmt::format("SELECT count(*) FROM {}", table));
    }

    DatabaseLocation location() const
    {
        if (testing::chosen_database() == testing::DatabaseKind::sqlite) return SqliteFile{path()};
        return db::postgres::parse_url(url());
    }

    /// A use is written beside what is waited for: looks until it is there.
    std::optional<base::Instant> await_use(const std::string& hash,
                                           std::optional<base::Instant> before)
    {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (std::chrono::steady_clock::now() < deadline) {
            const auto used = find(hash)->last_used_at;
            if (used != before) return used;
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        return before;
    }

private:
    base::SecureRandom random_;
};

TEST_F(StoredTokens, come_back_as_they_were_given)
{
    const Token token = create("ada", "hash", clock().now() + 24h);
    EXPECT_THAT(run(tokens().list("ada")), ::testing::ElementsAre(token));
    const auto grant = find("hash");
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->user_id, "ada");
    EXPECT_EQ(grant->id, token.id);
    EXPECT_EQ(grant->scopes, 0b101);
    EXPECT_EQ(grant->expires_at, token.expires_at);
    EXPECT_EQ(grant->last_used_at, std::nullopt);
    EXPECT_EQ(grant->generation, 0);
}

TEST_F(StoredTokens, are_found_by_their_own_hash_alone)
{
    create("ada", "of ada");
    create("bob", "of bob");
    EXPECT_EQ(find("of ada")->user_id, "ada");
    EXPECT_EQ(find("of bob")->user_id, "bob");
    for (const char* other : {"", "of", "OF ADA", "of ada "})
        EXPECT_FALSE(find(other)) << other;
}

TEST_F(StoredTokens, that_are_asked_for_at_once_come_to_whoever_asked)
{
    for (int i = 0; i < 20; ++i)
        create(i % 2 == 0 ? "ada" : "bob", fmt::format("hash {}", i));
    std::vector<base::Async<std::optional<TokenGrant>>> work;
    for (int i = 0; i < 40; ++i)
        work.push_back(tokens().find(fmt::format("hash {}", i)));
    const auto outcomes = testing::run_together(loop(), std::move(work));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto& grant = outcomes[i].value.value();
        ASSERT_EQ(grant.has_value(), i < 20) << i;
        if (grant) EXPECT_EQ(grant->user_id, i % 2 == 0 ? "ada" : "bob");
    }
}

TEST_F(StoredTokens, are_listed_oldest_first_and_to_their_user_alone)
{
    const Token first = create("ada", "one");
    create("bob", "of bob");
    clock().advance(1min);
    const Token second = create("ada", "two");
    EXPECT_THAT(run(tokens().list("ada")), ::testing::ElementsAre(first, second));
    EXPECT_THAT(run(tokens().list("bob")), SizeIs(1));
    EXPECT_THAT(run(tokens().list("eve")), IsEmpty());
}

TEST_F(StoredTokens, one_that_is_removed_ends_at_once_for_every_thread)
{
    testing::Shard other{*this};
    const Token token = create("ada", "hash");
    create("ada", "another");
    ASSERT_TRUE(other.run(other.tokens().find("hash")));
    EXPECT_TRUE(run(tokens().remove("ada", token.id)));
    EXPECT_FALSE(other.run(other.tokens().find("hash")));
    EXPECT_FALSE(find("hash"));
    EXPECT_TRUE(find("another"));
    EXPECT_FALSE(run(tokens().remove("ada", token.id)));
}

TEST_F(StoredTokens, are_not_removed_by_another_user)
{
    const Token token = create("ada", "hash");
    EXPECT_FALSE(run(tokens().remove("bob", token.id)));
    EXPECT_FALSE(run(tokens().remove("eve", token.id)));
    EXPECT_TRUE(find("hash"));
}

TEST_F(StoredTokens, have_a_bound_for_each_user)
{
    fill("ada", Tokens::max_per_user);
    EXPECT_EQ(error_of([&] { create("ada", "one more"); }).code(), ErrorCode::conflict);
    EXPECT_FALSE(find("one more"));
    EXPECT_THAT(run(tokens().list("ada")), SizeIs(Tokens::max_per_user));
    create("bob", "of bob");
    run(tokens().remove("ada", run(tokens().list("ada")).front().id));
    create("ada", "one more");
    EXPECT_TRUE(find("one more"));
}

TEST_F(StoredTokens, at_once_do_not_get_past_the_bound)
{
    fill("ada", Tokens::max_per_user - 1);
    std::vector<base::Async<void>> work;
    for (int i = 0; i < 5; ++i)
        work.push_back(tokens().create("ada", new_token(), fmt::format("at once {}", i)));
    int made = 0;
    for (const auto& outcome : testing::run_as_one_batch(*this, std::move(work))) {
        made += outcome.value ? 1 : 0;
        if (!outcome.value) EXPECT_EQ(outcome.code(), ErrorCode::conflict);
    }
    EXPECT_EQ(made, 1);
    EXPECT_THAT(run(tokens().list("ada")), SizeIs(Tokens::max_per_user));
}

TEST_F(StoredTokens, that_have_expired_stay_until_they_have_to_make_room)
{
    create("ada", "expired", clock().now() + 1h);
    create("bob", "of bob", clock().now() + 1h);
    fill("ada", Tokens::max_per_user - 2, clock().now() + 3h);
    clock().advance(2h);
    create("ada", "the last that fits");
    EXPECT_TRUE(find("expired"));
    create("ada", "one more");
    EXPECT_FALSE(find("expired"));
    EXPECT_TRUE(find("of bob"));
    EXPECT_THAT(run(tokens().list("ada")), SizeIs(Tokens::max_per_user));
    EXPECT_EQ(error_of([&] { create("ada", "too many"); }).code(), ErrorCode::conflict);
}

TEST_F(StoredTokens, a_use_is_noted_without_waiting_and_once_a_minute)
{
    const Token token = create("ada", "hash");
    const base::Instant first = clock().now() + 1h;
    tokens().note_use("ada", token.id, first);
    EXPECT_EQ(await_use("hash", std::nullopt), first);
    EXPECT_EQ(run(tokens().list("ada")).front().last_used_at, first);

    // The first of these is too soon, and so is what comes before what is there.
    tokens().note_use("ada", token.id, first + 1min - std::chrono::milliseconds{1});
    tokens().note_use("ada", token.id, first - 1h);
    tokens().note_use("bob", token.id, first + 1h);
    tokens().note_use("ada", token.id, first + 1min);
    EXPECT_EQ(await_use("hash", first), first + 1min);
}

TEST_F(StoredTokens, uses_at_the_end_are_written_before_it)
{
    const Token token = create("ada", "hash");
    const base::Instant at = clock().now() + 1h;
    {
        testing::TestLoop other_loop;
        const auto other = open_storage(location(), 1);
        const auto shard = other->connect(other_loop);
        shard->tokens()->note_use("ada", token.id, at);
    }
    EXPECT_EQ(find("hash")->last_used_at, at);
}

TEST_F(StoredTokens, a_changed_password_leaves_them_and_is_told_of)
{
    create("ada", "hash");
    ASSERT_TRUE(run(accounts().change_password("ada", 0, "new", clock().now())));
    ASSERT_TRUE(find("hash"));
    EXPECT_EQ(find("hash")->generation, 1);
}

TEST_F(StoredTokens, go_with_their_account)
{
    create("ada", "one");
    create("ada", "two");
    create("bob", "of bob");
    for (int i = 0; i < 3; ++i)
        run(create_task(tasks(), new_task("ada", "a task")));
    run(accounts().remove("ada", clock().now()));
    EXPECT_FALSE(find("one"));
    EXPECT_FALSE(find("two"));
    EXPECT_TRUE(find("of bob"));
    EXPECT_THAT(run(tokens().list("ada")), IsEmpty());
    EXPECT_EQ(count("tokens"), "1");
    if (testing::chosen_database() == testing::DatabaseKind::postgres) {
        EXPECT_EQ(count("token_hashes"), "1");
    }
}

TEST_F(StoredTokens, are_not_made_for_an_account_that_is_not_there)
{
    run(accounts().remove("ada", clock().now()));
    for (const char* user_id : {"ada", "eve"})
        EXPECT_EQ(error_of([&] { create(user_id, "hash"); }).code(), ErrorCode::unauthorized);
    EXPECT_EQ(count("tokens"), "0");
    EXPECT_FALSE(run(accounts().find("ada")));
    EXPECT_FALSE(run(accounts().find("eve")));
}

}  // namespace
}  // namespace todod::store
