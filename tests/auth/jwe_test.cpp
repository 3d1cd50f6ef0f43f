#include "auth/jwe.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "auth/hand_made_jwe.hpp"
#include "base/text.hpp"

namespace todod::auth {
namespace {

using testing::hand_made_jwe;
using testing::hand_sealed_jwe;
using testing::HandMadeJwe;
using ::testing::Optional;

constexpr std::string_view header = R"({"alg":"dir","enc":"A256CBC-HS512"})";
const std::string payload = R"({"sub":"ann"})";

std::string key_of(char fill)
{
    return std::string(a256cbc_hs512_key_bytes / 2, fill) +
           std::string(a256cbc_hs512_key_bytes / 2, static_cast<char>(fill + 1));
}

const std::vector<std::string> keys{key_of('a'), key_of('p')};

std::optional<std::string> open(const std::string& token)
{
    return open_jwe_dir(token, keys);
}

TEST(Jwe, opens_with_any_of_its_keys)
{
    for (const std::string& key : keys) {
        for (const std::string& text : {payload, std::string{}, std::string(16, 'x')})
            EXPECT_THAT(open(hand_made_jwe(header, text, key).text()), Optional(text));
    }
    EXPECT_FALSE(open(hand_made_jwe(header, payload, key_of('x')).text()));
    EXPECT_FALSE(open_jwe_dir(hand_made_jwe(header, payload, keys[0]).text(), {}));
}

TEST(Jwe, does_not_mind_what_else_the_header_says)
{
    EXPECT_TRUE(open(hand_made_jwe(R"({"kid":"1","typ":"JWT","enc":"A256CBC-HS512","alg":"dir"})",
                                   payload, keys[0])
                         .text()));
}

TEST(Jwe, takes_no_other_header_although_its_tag_holds)
{
    for (const char* const other : {
             R"({"alg":"dir","enc":"A256GCM"})",
             R"({"alg":"dir","enc":"A128CBC-HS256"})",
             R"({"alg":"A256KW","enc":"A256CBC-HS512"})",
             R"({"alg":"none","enc":"A256CBC-HS512"})",
             R"({"alg":"DIR","enc":"A256CBC-HS512"})",
             R"({"alg":"dir\u0000","enc":"A256CBC-HS512"})",
             R"({"alg":["dir"],"enc":"A256CBC-HS512"})",
             R"({"alg":"dir"})",
             R"({"enc":"A256CBC-HS512"})",
             R"({"alg":"dir","enc":"A256CBC-HS512","zip":"DEF"})",
             R"({"alg":"dir","enc":"A256CBC-HS512","crit":["exp"]})",
             R"({"alg":"dir","alg":"dir","enc":"A256CBC-HS512"})",
             R"(["dir","A256CBC-HS512"])",
             R"({"alg":"dir","enc":"A256CBC-HS512"} {})",
             "dir",
             "",
         }) {
        EXPECT_FALSE(open(hand_made_jwe(other, payload, keys[0]).text())) << other;
    }
}

TEST(Jwe, refuses_whatever_has_been_changed)
{
    const HandMadeJwe good = hand_made_jwe(header, payload, keys[0]);
    const auto flip = [](std::string part) {
        part.front() = part.front() == 'A' ? 'B' : 'A';
        return part;
    };
    ASSERT_TRUE(open(good.text()));
    HandMadeJwe bad = good;
    bad.header = base::base64url_encode(R"({"alg":"dir","enc":"A256CBC-HS512" })");
    EXPECT_FALSE(open(bad.text()));
    for (std::string HandMadeJwe::* part :
         {&HandMadeJwe::header, &HandMadeJwe::iv, &HandMadeJwe::ciphertext, &HandMadeJwe::tag}) {
        bad = good;
        bad.*part = flip(bad.*part);
        EXPECT_FALSE(open(bad.text())) << bad.text();
    }
}

TEST(Jwe, refuses_parts_that_are_no_strict_base64url_or_of_another_length)
{
    const HandMadeJwe good = hand_made_jwe(header, payload, keys[0]);
    for (std::string HandMadeJwe::* part :
         {&HandMadeJwe::header, &HandMadeJwe::encrypted_key, &HandMadeJwe::iv,
          &HandMadeJwe::ciphertext, &HandMadeJwe::tag}) {
        for (const char* const more : {"A", "=", " ", "\n", "AAAA", "+/", "%41"}) {
            HandMadeJwe bad = good;
            bad.*part += more;
            EXPECT_FALSE(open(bad.text())) << bad.text();
        }
        HandMadeJwe bad = good;
        if ((bad.*part).empty()) continue;
        (bad.*part).clear();
        EXPECT_FALSE(open(bad.text())) << bad.text();
    }
}

TEST(Jwe, refuses_what_is_not_five_parts)
{
    const std::string good = hand_made_jwe(header, payload, keys[0]).text();
    for (const std::string& bad :
         {good + '.', '.' + good, good + ".AAAA", good + good, good.substr(0, good.rfind('.')),
          std::string{}, std::string{"...."}, std::string{"....."}, std::string{"a.b"}}) {
        EXPECT_FALSE(open(bad)) << bad;
    }
}

TEST(Jwe, refuses_a_ciphertext_that_no_cipher_made_although_its_tag_holds)
{
    const std::string iv = "sixteen bytes iv";
    for (const std::string& ciphertext :
         {std::string{}, std::string(15, 'c'), std::string(17, 'c'),
          // Zeros are no padding.
          testing::aes_256_cbc(std::string_view{keys[0]}.substr(32), iv, std::string(16, '\0'))
              .substr(0, 16)}) {
        EXPECT_FALSE(open(hand_sealed_jwe(header, iv, ciphertext, keys[0]).text()))
            << ciphertext.size();
    }
    EXPECT_FALSE(
        open(hand_sealed_jwe(
                 header, "fifteen bytes..",
                 testing::aes_256_cbc(std::string_view{keys[0]}.substr(32), iv, payload), keys[0])
                 .text()));
}

}  // namespace
}  // namespace todod::auth
