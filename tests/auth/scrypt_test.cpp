#include "auth/scrypt.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "auth/password.hpp"
#include "support/loop.hpp"

namespace todod::auth {
namespace {

constexpr std::string_view salt = "00112233445566778899aabbccddeeff";

// "correct horse", by Python's hashlib.scrypt.
constexpr std::string_view key =
    "13af89ff6a88bb0fb3277e79ba724c6c0731b15919ca892969d63abd1534b867"
    "d110179e3bc8af39995ede0f9b2ac14b2b97573df10ba3802c498dbeb61e4f64";
// The four characters U+00C5, "1", "f" and "i", likewise.
constexpr std::string_view key_of_nfkc =
    "71788df1ee85868991b0c484e49c15062de2767c89f8fca5d84bb5938f5bcd62"
    "984cb76418f05a83a74c210add0fdb9af4f15f62dd6a08283e9dbc1fa43475db";

std::string hash_of(std::string_view with_salt, std::string_view with_key)
{
    return fmt::format("{}:{}", with_salt, with_key);
}

std::string to_upper(std::string_view text)
{
    std::string upper{text};
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    return upper;
}

/// Strings that are nearly of the form.
std::vector<std::string> malformed()
{
    std::string other = hash_of(salt, key);
    other.back() = 'g';
    return {
        fmt::format("{}{}", salt, key),
        fmt::format("{};{}", salt, key),
        hash_of(salt.substr(2), key),
        hash_of(salt, key.substr(2)),
        hash_of(salt, fmt::format("{}00", key)),
        hash_of(fmt::format("{}00", salt), key),
        hash_of("0x112233445566778899aabbccddeeff", key),
        other,
        " " + hash_of(salt, key),
        hash_of(salt, key) + "\n",
        hash_of(salt, key) + std::string(1, '\0'),
        ":",
    };
}

/// Counts how often a salt is asked for: once a hash of Argon2.
class CountedRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        ++fills;
        std::ranges::fill(bytes, std::byte{7});
    }

    int fills = 0;
};

TEST(Scrypt, verifies_what_another_implementation_has_made)
{
    EXPECT_TRUE(verify_scrypt("correct horse", hash_of(salt, key)));
    EXPECT_TRUE(verify_scrypt("correct horse", hash_of(salt, to_upper(key))));
    for (const char* other : {"", "correct hors", "correct horse ", "Correct horse"})
        EXPECT_FALSE(verify_scrypt(other, hash_of(salt, key))) << other;
}

TEST(Scrypt, takes_the_digits_of_the_salt_as_they_stand_there)
{
    EXPECT_FALSE(verify_scrypt("correct horse", hash_of(to_upper(salt), key)));
    std::string other{salt};
    other.front() = '1';
    EXPECT_FALSE(verify_scrypt("correct horse", hash_of(other, key)));
}

TEST(Scrypt, is_of_the_password_in_nfkc)
{
    for (const char* same : {"\u00C51fi", "\u212B\u2460\uFB01", "A\u030A1fi", "\u212B1fi"})
        EXPECT_TRUE(verify_scrypt(same, hash_of(salt, key_of_nfkc))) << same;
    EXPECT_FALSE(verify_scrypt("A1fi", hash_of(salt, key_of_nfkc)));
    EXPECT_FALSE(verify_scrypt("\xFF", hash_of(salt, key_of_nfkc)));
}

TEST(Scrypt, refuses_strings_of_another_form)
{
    ASSERT_TRUE(is_scrypt_hash(hash_of(salt, key)));
    for (const std::string& hash : malformed()) {
        EXPECT_FALSE(is_scrypt_hash(hash)) << hash;
        EXPECT_FALSE(verify_scrypt("correct horse", hash)) << hash;
        EXPECT_FALSE(verify_password("correct horse", hash)) << hash;
    }
}

TEST(Scrypt, a_right_password_is_hashed_anew_with_argon2)
{
    constexpr Argon2Parameters cheap{.passes = 1, .memory_kib = 64, .lanes = 1};
    CountedRandom random;
    testing::TestLoop loop;
    PasswordPool pool{cheap, 1, random};
    const auto right = loop.run(pool.verify(loop, "correct horse", hash_of(salt, key)));
    EXPECT_TRUE(right.correct);
    EXPECT_THAT(right.rehashed, ::testing::StartsWith("$argon2id$v=19$m=64,t=1,p=1$"));
    EXPECT_TRUE(verify_password("correct horse", right.rehashed));
    const auto wrong = loop.run(pool.verify(loop, "battery staple", hash_of(salt, key)));
    EXPECT_FALSE(wrong.correct);
    EXPECT_EQ(wrong.rehashed, "");
}

TEST(Scrypt, a_string_of_another_form_takes_as_long_as_a_hash)
{
    CountedRandom random;
    testing::TestLoop loop;
    PasswordPool pool{{.passes = 1, .memory_kib = 64, .lanes = 1}, 1, random};
    int hashes = 0;
    for (const std::string& hash : malformed()) {
        EXPECT_FALSE(loop.run(pool.verify(loop, "correct horse", hash)).correct) << hash;
        EXPECT_EQ(random.fills, ++hashes) << hash;
    }
}

}  // namespace
}  // namespace todod::auth
