#include <argon2.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <vector>

#include "auth/password.hpp"

namespace todod::auth {
namespace {

namespace json = boost::json;

/// Null where the vectors are not there.
json::value read_vectors(const char* name)
{
    std::ifstream file{std::string{TODOD_VECTORS} + "/argon2/" + name};
    if (!file) return nullptr;
    return json::parse(std::string{std::istreambuf_iterator{file}, {}});
}

std::vector<std::uint8_t> read_hex(const json::value& text)
{
    const std::string_view digits = text.as_string();
    std::vector<std::uint8_t> bytes(digits.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        std::from_chars(&digits[2 * i], &digits[2 * i] + 2, bytes[i], 16);
    return bytes;
}

TEST(Argon2Vectors, strings_of_the_reference_implementation_are_verified)
{
    const json::value vectors = read_vectors("phc_argon2_vectors.json");
    if (vectors.is_null()) GTEST_SKIP() << "Argon2's vectors are not there";
    int verified = 0;
    for (const auto& vector : vectors.as_array()) {
        if (vector.at("m_log2").as_int64() >= 20) continue;  // a gibibyte each
        const std::string phc{vector.at("encoded").as_string()};
        const std::string password{vector.at("password").as_string()};
        const bool is_argon2id = vector.at("type") == "Argon2_id";
        EXPECT_EQ(verify_password(password, phc), is_argon2id) << phc;
        EXPECT_FALSE(verify_password(password + "x", phc)) << phc;
        verified += is_argon2id ? 1 : 0;
    }
    EXPECT_GT(verified, 0);
}

TEST(Argon2Vectors, the_library_gives_the_tag_of_rfc_9106)
{
    const json::value vector = read_vectors("rfc9106.json");
    if (vector.is_null()) GTEST_SKIP() << "Argon2's vectors are not there";
    auto password = read_hex(vector.at("password"));
    auto salt = read_hex(vector.at("salt"));
    auto secret = read_hex(vector.at("secret"));
    auto data = read_hex(vector.at("ad"));
    const auto number = [&](const char* name) {
        return static_cast<std::uint32_t>(vector.at(name).as_int64());
    };
    std::vector<std::uint8_t> tag(number("tag_len"));
    argon2_context context{};
    const auto put = [](std::vector<std::uint8_t>& bytes, auto& pointer, auto& size) {
        pointer = bytes.data();
        size = static_cast<std::uint32_t>(bytes.size());
    };
    put(tag, context.out, context.outlen);
    put(password, context.pwd, context.pwdlen);
    put(salt, context.salt, context.saltlen);
    put(secret, context.secret, context.secretlen);
    put(data, context.ad, context.adlen);
    context.t_cost = number("t");
    context.m_cost = number("m_kib");
    context.lanes = context.threads = number("p");
    context.version = number("version");
    ASSERT_EQ(argon2id_ctx(&context), ARGON2_OK);
    EXPECT_EQ(tag, read_hex(vector.at("tags").at("argon2id")));
}

}  // namespace
}  // namespace todod::auth
