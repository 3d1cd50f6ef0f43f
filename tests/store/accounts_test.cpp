#include "store/accounts.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/threads.hpp"
#include "support/together.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::all;
using testing::create_task;
using testing::error_of;
using testing::new_task;
using testing::run_as_one_batch;
using types::Account;

class StoredAccounts : public ::testing::Test, public testing::TestDatabase {
protected:
    static Account account(std::string user_id, std::string email)
    {
        return {
            .user_id = std::move(user_id),
            .name = "Ada",
            .email = std::move(email),
            .password_hash = "$argon2id$…",
            .created_at = base::Instant{std::chrono::seconds{1'700'000'000}},
            .generation = 0,
            .tokens_valid_from = std::nullopt,
        };
    }
    void create(std::string user_id, std::string email)
    {
        run(accounts().create(account(std::move(user_id), std::move(email))));
    }
    std::optional<Standing> ensure(std::string user_id)
    {
        return run(accounts().ensure(std::move(user_id), clock().now()));
    }
};

void expect_same(const std::optional<Account>& found, const Account& expected)
{
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, expected.user_id);
    EXPECT_EQ(found->name, expected.name);
    EXPECT_EQ(found->email, expected.email);
    EXPECT_EQ(found->password_hash, expected.password_hash);
    EXPECT_EQ(found->created_at, expected.created_at);
    EXPECT_EQ(found->generation, expected.generation);
    EXPECT_EQ(found->tokens_valid_from, expected.tokens_valid_from);
}

TEST(Holds, is_what_the_generation_says_and_else_the_moment_of_issue)
{
    const auto at = [](int second) { return base::Instant{std::chrono::seconds{second}}; };
    const Standing untouched{};
    const Standing changed{.generation = 2, .tokens_valid_from = at(100)};
    const struct {
        Issue issue;
        Standing standing;
        bool expected;
    } table[] = {
        {{.generation = 0, .at = at(50)}, untouched, true},
        {{.generation = 1, .at = at(50)}, untouched, false},
        {{.generation = 2, .at = at(100)}, changed, true},
        {{.generation = 1, .at = at(200)}, changed, false},
        {{.generation = 3, .at = at(200)}, changed, false},
        {{.generation = 2, .at = at(50)}, changed, true},
        {{.generation = 2, .at = {}}, changed, true},
        {{.generation = {}, .at = {}}, untouched, true},
        {{.generation = {}, .at = {}}, {.generation = 2, .tokens_valid_from = {}}, true},
        {{.generation = {}, .at = {}}, changed, false},
        {{.generation = {}, .at = at(99)}, changed, false},
        {{.generation = {}, .at = at(100)}, changed, true},
        {{.generation = {}, .at = at(101)}, changed, true},
    };
    for (int row = 0; const auto& [issue, standing, expected] : table)
        EXPECT_EQ(holds(issue, standing), expected) << "row " << row++;
}

TEST_F(StoredAccounts, come_back_as_they_were_given)
{
    const Account ada = account("ada", "Ada@Example.com");
    run(accounts().create(ada));
    expect_same(run(accounts().find("ada")), ada);
    expect_same(run(accounts().find_by_email("Ada@Example.com")), ada);
    EXPECT_EQ(run(accounts().find_standing("ada"))->generation, 0);
    EXPECT_EQ(run(accounts().find_standing("ada"))->tokens_valid_from, std::nullopt);
}

TEST_F(StoredAccounts, that_are_not_there_are_not_found)
{
    create("ada", "ada@example.com");
    EXPECT_FALSE(run(accounts().find("Ada")));
    EXPECT_FALSE(run(accounts().find("")));
    EXPECT_FALSE(run(accounts().find_by_email("")));
    EXPECT_FALSE(run(accounts().find_by_email("bob@example.com")));
    EXPECT_FALSE(run(accounts().find_standing("bob")));
    add_user("from elsewhere");
    EXPECT_FALSE(run(accounts().find_by_email("")));
}

TEST_F(StoredAccounts, an_email_is_one_whatever_its_case)
{
    const struct {
        std::string_view taken;
        std::string_view same;
    } table[] = {
        {"ada@example.com", "ADA@Example.COM"},
        {"müller@example.com", "MÜLLER@example.com"},
        {"straße@example.com", "STRASSE@example.com"},
        {"σίσυφος@example.gr", "ΣΊΣΥΦΟΣ@EXAMPLE.GR"},
        {"e\u0301clair@example.fr", "\u00C9CLAIR@example.fr"},
    };
    int n = 0;
    for (const auto& [taken, same] : table) {
        const std::string user_id = fmt::format("u{}", ++n);
        create(user_id, std::string{taken});
        EXPECT_EQ(error_of([&] { create(user_id + "-2", std::string{same}); }).code(),
                  ErrorCode::bad_request)
            << same;
        const auto found = run(accounts().find_by_email(std::string{same}));
        ASSERT_TRUE(found) << same;
        EXPECT_EQ(found->user_id, user_id);
        EXPECT_EQ(found->email, taken);
        EXPECT_FALSE(run(accounts().find(user_id + "-2")));
    }
}

TEST_F(StoredAccounts, of_several_with_the_same_email_at_once_one_is_made)
{
    const auto outcomes =
        run_as_one_batch(*this, all(accounts().create(account("a", "x@example.com")),
                                    accounts().create(account("b", "X@example.com")),
                                    accounts().create(account("c", "y@example.com"))));
    const bool first = outcomes[0].value.has_value();
    EXPECT_NE(first, outcomes[1].value.has_value());
    EXPECT_EQ(outcomes[first ? 1 : 0].code(), ErrorCode::bad_request);
    EXPECT_TRUE(outcomes[2].value);

    std::atomic<int> made = 0;
    testing::on_threads(4, [&](int index) {
        testing::Shard shard{*this};
        const auto outcome = testing::run_together(
            shard.loop(),
            all(shard.accounts().create(account(fmt::format("t{}", index), "z@example.com"))));
        made += outcome.front().value.has_value();
    });
    EXPECT_EQ(made, 1);
}

TEST_F(StoredAccounts, a_user_from_elsewhere_is_made_once_and_kept_as_it_is)
{
    ASSERT_TRUE(ensure("ada"));
    const base::Instant first = clock().now();
    clock().advance(std::chrono::hours{1});
    ASSERT_TRUE(ensure("ada"));
    const auto account = run(accounts().find("ada"));
    EXPECT_EQ(account->created_at, first);
    EXPECT_EQ(account->email, std::nullopt);
    EXPECT_EQ(account->password_hash, std::nullopt);

    create("own", "own@example.com");
    run(accounts().change_password("own", 0, "new", clock().now()));
    EXPECT_EQ(ensure("own")->generation, 1);
    EXPECT_EQ(run(accounts().find("own"))->email, "own@example.com");
}

TEST_F(StoredAccounts, any_text_is_a_user_id)
{
    for (const std::string& user_id :
         {std::string{"x"}, std::string(255, 'x'), std::string{"ü 🦊' \" -- ; %"}}) {
        ASSERT_TRUE(ensure(user_id));
        run(create_task(tasks(), new_task(user_id, "a task")));
        EXPECT_EQ(run(tasks().list(user_id, {})).total, 1);
    }
    EXPECT_EQ(run(tasks().list("X", {})).total, 0);
}

TEST_F(StoredAccounts, a_new_password_counts_and_refuses_what_was_issued_before)
{
    create("ada", "ada@example.com");
    EXPECT_TRUE(run(accounts().change_password("ada", 0, "second", clock().now())));
    const auto account = run(accounts().find("ada"));
    EXPECT_EQ(account->password_hash, "second");
    EXPECT_EQ(account->generation, 1);
    EXPECT_EQ(account->tokens_valid_from, clock().now());
    EXPECT_EQ(run(accounts().find_standing("ada"))->generation, 1);
    EXPECT_EQ(run(accounts().find_standing("ada"))->tokens_valid_from, clock().now());
}

TEST_F(StoredAccounts, a_password_is_changed_only_at_the_generation_that_was_seen)
{
    create("ada", "ada@example.com");
    const auto change = [&](std::string hash) {
        return accounts().change_password("ada", 0, std::move(hash), clock().now());
    };
    const auto outcomes = run_as_one_batch(*this, all(change("one"), change("two")));
    // Whichever comes first: each may go down a connection of its own.
    ASSERT_TRUE(outcomes[0].value && outcomes[1].value);
    EXPECT_NE(outcomes[0].value, outcomes[1].value);
    EXPECT_EQ(run(accounts().find("ada"))->password_hash, *outcomes[0].value ? "one" : "two");
    EXPECT_EQ(run(accounts().find("ada"))->generation, 1);
    EXPECT_FALSE(run(accounts().change_password("nobody", 0, "x", clock().now())));
}

TEST_F(StoredAccounts, a_hash_is_replaced_only_while_it_is_the_same_and_revokes_nothing)
{
    create("ada", "ada@example.com");
    run(accounts().replace_hash("ada", "another", "wrong"));
    EXPECT_EQ(run(accounts().find("ada"))->password_hash, "$argon2id$…");
    run(accounts().replace_hash("ada", "$argon2id$…", "stronger"));
    const auto account = run(accounts().find("ada"));
    EXPECT_EQ(account->password_hash, "stronger");
    EXPECT_EQ(account->generation, 0);
    EXPECT_EQ(account->tokens_valid_from, std::nullopt);
}

TEST_F(StoredAccounts, are_listed_oldest_first_with_the_number_of_their_tasks)
{
    create("b", "b@example.com");
    add_user("a");
    run(create_task(tasks(), new_task("a", "one")));
    run(create_task(tasks(), new_task("a", "two")));
    run(tasks().remove("a", std::int64_t{1}, std::nullopt, clock().now()));
    const auto all_of_them = run(accounts().list_all());
    ASSERT_EQ(all_of_them.size(), 2U);
    EXPECT_EQ(all_of_them[0].user_id, "b");
    EXPECT_EQ(all_of_them[0].email, "b@example.com");
    EXPECT_EQ(all_of_them[0].task_count, 0);
    EXPECT_EQ(all_of_them[1].user_id, "a");
    EXPECT_EQ(all_of_them[1].name, std::nullopt);
    EXPECT_EQ(all_of_them[1].task_count, 1);
    EXPECT_EQ(all_of_them[1].created_at, clock().now());
}

TEST_F(StoredAccounts, one_that_is_removed_takes_all_that_is_its_along_and_nothing_else)
{
    create("ada", "ada@example.com");
    create("bob", "bob@example.com");
    for (const std::string user_id : {"ada", "bob", "ada"})
        run(create_task(tasks(), new_task(user_id, "a task")));
    for (const std::string user_id : {"ada", "bob"})
        run(api_keys().put(user_id, {.shown = {.masked_key = "****"}, .token = "sealed"}));
    run(accounts().remove("ada", clock().now()));

    EXPECT_FALSE(run(accounts().find("ada")));
    EXPECT_FALSE(run(accounts().find_by_email("ada@example.com")));
    EXPECT_FALSE(run(accounts().find_standing("ada")));
    EXPECT_FALSE(run(tasks().find("ada", std::int64_t{1})));
    EXPECT_EQ(run(tasks().list("ada", {})).total, 0);
    EXPECT_EQ(run(tasks().list("bob", {})).total, 1);
    EXPECT_EQ(ask("SELECT count(*) FROM tasks"), "1");
    EXPECT_EQ(ask("SELECT user_id FROM api_keys"), "bob");
    EXPECT_EQ(ask("SELECT count(*) FROM deleted_users WHERE user_id = 'ada'"), "1");
}

TEST_F(StoredAccounts, one_that_is_removed_does_not_come_back)
{
    ASSERT_TRUE(ensure("ada"));
    run(accounts().remove("ada", clock().now()));
    EXPECT_FALSE(ensure("ada"));
    EXPECT_FALSE(run(accounts().find("ada")));
    EXPECT_NO_THROW(run(accounts().remove("ada", clock().now())));
    EXPECT_FALSE(ensure("ada"));
}

TEST_F(StoredAccounts, an_email_is_free_again_once_its_account_is_gone)
{
    create("first", "ada@example.com");
    run(accounts().remove("first", clock().now()));
    create("second", "Ada@example.com");
    EXPECT_EQ(run(accounts().find_by_email("ADA@example.com"))->user_id, "second");
}

TEST_F(StoredAccounts, a_new_user_gets_no_task_of_one_who_has_gone)
{
    add_user("ada");
    run(create_task(tasks(), new_task("ada", "hers")));
    run(accounts().remove("ada", clock().now()));
    add_user("bob");
    EXPECT_EQ(run(tasks().list("bob", {})).total, 0);
    EXPECT_EQ(run(tasks().list("bob", {.filter = {.words = "hers"}})).total, 0);
    EXPECT_EQ(run(create_task(tasks(), new_task("bob", "his"))).number, 1);
}

}  // namespace
}  // namespace todod::store
