#include "mcp/state_seal.hpp"

#include <gtest/gtest.h>

#include "support/clock.hpp"
#include "support/errors.hpp"

namespace todod::mcp {
namespace {

class StateSealTest : public ::testing::Test {
protected:
    void expect_refused(std::string_view user_id, std::string_view purpose, std::string_view sealed)
    {
        EXPECT_EQ(testing::error_of([&] { seal.open(user_id, purpose, sealed); }).code(),
                  base::ErrorCode::invalid)
            << sealed;
    }

    testing::FakeClock clock;
    const StateSeal seal{"a key of 32 bytes, or about that", clock};
};

TEST_F(StateSealTest, gives_back_what_was_sealed)
{
    for (const std::string_view content : {"", "step 1", "1.2.3", R"({"a":"ä"})"}) {
        EXPECT_EQ(seal.open("ada", "plan", seal.seal("ada", "plan", content)), content);
    }
}

TEST_F(StateSealTest, holds_for_one_user_and_one_purpose)
{
    const auto sealed = seal.seal("ada", "plan", "x");
    expect_refused("eve", "plan", sealed);
    expect_refused("ada", "other", sealed);
    // The same letters, divided otherwise.
    expect_refused("adap", "lan", sealed);
    expect_refused("ad", "aplan", sealed);
}

TEST_F(StateSealTest, holds_unchanged_alone)
{
    const auto sealed = seal.seal("ada", "plan", "x");
    for (const std::string& changed :
         {sealed + "-TAMPERED", sealed + "A", "A" + sealed, sealed.substr(1),
          sealed.substr(0, sealed.size() - 1), sealed.substr(0, sealed.find('.')), std::string{},
          std::string{"."}, sealed + "." + sealed}) {
        expect_refused("ada", "plan", changed);
    }
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        expect_refused("ada", "plan", changed);
    }
    expect_refused("ada", "plan", std::string(1'000'000, 'A'));
}

TEST_F(StateSealTest, holds_for_a_while)
{
    const auto sealed = seal.seal("ada", "plan", "x");
    clock.advance(StateSeal::lifetime);
    EXPECT_EQ(seal.open("ada", "plan", sealed), "x");
    clock.advance(std::chrono::milliseconds{1});
    expect_refused("ada", "plan", sealed);
}

TEST_F(StateSealTest, holds_with_one_key)
{
    const StateSeal other{"another key", clock};
    expect_refused("ada", "plan", other.seal("ada", "plan", "x"));
}

}  // namespace
}  // namespace todod::mcp
