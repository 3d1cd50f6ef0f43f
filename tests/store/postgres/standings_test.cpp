#include "store/postgres/standings.hpp"

#include <gtest/gtest.h>

namespace todod::store::postgres {
namespace {

std::string name_of(std::size_t user)
{
    return fmt::format("user {}", user);
}

TEST(StandingCache, gives_what_it_was_told_last)
{
    StandingCache cache;
    EXPECT_FALSE(cache.find("ada"));
    cache.remember("ada", Standing{.generation = 1, .tokens_valid_from = {}});
    cache.remember("bob", Standing{.generation = 7, .tokens_valid_from = {}});
    const base::Instant changed_at{std::chrono::seconds{100}};
    cache.remember("ada", Standing{.generation = 2, .tokens_valid_from = changed_at});
    ASSERT_TRUE(cache.find("ada"));
    EXPECT_EQ(cache.find("ada")->generation, 2);
    EXPECT_EQ(cache.find("ada")->tokens_valid_from, changed_at);
    EXPECT_EQ(cache.find("bob")->generation, 7);
}

TEST(StandingCache, forgets_who_is_not_there)
{
    StandingCache cache;
    cache.remember("ada", Standing{});
    cache.remember("bob", Standing{});
    cache.remember("ada", std::nullopt);
    EXPECT_FALSE(cache.find("ada"));
    EXPECT_TRUE(cache.find("bob"));
}

TEST(StandingCache, forgets_all_rather_than_grow_past_its_limit)
{
    StandingCache cache;
    for (std::size_t user = 0; user < StandingCache::max_size; ++user)
        cache.remember(name_of(user), Standing{});
    EXPECT_TRUE(cache.find(name_of(0)));
    EXPECT_TRUE(cache.find(name_of(StandingCache::max_size - 1)));
    cache.remember("ada", Standing{});
    EXPECT_FALSE(cache.find(name_of(0)));
    EXPECT_FALSE(cache.find(name_of(StandingCache::max_size - 1)));
    EXPECT_TRUE(cache.find("ada"));
}

}  // namespace
}  // namespace todod::store::postgres
