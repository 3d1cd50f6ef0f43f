#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.hpp"
#include "config.hpp"
#include "support/errors.hpp"

namespace todod {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto* key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
constexpr auto* older_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

TEST(EncryptionKey, is_one_fernet_key_or_several)
{
    EXPECT_THAT(read_config({{"ENCRYPTION_KEY", key}}).encryption_keys, ElementsAre(key));
    EXPECT_THAT(
        read_config({{"ENCRYPTION_KEY", fmt::format(" {} , {},", key, older_key)}}).encryption_keys,
        ElementsAre(key, older_key));
}

TEST(EncryptionKey, that_is_no_fernet_key_stops_the_start_and_is_not_told)
{
    const std::string table[] = {
        "your-fernet-encryption-key-change-this",
        "hunter2",
        ",",
        std::string{key} + "," + "hunter2",
        std::string{key} + older_key,
        std::string{key}.substr(0, 43),
    };
    for (const std::string& text : table) {
        const auto error = error_of([&] { read_config({{"ENCRYPTION_KEY", text}}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid);
        EXPECT_EQ(error.message(),
                  "ENCRYPTION_KEY must be Fernet keys with commas between: each 32 random bytes in "
                  "URL-safe base64, 44 characters.")
            << text;
    }
}

TEST(EncryptionKey, is_never_shown)
{
    for (const Setting& setting : list_settings({{"ENCRYPTION_KEY", key}}))
        EXPECT_THAT(setting.value, Not(HasSubstr(key))) << setting.name;
}

}  // namespace
}  // namespace todod
