#include "auth/fernet.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "support/errors.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;
using testing::error_of;

constexpr const char* key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr const char* older_key = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
const base::Instant now = base::parse_instant("2026-11-21T10:00:00Z").value();

/// Always the same initialisation vector.
class Salt final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = std::byte(bytes_[i % bytes_.size()]);
    }

    explicit Salt(std::string bytes = "salt") : bytes_(std::move(bytes)) {}

private:
    std::string bytes_;
};

Fernet keyring(std::vector<std::string> keys = {key})
{
    return Fernet{keys};
}

/// What is in `token`; nothing when it does not open.
std::optional<std::string> open(const Fernet& fernet, std::string_view token,
                                base::Instant at = now,
                                std::optional<std::chrono::seconds> ttl = std::nullopt)
{
    const auto opened = fernet.open(token, at, ttl);
    if (!opened) return std::nullopt;
    return std::string{opened->plaintext.view()};
}

/// Null where the vectors are not there.
json::value read_vectors(const std::string& name)
{
    std::ifstream file{std::string{TODOD_VECTORS} + "/fernet/" + name};
    if (!file) return nullptr;
    return json::parse(std::string{std::istreambuf_iterator{file}, {}});
}

std::string text_of(const json::value& vector, std::string_view member)
{
    return std::string{vector.at(member).as_string()};
}

base::Instant now_of(const json::value& vector)
{
    return base::parse_instant(text_of(vector, "now")).value();
}

TEST(Fernet, seals_as_the_specification_has_it)
{
    const auto vectors = read_vectors("generate.json");
    if (vectors.is_null()) GTEST_SKIP() << "the vectors are not here";
    ASSERT_FALSE(vectors.as_array().empty());
    for (const auto& vector : vectors.as_array()) {
        std::string iv;
        for (const auto& byte : vector.at("iv").as_array())
            iv += static_cast<char>(byte.as_int64());
        Salt salt{iv};
        EXPECT_EQ(
            keyring({text_of(vector, "secret")}).seal(text_of(vector, "src"), now_of(vector), salt),
            text_of(vector, "token"));
    }
}

TEST(Fernet, opens_what_the_specification_says_is_good)
{
    const auto vectors = read_vectors("verify.json");
    if (vectors.is_null()) GTEST_SKIP() << "the vectors are not here";
    ASSERT_FALSE(vectors.as_array().empty());
    for (const auto& vector : vectors.as_array()) {
        const std::chrono::seconds ttl{vector.at("ttl_sec").as_int64()};
        const auto fernet = keyring({text_of(vector, "secret")});
        EXPECT_EQ(open(fernet, text_of(vector, "token"), now_of(vector), ttl),
                  text_of(vector, "src"));
    }
}

TEST(Fernet, refuses_what_the_specification_says_is_bad)
{
    const auto vectors = read_vectors("invalid.json");
    if (vectors.is_null()) GTEST_SKIP() << "the vectors are not here";
    ASSERT_FALSE(vectors.as_array().empty());
    for (const auto& vector : vectors.as_array()) {
        const std::chrono::seconds ttl{vector.at("ttl_sec").as_int64()};
        const auto fernet = keyring({text_of(vector, "secret")});
        EXPECT_FALSE(open(fernet, text_of(vector, "token"), now_of(vector), ttl))
            << text_of(vector, "desc");
    }
}

TEST(Fernet, seals_and_opens_as_pythons_cryptography_does)
{
    // Fernet(key)._encrypt_from_parts(text, 1795255200, b"saltsaltsaltsalt")
    const std::pair<std::string, std::string> table[] = {
        {"",
         "gAAAAABrAWugc2FsdHNhbHRzYWx0c2FsdKxUHbb12UkT0Dd8W8irFCTEO6QzotESkCiOaEXLWYhbfJJz"
         "gyVaaiI4_BHjdR01yA=="},
        {"sk-a key of Ada's ü",
         "gAAAAABrAWugc2FsdHNhbHRzYWx0c2FsdP9MrQ3fBJrn3e1sYmimtbNZoM2w22wftLrPmdSD1NdTP7xC"
         "52QgXXEhcQyaibeWU5r-7KR0_ESwltcT74oilDQ="},
        {std::string(16, 'x'),
         "gAAAAABrAWugc2FsdHNhbHRzYWx0c2FsdMYxfd4pb7xGvUIIqlSF7jQkATaqHBMxA199Y_W2Dens01Ao"
         "fC03FdhKn5uf5y-dx7KPlIeK-ul5yFsRX3csSdU="},
    };
    Salt salt;
    for (const auto& [text, token] : table) {
        EXPECT_EQ(keyring().seal(text, now, salt), token);
        EXPECT_EQ(open(keyring(), token), text);
    }
}

TEST(Fernet, opens_what_it_sealed_whatever_it_is)
{
    base::SecureRandom random;
    for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 100U, 16384U}) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            text[i] = static_cast<char>(i * 7);
        EXPECT_EQ(open(keyring(), keyring().seal(text, now, random)), text) << size;
    }
}

TEST(Fernet, seals_the_same_text_differently_each_time)
{
    base::SecureRandom random;
    std::set<std::string> tokens;
    for (int i = 0; i < 20; ++i)
        tokens.insert(keyring().seal("the same", now, random));
    EXPECT_EQ(tokens.size(), 20U);
}

TEST(Fernet, seals_no_more_than_its_limit)
{
    Salt salt;
    const auto error = error_of([&] { keyring().seal(std::string(16385, 'x'), now, salt); });
    EXPECT_EQ(error.code(), base::ErrorCode::invalid);
    const auto longest = keyring().seal(std::string(16384, 'x'), now, salt);
    EXPECT_TRUE(keyring().open(longest, now));
    EXPECT_FALSE(keyring().open(longest + longest, now));
}

TEST(Fernet, seals_under_the_first_key_and_opens_under_all)
{
    Salt salt;
    const auto old_token = keyring({older_key}).seal("text", now, salt);
    const auto rotated = keyring({key, older_key});
    const auto opened = rotated.open(old_token, now);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->plaintext.view(), "text");
    EXPECT_FALSE(opened->is_current);

    const auto token = rotated.seal("text", now, salt);
    EXPECT_TRUE(rotated.open(token, now)->is_current);
    EXPECT_EQ(token, keyring({key}).seal("text", now, salt));
    EXPECT_FALSE(keyring({older_key}).open(token, now));
    EXPECT_FALSE(keyring({key}).open(old_token, now));
}

TEST(Fernet, refuses_a_token_with_any_bit_of_it_turned)
{
    Salt salt;
    const auto token = keyring().seal("sixteen bytes of", now, salt);
    const auto bytes = base::base64url_decode(token).value_or("");
    ASSERT_EQ(bytes.size() % 3, 0U);  // so that there is no padding to take care of
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        std::string changed = bytes;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(keyring().open(base::base64url_encode(changed), now)) << bit;
    }
}

TEST(Fernet, refuses_a_token_that_is_cut_or_goes_on)
{
    Salt salt;
    const auto token = keyring().seal("text", now, salt);
    ASSERT_TRUE(keyring().open(token, now));
    for (std::size_t size = 0; size < token.size(); ++size)
        EXPECT_FALSE(keyring().open(token.substr(0, size), now)) << size;
    for (const char* more : {"A", "=", "==", "====", "AAAA", " ", "\n"})
        EXPECT_FALSE(keyring().open(token + more, now)) << more;
}

TEST(Fernet, takes_base64url_with_its_padding_and_in_no_other_form)
{
    // A token of this length has one character of padding, and both characters that differ.
    const std::string token =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64"
        "jVmpU4IwqDA==";
    const auto fernet = keyring({"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="});
    EXPECT_EQ(open(fernet, token), "hello");
    std::string standard = token;
    std::ranges::replace(standard, '_', '/');
    std::string unused_bits = token;
    unused_bits[token.size() - 3] = 'B';
    for (const std::string& other : {standard, unused_bits, token.substr(0, token.size() - 1),
                                     token.substr(0, token.size() - 2), ' ' + token}) {
        EXPECT_FALSE(open(fernet, other)) << other;
    }
}

TEST(Fernet, minds_the_age_only_where_it_is_asked_to)
{
    using namespace std::chrono_literals;
    Salt salt;
    const auto token = keyring().seal("text", now, salt);
    const struct {
        std::chrono::seconds later;
        std::optional<std::chrono::seconds> ttl;
        bool opens;
    } table[] = {
        {0s, 0s, true},    {60s, 60s, true},   {61s, 60s, false},      {1s, -5s, false},
        {-60s, 60s, true}, {-61s, 60s, false}, {24h * 4000, {}, true}, {-24h * 4000, {}, true},
    };
    for (const auto& [later, ttl, opens] : table)
        EXPECT_EQ(keyring().open(token, now + later, ttl).has_value(), opens) << later.count();
}

TEST(Fernet, knows_a_key_when_it_sees_one)
{
    EXPECT_TRUE(Fernet::is_key(key));
    EXPECT_TRUE(Fernet::is_key("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="));
    const std::string table[] = {
        "",
        "your-fernet-encryption-key-change-this",
        "cw/0x689RpI+jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=",   // not the alphabet of URLs
        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4",    // no padding
        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e5=",   // unused bits
        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4= ",  //
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZQ==",   // 31 bytes
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWZn",   // 33 bytes
        std::string(44, 'A') + "=",
    };
    for (const std::string& text : table) {
        EXPECT_FALSE(Fernet::is_key(text)) << text;
        const auto error = error_of([&] { keyring({key, text}); });
        EXPECT_EQ(error.code(), base::ErrorCode::invalid);
        EXPECT_EQ(error.message(), "this is not a Fernet key");
    }
    EXPECT_EQ(error_of([] { keyring({}); }).code(), base::ErrorCode::invalid);
}

TEST(Wiped, keeps_a_secret_and_leaves_none_where_it_was_moved_from)
{
    for (const std::string& secret : {std::string{"short"}, std::string(100, 's')}) {
        std::string text = secret;
        Wiped first{text};
        wipe(text);
        EXPECT_EQ(text, "");
        EXPECT_EQ(std::string_view(text.data(), 5).find_first_not_of('\0'), std::string_view::npos);
        const Wiped second{std::move(first)};
        EXPECT_EQ(second.view(), secret);
        EXPECT_EQ(first.view(), "");  // NOLINT(bugprone-use-after-move)
    }
}

}  // namespace
}  // namespace todod::auth
