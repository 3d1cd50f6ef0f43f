#include "auth/password.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

using ::testing::StartsWith;
using testing::TestLoop;

constexpr Argon2Parameters cheap{.passes = 2, .memory_kib = 256, .lanes = 2};

// "correct horse" with the salt "saltsaltsaltsalt" and `cheap`, by the reference command line tool.
constexpr const char* known_phc =
    "$argon2id$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$"
    "Z1plu/WheYBWDgKhQYl1V5chWQ5E+M5OvriDp8j2vGU";
constexpr const char* known_phc_of_version_16 =
    "$argon2id$v=16$m=256,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$"
    "M5VGvMvVORBBJKmhztU5mIoiG1HLJOy9pemg0nvkH+o";

/// "saltsaltsaltsalt", and how often it was asked for.
class SaltSource final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        ++fills;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = std::byte("salt"[i % 4]);
    }

    std::atomic<int> fills = 0;
};

/// Holds whoever hashes until it is opened, and counts those it holds.
class Gate final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        std::unique_lock lock{mutex_};
        ++inside_;
        most_inside_ = std::max(most_inside_, inside_);
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        --inside_;
        std::ranges::fill(bytes, std::byte{7});
    }

    void wait_until_inside(int count)
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return inside_ >= count; });
    }

    void open()
    {
        const std::lock_guard lock{mutex_};
        open_ = true;
        changed_.notify_all();
    }

    int most_inside() const { return most_inside_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int inside_ = 0;
    int most_inside_ = 0;
};

/// Many hashes at once, on the loop of the test's own thread.
struct Crowd {
    base::Async<void> hash_one(PasswordPool& pool)
    {
        try {
            co_await pool.hash(loop, "correct horse");
            ++hashed;
        } catch (const base::Error& error) {
            if (error.code() == base::ErrorCode::unavailable && error.retry_after()) ++turned_away;
        }
        on_home_thread = on_home_thread && std::this_thread::get_id() == home;
        all_but_one_done = hashed + turned_away >= wanted - 1;
        all_done = hashed + turned_away == wanted;
    }

    void start(PasswordPool& pool, int count)
    {
        wanted += count;
        for (int i = 0; i < count; ++i)
            base::spawn(hash_one(pool));
    }

    void finish() { loop.run_until(all_done); }

    TestLoop loop;
    std::thread::id home = std::this_thread::get_id();
    int wanted = 0;
    int hashed = 0;
    int turned_away = 0;
    bool on_home_thread = true;
    bool all_but_one_done = false;
    bool all_done = false;
};

TEST(Password, hashes_as_the_reference_implementation_does)
{
    SaltSource salt;
    EXPECT_EQ(hash_password("correct horse", cheap, salt), known_phc);
}

TEST(Password, hashes_with_the_promised_parameters_unless_told_otherwise)
{
    SaltSource salt;
    EXPECT_THAT(hash_password("correct horse", {}, salt),
                StartsWith("$argon2id$v=19$m=65536,t=2,p=4$c2FsdHNhbHRzYWx0c2FsdA$"));
}

TEST(Password, salts_each_hash)
{
    base::SecureRandom random;
    const std::string first = hash_password("correct horse", cheap, random);
    const std::string second = hash_password("correct horse", cheap, random);
    EXPECT_NE(first, second);
    EXPECT_TRUE(verify_password("correct horse", first));
    EXPECT_TRUE(verify_password("correct horse", second));
}

TEST(Password, verifies_every_byte_of_a_password)
{
    SaltSource salt;
    const std::string zeros("a\0b", 3);
    const std::string phc = hash_password(zeros, cheap, salt);
    EXPECT_TRUE(verify_password(zeros, phc));
    EXPECT_FALSE(verify_password("a", phc));
    EXPECT_FALSE(verify_password(std::string("a\0c", 3), phc));
    EXPECT_TRUE(verify_password("", hash_password("", cheap, salt)));
}

TEST(Password, refuses_other_passwords)
{
    for (const char* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
        EXPECT_FALSE(verify_password(other, known_phc)) << other;
    }
}

TEST(Password, throws_for_parameters_that_argon2_does_not_have)
{
    SaltSource salt;
    EXPECT_THROW(hash_password("x", {.passes = 0, .memory_kib = 256, .lanes = 1}, salt),
                 base::Error);
    EXPECT_THROW(hash_password("x", {.passes = 1, .memory_kib = 7, .lanes = 1}, salt), base::Error);
}

TEST(Password, verifies_strings_of_the_older_version)
{
    EXPECT_TRUE(verify_password("correct horse", known_phc_of_version_16));
    std::string without_version = known_phc_of_version_16;
    without_version.erase(without_version.find("v=16$"), 5);
    EXPECT_TRUE(verify_password("correct horse", without_version));
    EXPECT_FALSE(verify_password("battery staple", without_version));
}

TEST(Password, refuses_strings_of_another_form)
{
    const std::string tail =
        "m=256,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$"
        "Z1plu/WheYBWDgKhQYl1V5chWQ5E+M5OvriDp8j2vGU";
    ASSERT_TRUE(verify_password("correct horse", "$argon2id$v=19$" + tail));
    for (const std::string& phc : {
             std::string{},
             std::string{"correct horse"},
             std::string{"$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$"
                         "j/TEKiJYQSJ+7cFQqnkFdIRm7u5cXxI0p5YkcJQeUXc"},
             std::string{"$argon2d$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$"
                         "QGgjNLD4o171SuQTLsjJGz7xmEsN4UdJFYpTBIj1RqQ"},
             "argon2id$v=19$" + tail,
             "$Argon2id$v=19$" + tail,
             " $argon2id$v=19$" + tail,
             "$argon2id$" + tail,
             "$argon2id$v=$" + tail,
             "$argon2id$v=-19$" + tail,
             "$argon2id$v=019$" + tail,
             "$argon2id$v=19$" + tail + "=",
             "$argon2id$v=19$" + tail + "$",
             "$argon2id$v=19$" + tail + "\n",
             "$argon2id$v=19$" + tail + std::string("\0", 1),
             "$argon2id$v=19$" + tail.substr(0, tail.size() - 1),
             "$argon2id$v=19$" + tail.substr(0, tail.rfind('$')),
             "$argon2id$v=19$m=0256" + tail.substr(5),
             "$argon2id$v=19$m=256,p=2,t=2" + tail.substr(13),
             "$argon2id$v=19$m=256,t=2" + tail.substr(13),
             "$argon2id$v=19$m=256,t=2,p=2,keyid=Zm9v" + tail.substr(13),
             "$argon2id$v=19$m=99999999999,t=2,p=2" + tail.substr(13),
             "$argon2id$v=19$m=256,t=0,p=2" + tail.substr(13),
             "$argon2id$v=19$m=256,t=2,p=0" + tail.substr(13),
         }) {
        EXPECT_FALSE(verify_password("correct horse", phc)) << phc;
    }
}

TEST(Password, refuses_true_hashes_that_ask_for_too_much)
{
    SaltSource salt;
    const auto verifies = [&salt](const Argon2Parameters& parameters) {
        return verify_password("x", hash_password("x", parameters, salt));
    };
    EXPECT_TRUE(verifies({.passes = 64, .memory_kib = 8, .lanes = 1}));
    EXPECT_FALSE(verifies({.passes = 65, .memory_kib = 8, .lanes = 1}));
    EXPECT_TRUE(verifies({.passes = 1, .memory_kib = 8 * 64, .lanes = 64}));
    EXPECT_FALSE(verifies({.passes = 1, .memory_kib = 8 * 65, .lanes = 65}));
    // Four tebibytes: an attempt would fail with an error, not with a no.
    EXPECT_FALSE(verify_password("x", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA"));
}

TEST(Password, wants_a_rehash_when_anything_but_the_salt_differs)
{
    const struct {
        std::string phc;
        bool expected;
    } cases[] = {
        {known_phc, false},
        {known_phc_of_version_16, true},
        {"$argon2id$v=19$m=257,t=2,p=2$c2FsdHNhbHQ$AAAAAAAA", true},
        {"$argon2id$v=19$m=256,t=3,p=2$c2FsdHNhbHQ$AAAAAAAA", true},
        {"$argon2id$v=19$m=256,t=2,p=1$c2FsdHNhbHQ$AAAAAAAA", true},
        {"$argon2id$m=256,t=2,p=2$c2FsdHNhbHQ$AAAAAAAA", true},
        {"$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHQ$AAAAAAAA", true},
        {"", true},
    };
    for (const auto& [phc, expected] : cases)
        EXPECT_EQ(needs_rehash(phc, cheap), expected) << phc;
}

TEST(PasswordPool, verifies_what_it_hashed)
{
    base::SecureRandom random;
    TestLoop loop;
    PasswordPool pool{cheap, 2, random};
    const std::string phc = loop.run(pool.hash(loop, "correct horse"));
    const auto right = loop.run(pool.verify(loop, "correct horse", phc));
    EXPECT_TRUE(right.correct);
    EXPECT_EQ(right.rehashed, "");
    EXPECT_FALSE(loop.run(pool.verify(loop, "battery staple", phc)).correct);
}

TEST(PasswordPool, hashes_a_right_password_anew_when_the_parameters_are_old)
{
    SaltSource salt;
    TestLoop loop;
    PasswordPool pool{cheap, 1, salt};
    for (const std::string& old :
         {std::string{known_phc_of_version_16},
          hash_password("correct horse", {.passes = 1, .memory_kib = 8, .lanes = 1}, salt)}) {
        const auto right = loop.run(pool.verify(loop, "correct horse", old));
        EXPECT_TRUE(right.correct);
        EXPECT_EQ(right.rehashed, known_phc);
        const auto wrong = loop.run(pool.verify(loop, "battery staple", old));
        EXPECT_FALSE(wrong.correct);
        EXPECT_EQ(wrong.rehashed, "");
    }
}

TEST(PasswordPool, works_as_long_where_there_is_no_hash)
{
    SaltSource salt;
    TestLoop loop;
    PasswordPool pool{cheap, 1, salt};
    int hashes = 0;
    for (const char* phc :
         {"", "no hash", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAA"}) {
        const auto verdict = loop.run(pool.verify(loop, "correct horse", phc));
        EXPECT_FALSE(verdict.correct) << phc;
        EXPECT_EQ(verdict.rehashed, "") << phc;
        EXPECT_EQ(salt.fills, ++hashes) << phc;
    }
}

TEST(PasswordPool, throws_on_the_loop_what_went_wrong_on_a_thread)
{
    SaltSource salt;
    TestLoop loop;
    PasswordPool pool{{.passes = 0, .memory_kib = 8, .lanes = 1}, 1, salt};
    EXPECT_THROW(loop.run(pool.hash(loop, "correct horse")), base::Error);
    EXPECT_THROW(loop.run(pool.hash(loop, "correct horse")), base::Error);
}

TEST(PasswordPool, hashes_at_most_as_many_at_once_as_it_has_threads)
{
    Gate gate;
    Crowd crowd;
    PasswordPool pool{cheap, 3, gate};
    crowd.start(pool, 12);
    gate.wait_until_inside(3);
    gate.open();
    crowd.finish();
    EXPECT_EQ(crowd.hashed, 12);
    EXPECT_EQ(gate.most_inside(), 3);
    EXPECT_TRUE(crowd.on_home_thread);
}

TEST(PasswordPool, turns_away_who_comes_when_too_many_wait)
{
    Gate gate;
    Crowd crowd;
    PasswordPool pool{cheap, 2, gate};
    constexpr int room = static_cast<int>(PasswordPool::max_waiting) + 2;
    crowd.start(pool, room);
    EXPECT_EQ(crowd.turned_away, 0);
    crowd.start(pool, 3);
    EXPECT_EQ(crowd.turned_away, 3);
    gate.wait_until_inside(2);
    EXPECT_EQ(pool.activity().waiting, PasswordPool::max_waiting);
    EXPECT_EQ(pool.activity().running, 2U);
    EXPECT_EQ(pool.activity().done, 0U);
    EXPECT_EQ(pool.activity().refused, 3U);
    gate.open();
    crowd.finish();
    EXPECT_EQ(crowd.hashed, room);
    EXPECT_EQ(pool.activity().waiting, 0U);
    EXPECT_EQ(pool.activity().done, static_cast<std::uint64_t>(room));
    crowd.all_done = false;
    crowd.start(pool, 1);
    crowd.finish();
    EXPECT_EQ(crowd.hashed, room + 1);
}

TEST(PasswordPool, lets_who_waits_fail_when_it_ends)
{
    Gate gate;
    Crowd crowd;
    std::optional<PasswordPool> pool;
    pool.emplace(cheap, 1U, gate);
    crowd.start(*pool, 5);
    gate.wait_until_inside(1);
    std::jthread end{[&pool] { pool.reset(); }};
    crowd.loop.run_until(crowd.all_but_one_done);
    EXPECT_EQ(crowd.hashed, 0);
    gate.open();
    crowd.finish();
    EXPECT_EQ(crowd.hashed, 1);
    EXPECT_EQ(crowd.turned_away, 4);
    EXPECT_TRUE(crowd.on_home_thread);
}

}  // namespace
}  // namespace todod::auth
