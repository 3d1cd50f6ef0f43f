#include "store/sqlite/accounts.hpp"

#include <gtest/gtest.h>

#include "support/held_writer.hpp"
#include "support/shard.hpp"
#include "support/sqlite.hpp"
#include "support/together.hpp"

namespace todod::store::sqlite {
namespace {

using testing::all;

class StoredAccounts : public ::testing::Test, public testing::SqliteDatabase {};

TEST_F(StoredAccounts, one_that_is_removed_just_before_it_would_be_made_again_stays_away)
{
    add_user("ada");
    testing::Shard other{*this};
    testing::Together<void> removing{other.loop()};
    testing::Together<std::optional<Standing>> asking{loop()};
    {
        const testing::HeldWriter held{writer()};
        removing.start(all(other.accounts().remove("ada", clock().now())));
        asking.start(all(accounts().ensure("ada", clock().now())));
        // Answered with ensure's own question, which finds that the account has not been deleted.
        EXPECT_TRUE(run(accounts().find("ada")));
    }
    removing.finish();
    EXPECT_FALSE(*asking.finish().front().value);
    EXPECT_FALSE(run(accounts().find("ada")));
}

}  // namespace
}  // namespace todod::store::sqlite
