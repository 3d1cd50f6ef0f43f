#include "webhooks/deliverer.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

#include "auth/fernet.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "net/test_server.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"
#include "webhooks/signature.hpp"

namespace todod::webhooks {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using types::Webhook;

constexpr const char* key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Ada has an account; each hook is told of by the path that it is asked under.
class DelivererTest : public ::testing::Test, public testing::TestDatabase {
protected:
    DelivererTest() { add_user("ada"); }

    Webhook add_hook(const std::string& path, const std::string& user_id = "ada")
    {
        types::SealedWebhook hook{.secret = sender_.seal(make_secret(random_))};
        hook.shown.id = base::make_uuid_v7(system_clock_.now(), random_);
        hook.shown.url = server_.url(path);
        return run(webhooks().create(user_id, hook, {}));
    }
    void add_tasks(int count, const std::string& user_id = "ada")
    {
        for (int i = 0; i < count; ++i)
            run(testing::create_task(tasks(), testing::new_task(user_id, "a task")));
    }
    Webhook find(const Webhook& hook, const std::string& user_id = "ada")
    {
        return run(webhooks().find(user_id, hook.id)).value().shown;
    }

    void deliver(DelivererSettings settings)
    {
        deliverer_.emplace(storage(), sender_, system_clock_, random_, log_, metrics_,
                           std::move(settings));
    }
    static DelivererSettings quick()
    {
        return {.between = 5ms, .retries = {.delays = {10ms, 10ms}}};
    }
    void end() { deliverer_.reset(); }

    /// What the path has been told, as the ends of the messages' ids.
    std::vector<std::string> told(const std::string& path)
    {
        const std::lock_guard lock{mutex_};
        return told_[path];
    }
    bool wait_until(const std::function<bool()>& holds)
    {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }
    bool wait_for(const std::string& path, std::size_t count)
    {
        return wait_until([&] { return told(path).size() >= count; });
    }

    /// What is answered, of the path and how often it was told before.
    std::function<std::vector<std::string>(const std::string& path, std::size_t before)> answer =
        [](const auto&, auto) {
            return std::vector<std::string>{"HTTP/1.1 204 No Content\r\n\r\n"};
        };

private:
    std::vector<std::string> take(const std::string& request)
    {
        const std::string path = request.substr(5, request.find(' ', 5) - 5);
        const auto from = request.find("webhook-id: ") + 12;
        const std::string id = request.substr(from, request.find('\r', from) - from);
        std::size_t before = 0;
        {
            const std::lock_guard lock{mutex_};
            auto& all = told_[path];
            before = all.size();
            all.push_back(id.substr(id.rfind('_') + 1));
        }
        return answer(path, before);
    }

    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> told_;
    testing::TestServer server_{[this](const std::string& request) { return take(request); }};
    base::SystemClock system_clock_;
    base::SecureRandom random_;
    base::Log log_{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    base::Metrics metrics_;
    auth::Fernet keyring_{std::vector<std::string>{key}};
    net::HttpClient client_;
    Sender sender_{client_, keyring_, false, system_clock_, random_, metrics_};
    std::optional<Deliverer> deliverer_;
};

std::vector<std::string> answer_with(int status)
{
    return {fmt::format("HTTP/1.1 {} X\r\nContent-Length: 0\r\n\r\n", status)};
}

TEST_F(DelivererTest, sends_what_the_log_has_in_its_order)
{
    const Webhook hook = add_hook("/a");
    add_tasks(3);
    deliver(quick());
    ASSERT_TRUE(wait_for("/a", 3));
    add_tasks(1);
    ASSERT_TRUE(wait_for("/a", 4));
    end();
    EXPECT_THAT(told("/a"), ElementsAre("1", "2", "3", "4"));
    EXPECT_EQ(find(hook).delivered_seq, 4);
    EXPECT_EQ(ask("SELECT count(*) FROM webhooks WHERE lease_holder IS NOT NULL"), "0");
}

TEST_F(DelivererTest, sends_again_what_failed_before_what_comes_after_it)
{
    answer = [](const std::string&, std::size_t before) {
        return answer_with(before < 2 ? 500 : 200);
    };
    const Webhook hook = add_hook("/a");
    add_tasks(2);
    deliver(quick());
    ASSERT_TRUE(wait_for("/a", 4));
    end();
    EXPECT_THAT(told("/a"), ElementsAre("1", "1", "1", "2"));
    EXPECT_EQ(find(hook).failures, 0);
}

TEST_F(DelivererTest, gives_up_what_never_arrives_and_goes_on)
{
    answer = [](const std::string&, std::size_t before) {
        return answer_with(before < 3 ? 500 : 200);
    };
    const Webhook hook = add_hook("/a");
    add_tasks(2);
    deliver(quick());
    ASSERT_TRUE(wait_until([&] { return find(hook).delivered_seq == 2; }));
    end();
    EXPECT_THAT(told("/a"), ElementsAre("1", "1", "1", "2"));
    const auto letters = run(webhooks().list_dead_letters("ada", hook.id, 0, 10));
    ASSERT_THAT(letters, SizeIs(1));
    EXPECT_EQ(letters[0].seq, 1);
    EXPECT_EQ(letters[0].attempts, 3);
}

TEST_F(DelivererTest, lets_nobody_wait_for_another_s_receiver)
{
    add_user("bob");
    answer = [](const std::string& path, std::size_t) {
        if (path == "/bob") return std::vector{std::string{testing::TestServer::hang}};
        return answer_with(200);
    };
    add_hook("/bob", "bob");
    add_hook("/a");
    add_hook("/b");
    add_tasks(1, "bob");
    add_tasks(20);
    auto settings = quick();
    settings.grace = 10ms;
    deliver(settings);
    EXPECT_TRUE(wait_for("/bob", 1));
    EXPECT_TRUE(wait_for("/a", 20));
    EXPECT_TRUE(wait_for("/b", 20));
    end();
    EXPECT_THAT(told("/bob"), SizeIs(1));
}

TEST_F(DelivererTest, lets_more_hooks_than_it_serves_at_once_take_turns)
{
    std::vector<Webhook> hooks;
    for (int i = 0; i < 8; ++i)
        hooks.push_back(add_hook(fmt::format("/{}", i)));
    add_tasks(30);
    auto settings = quick();
    settings.max_at_once = 2;
    settings.turn = 5ms;
    deliver(settings);
    for (int i = 0; i < 8; ++i)
        EXPECT_TRUE(wait_for(fmt::format("/{}", i), 30)) << i;
    end();
    for (const Webhook& hook : hooks)
        EXPECT_EQ(find(hook).delivered_seq, 30);
    for (int i = 0; i < 8; ++i)
        EXPECT_THAT(told(fmt::format("/{}", i)), SizeIs(30)) << i;
}

TEST_F(DelivererTest, passes_over_what_the_log_has_forgotten)
{
    const Webhook hook = add_hook("/a");
    add_tasks(3);
    execute("DELETE FROM changes");
    deliver(quick());
    EXPECT_TRUE(wait_until([&] { return find(hook).delivered_seq == 3; }));
    add_tasks(1);
    EXPECT_TRUE(wait_for("/a", 1));
    end();
    EXPECT_THAT(told("/a"), ElementsAre("4"));
}

TEST_F(DelivererTest, is_not_kept_from_ending_by_who_does_not_answer)
{
    answer = [](const std::string&, std::size_t) {
        return std::vector{std::string{testing::TestServer::hang}};
    };
    const Webhook hook = add_hook("/a");
    add_tasks(1);
    auto settings = quick();
    settings.grace = 50ms;
    deliver(settings);
    ASSERT_TRUE(wait_for("/a", 1));
    const auto begin = std::chrono::steady_clock::now();
    end();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s);
    EXPECT_EQ(find(hook).delivered_seq, 0);
    EXPECT_EQ(find(hook).failures, 0) << "nothing is known of it";
    EXPECT_EQ(ask("SELECT count(*) FROM webhooks WHERE lease_holder IS NOT NULL"), "0")
        << "the next may go on at once";
}

TEST_F(DelivererTest, shares_the_hooks_with_another)
{
    for (int i = 0; i < 6; ++i)
        add_hook(fmt::format("/{}", i));
    add_tasks(40);
    deliver(quick());
    base::SystemClock clock;
    base::SecureRandom random;
    base::Log log{{.level = base::LogLevel::off, .format = {}, .file = {}}};
    base::Metrics metrics;
    const auth::Fernet keyring{std::vector<std::string>{key}};
    net::HttpClient client;
    Sender sender{client, keyring, false, clock, random, metrics};
    {
        const Deliverer other{storage(), sender, clock, random, log, metrics, quick()};
        for (int i = 0; i < 6; ++i)
            EXPECT_TRUE(wait_for(fmt::format("/{}", i), 40)) << i;
    }
    end();
    for (int i = 0; i < 6; ++i) {
        std::vector<std::string> expected;
        for (int seq = 1; seq <= 40; ++seq)
            expected.push_back(std::to_string(seq));
        EXPECT_EQ(told(fmt::format("/{}", i)), expected);
    }
}

}  // namespace
}  // namespace todod::webhooks
