#include "auth/jws.hpp"

#include <cjose/cjose.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t hs256_signature_bytes = 32;

struct HeaderDeleter {
    void operator()(cjose_header_t* header) const noexcept { cjose_header_release(header); }
};
using HeaderPtr = std::unique_ptr<cjose_header_t, HeaderDeleter>;

struct JwsDeleter {
    void operator()(cjose_jws_t* jws) const noexcept { cjose_jws_release(jws); }
};
using JwsPtr = std::unique_ptr<cjose_jws_t, JwsDeleter>;

const std::uint8_t* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

[[noreturn]] void fail(const char* doing, const cjose_err& error)
{
    throw base::Error{base::ErrorCode::internal, fmt::format("{}: {}", doing, error.message)};
}

/// What cjose takes no care of: it ends the process over base64url of a length that cannot be and
/// is lenient otherwise, takes any algorithm that fits the key and any `crit`, and compares all of
/// a signature before it looks at its length.
bool is_strict_hs256(std::string_view token)
{
    const auto parts = split_jws(token);
    if (!parts) return false;
    const auto signature = base::base64url_decode(parts->signature);
    if (!signature || signature->size() != hs256_signature_bytes) return false;
    if (!base::base64url_decode(parts->payload)) return false;
    const JsonPtr header = read_jws_header(parts->header);
    return header &&
           std::string_view{json_string_value(json_object_get(header.get(), "alg"))} == "HS256";
}

}  // namespace

JsonPtr read_json_object(std::string_view text)
{
    JsonPtr value{json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr)};
    return json_is_object(value.get()) ? std::move(value) : nullptr;
}

std::optional<JwsParts> split_jws(std::string_view token)
{
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    return JwsParts{.header = token.substr(0, first),
                    .payload = token.substr(first + 1, second - first - 1),
                    .signature = token.substr(second + 1)};
}

JsonPtr read_jws_header(std::string_view encoded)
{
    const auto text = base::base64url_decode(encoded);
    JsonPtr header = text ? read_json_object(*text) : nullptr;
    if (!header || !json_is_string(json_object_get(header.get(), "alg"))) return nullptr;
    const json_t* typ = json_object_get(header.get(), "typ");
    const bool is_plain = (typ == nullptr || json_is_string(typ)) &&
                          json_object_get(header.get(), "crit") == nullptr &&
                          json_object_get(header.get(), "b64") == nullptr;
    return is_plain ? std::move(header) : nullptr;
}

JwkPtr make_hs256_key(std::string_view secret)
{
    cjose_err error{};
    JwkPtr key{cjose_jwk_create_oct_spec(bytes_of(secret), secret.size(), &error)};
    if (!key) fail("The secret makes no key", error);
    return key;
}

std::string sign_jws_hs256(std::string_view payload, const cjose_jwk_t& key)
{
    cjose_err error{};
    const HeaderPtr header{cjose_header_new(&error)};
    if (!header || !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, &error) ||
        !cjose_header_set(header.get(), "typ", "JWT", &error)) {
        fail("The token's header cannot be made", error);
    }
    const JwsPtr jws{cjose_jws_sign(&key, header.get(), bytes_of(payload), payload.size(), &error)};
    const char* compact = nullptr;  // owned by jws
    if (!jws || !cjose_jws_export(jws.get(), &compact, &error)) {
        fail("The token cannot be signed", error);
    }
    return compact;
}

std::optional<std::string> verify_jws_hs256(std::string_view token, std::span<const JwkPtr> keys)
{
    if (!is_strict_hs256(token)) return std::nullopt;
    const JwsPtr jws{cjose_jws_import(token.data(), token.size(), nullptr)};
    if (!jws) return std::nullopt;
    const bool holds = std::ranges::any_of(
        keys, [&](const JwkPtr& key) { return cjose_jws_verify(jws.get(), key.get(), nullptr); });
    std::uint8_t* payload = nullptr;  // owned by jws
    std::size_t size = 0;
    if (!holds || !cjose_jws_get_plaintext(jws.get(), &payload, &size, nullptr)) {
        return std::nullopt;
    }
    return std::string{reinterpret_cast<const char*>(payload), size};
}

}  // namespace todod::auth
