#include "auth/jwks.hpp"

#include <gtest/gtest.h>

#include <map>

#include "auth/signing_key.hpp"
#include "base/error.hpp"
#include "support/clock.hpp"
#include "support/errors.hpp"
#include "support/loop.hpp"
#include "support/together.hpp"

namespace todod::auth {
namespace {

using base::ErrorCode;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using testing::error_of;
using testing::key_set_of;
using testing::SigningKey;

/// A server whose answers come when a test says so, if it does not answer at once.
class FakeServer {
public:
    Jwks::Fetch fetch()
    {
        return [this](std::function<void(net::HttpOutcome)> done) {
            ++fetches;
            waiting_ = std::move(done);
            if (!is_slow) answer();
        };
    }

    void answer()
    {
        net::HttpOutcome outcome;
        outcome.response.status = status;
        outcome.response.body = document;
        if (is_away) {
            outcome.failure = std::make_exception_ptr(base::Error::unavailable("away", 1s));
        }
        std::exchange(waiting_, {})(std::move(outcome));
    }

    std::string document;
    int status = 200;
    bool is_away = false;
    bool is_slow = false;
    int fetches = 0;

private:
    std::function<void(net::HttpOutcome)> waiting_;
};

class JwksTest : public ::testing::Test {
protected:
    JwksTest() { server_.document = key_set_of({one_.jwk()}); }

    Jwks::Keys find(const std::string& id)
    {
        return loop_.run(jwks_.find(KeyAlgorithm::eddsa, id, loop_));
    }
    bool is_found(const std::string& id)
    {
        return !find(id)->find(KeyAlgorithm::eddsa, id).empty();
    }
    void expect_unavailable(const std::string& id)
    {
        const base::Error error = error_of([&] { find(id); });
        EXPECT_EQ(error.code(), ErrorCode::unavailable);
        EXPECT_TRUE(error.retry_after());
    }
    /// Many at once, of which the server sees what it sees before it answers.
    std::vector<testing::Outcome<Jwks::Keys>> find_together(int count, const std::string& prefix)
    {
        server_.is_slow = true;
        std::vector<base::Async<Jwks::Keys>> work;
        for (int i = 0; i < count; ++i)
            work.push_back(jwks_.find(KeyAlgorithm::eddsa, prefix + std::to_string(i), loop_));
        testing::Together<Jwks::Keys> together{loop_};
        together.start(std::move(work));
        server_.answer();
        server_.is_slow = false;
        return together.finish();
    }

    const SigningKey one_ = SigningKey::ed25519("one");
    const SigningKey two_ = SigningKey::ed25519("two");
    testing::TestLoop loop_;
    testing::FakeClock clock_;
    base::Log log_{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    base::Metrics metrics_;
    FakeServer server_;
    Jwks jwks_{server_.fetch(), clock_, log_, metrics_};
};

TEST_F(JwksTest, fetches_the_keys_once_and_keeps_them)
{
    EXPECT_EQ(server_.fetches, 0);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(is_found("one"));
        clock_.advance(30min);
    }
    EXPECT_EQ(server_.fetches, 1);
}

TEST_F(JwksTest, fetches_a_new_key_at_once)
{
    EXPECT_TRUE(is_found("one"));
    server_.document = key_set_of({one_.jwk(), two_.jwk()});
    EXPECT_TRUE(is_found("two"));
    EXPECT_EQ(server_.fetches, 2);
}

TEST_F(JwksTest, fetches_for_unknown_keys_once_a_minute)
{
    EXPECT_TRUE(is_found("one"));
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(is_found("unknown " + std::to_string(i)));
    EXPECT_EQ(server_.fetches, 2);
    clock_.advance(59s);
    EXPECT_FALSE(is_found("unknown"));
    EXPECT_EQ(server_.fetches, 2);
    clock_.advance(1s);
    server_.document = key_set_of({one_.jwk(), two_.jwk()});
    EXPECT_TRUE(is_found("two"));
    EXPECT_EQ(server_.fetches, 3);
}

TEST_F(JwksTest, counts_the_first_fetch_where_it_was_for_an_unknown_key)
{
    EXPECT_FALSE(is_found("unknown"));
    EXPECT_FALSE(is_found("unknown"));
    EXPECT_EQ(server_.fetches, 1);
    clock_.advance(1min);
    EXPECT_FALSE(is_found("unknown"));
    EXPECT_EQ(server_.fetches, 2);
}

TEST_F(JwksTest, lets_all_who_come_meanwhile_wait_for_one_fetch)
{
    for (const auto& outcome : find_together(50, "unknown"))
        EXPECT_TRUE(outcome.value);
    EXPECT_EQ(server_.fetches, 1);
    clock_.advance(1min);
    for (const auto& outcome : find_together(50, "other"))
        EXPECT_TRUE(outcome.value);
    EXPECT_EQ(server_.fetches, 2);
}

TEST_F(JwksTest, has_a_bound_on_those_who_wait)
{
    int refused = 0;
    const int more = 7;
    for (const auto& outcome : find_together(static_cast<int>(Jwks::max_waiting) + more, "k"))
        refused += outcome.code() == ErrorCode::unavailable ? 1 : 0;
    EXPECT_EQ(refused, more);
}

TEST_F(JwksTest, serves_what_it_knows_while_it_fetches)
{
    EXPECT_TRUE(is_found("one"));
    server_.is_slow = true;
    testing::Together<Jwks::Keys> together{loop_};
    std::vector<base::Async<Jwks::Keys>> work;
    work.push_back(jwks_.find(KeyAlgorithm::eddsa, "two", loop_));
    together.start(std::move(work));
    EXPECT_TRUE(is_found("one"));
    server_.document = key_set_of({one_.jwk(), two_.jwk()});
    server_.answer();
    EXPECT_EQ(together.finish().front().value->get()->keys.size(), 2U);
}

TEST_F(JwksTest, says_that_the_keys_are_not_to_be_had_where_they_never_were)
{
    server_.is_away = true;
    expect_unavailable("one");
    expect_unavailable("one");
    EXPECT_EQ(server_.fetches, 1) << "it is not asked by each";
    clock_.advance(1s);
    expect_unavailable("one");
    server_.is_away = false;
    expect_unavailable("one");
    clock_.advance(1s);
    EXPECT_TRUE(is_found("one"));
    EXPECT_EQ(server_.fetches, 3);
}

TEST_F(JwksTest, takes_nothing_that_is_no_key_set)
{
    struct Case {
        int status;
        std::string document;
    };
    for (const Case& each : {Case{500, server_.document}, Case{404, server_.document},
                             Case{302, server_.document}, Case{200, "<html>"}, Case{200, ""}}) {
        server_.status = each.status;
        server_.document = each.document;
        expect_unavailable("one");
        clock_.advance(1s);
    }
}

TEST_F(JwksTest, goes_on_with_the_keys_it_knows_while_the_server_is_away)
{
    EXPECT_TRUE(is_found("one"));
    server_.is_away = true;
    EXPECT_FALSE(is_found("two"));
    for (int i = 0; i < 100; ++i) {
        clock_.advance(60min);
        EXPECT_TRUE(is_found("one"));
    }
    EXPECT_GT(server_.fetches, 50);
    server_.is_away = false;
    server_.document = key_set_of({two_.jwk()});
    clock_.advance(1min);
    find("one");
    EXPECT_FALSE(is_found("one"));
    EXPECT_TRUE(is_found("two"));
}

TEST_F(JwksTest, tries_again_a_minute_after_a_refresh_that_failed)
{
    EXPECT_TRUE(is_found("one"));
    server_.is_away = true;
    clock_.advance(Jwks::refresh_time);
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(is_found("one"));
    EXPECT_EQ(server_.fetches, 2);
    clock_.advance(Jwks::retry_time);
    EXPECT_TRUE(is_found("one"));
    EXPECT_EQ(server_.fetches, 3);
}

TEST_F(JwksTest, refreshes_in_the_background_so_that_withdrawn_keys_go)
{
    const auto before = find("one");
    server_.document = key_set_of({two_.jwk()});
    clock_.advance(Jwks::refresh_time - 1s);
    EXPECT_TRUE(jwks_.is_current(before.get(), clock_.now()));
    EXPECT_TRUE(is_found("one"));
    clock_.advance(1s);
    EXPECT_FALSE(jwks_.is_current(before.get(), clock_.now()));
    server_.is_slow = true;
    EXPECT_TRUE(is_found("one")) << "nobody waits for it";
    server_.answer();
    server_.is_slow = false;
    EXPECT_FALSE(is_found("one"));
    EXPECT_FALSE(jwks_.is_current(before.get(), clock_.now()));
    EXPECT_TRUE(is_found("two"));
}

TEST_F(JwksTest, keeps_what_it_knows_when_there_are_suddenly_none)
{
    EXPECT_TRUE(is_found("one"));
    server_.document = key_set_of({});
    clock_.advance(2 * Jwks::refresh_time);
    EXPECT_TRUE(is_found("one"));
    EXPECT_EQ(server_.fetches, 2);
}

TEST_F(JwksTest, lets_wait_who_comes_after_a_long_time_without_anybody)
{
    EXPECT_TRUE(is_found("one"));
    server_.document = key_set_of({two_.jwk()});
    clock_.advance(2 * Jwks::refresh_time);
    EXPECT_FALSE(is_found("one"));
}

TEST_F(JwksTest, counts_its_fetches)
{
    server_.is_away = true;
    expect_unavailable("one");
    clock_.advance(1s);
    server_.is_away = false;
    find("one");
    find("two");
    std::map<std::string, std::uint64_t> counted;
    for (const auto& reading : metrics_.read())
        counted[reading.labels.front().second] = reading.value;
    EXPECT_EQ(counted, (std::map<std::string, std::uint64_t>{{"success", 2}, {"failure", 1}}));
}

TEST_F(JwksTest, stays_the_same_where_nothing_has_changed)
{
    const auto before = find("one");
    clock_.advance(Jwks::refresh_time);
    find("one");
    EXPECT_EQ(server_.fetches, 2);
    EXPECT_EQ(find("one"), before);
    EXPECT_TRUE(jwks_.is_current(before.get(), clock_.now()));
}

TEST_F(JwksTest, is_kept_waiting_by_no_clock_that_was_set_back)
{
    EXPECT_FALSE(is_found("two"));
    clock_.advance(-60min);
    server_.document = key_set_of({one_.jwk(), two_.jwk()});
    EXPECT_TRUE(is_found("two"));
}

}  // namespace
}  // namespace todod::auth
