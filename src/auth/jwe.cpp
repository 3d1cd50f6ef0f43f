#include "auth/jwe.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "auth/hmac.hpp"
#include "auth/jws.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t half_key_bytes = a256cbc_hs512_key_bytes / 2;
constexpr std::size_t tag_bytes = 32;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t part_count = 5;

struct CipherDeleter {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

struct Sealed {
    std::string_view header;  ///< as it stands in the token: it is authenticated so
    std::string iv;
    std::string ciphertext;
    std::string tag;
};

/// Nothing when there are more or fewer than five.
std::optional<std::array<std::string_view, part_count>> split(std::string_view token)
{
    std::array<std::string_view, part_count> parts;
    for (std::size_t i = 0; i < part_count; ++i) {
        const std::size_t dot = token.find('.');
        const bool is_last = i + 1 == part_count;
        if (is_last != (dot == std::string_view::npos)) return std::nullopt;
        parts[i] = token.substr(0, dot);
        if (!is_last) token.remove_prefix(dot + 1);
    }
    return parts;
}

bool is_text(const json_t* value, std::string_view text)
{
    return json_is_string(value) &&
           std::string_view{json_string_value(value), json_string_length(value)} == text;
}

bool asks_for_this_alone(std::string_view header_json)
{
    const JsonPtr header = read_json_object(header_json);
    return header && is_text(json_object_get(header.get(), "alg"), "dir") &&
           is_text(json_object_get(header.get(), "enc"), "A256CBC-HS512") &&
           json_object_get(header.get(), "crit") == nullptr &&
           json_object_get(header.get(), "zip") == nullptr;
}

std::optional<Sealed> read_sealed(std::string_view token)
{
    const auto parts = split(token);
    if (!parts) return std::nullopt;
    const auto& [header, encrypted_key, iv, ciphertext, tag] = *parts;
    const auto header_json = base::base64url_decode(header);
    if (!header_json || !asks_for_this_alone(*header_json)) return std::nullopt;
    // With `dir` there is no key to encrypt (RFC 7518 §4.5).
    if (!encrypted_key.empty()) return std::nullopt;
    auto iv_bytes = base::base64url_decode(iv);
    auto sealed_bytes = base::base64url_decode(ciphertext);
    auto tag_of_it = base::base64url_decode(tag);
    if (!iv_bytes || iv_bytes->size() != block_bytes) return std::nullopt;
    if (!tag_of_it || tag_of_it->size() != tag_bytes) return std::nullopt;
    // PKCS #7 always pads: there is one block at least.
    if (!sealed_bytes || sealed_bytes->empty() || sealed_bytes->size() % block_bytes != 0) {
        return std::nullopt;
    }
    return Sealed{header, *std::move(iv_bytes), *std::move(sealed_bytes), *std::move(tag_of_it)};
}

/// What is authenticated (RFC 7518 §5.2.2.1): the header, the IV, the ciphertext, and the header's
/// length in bits.
std::string authenticated(const Sealed& sealed)
{
    std::string text{sealed.header};
    text += sealed.iv;
    text += sealed.ciphertext;
    const std::uint64_t bits = std::uint64_t{sealed.header.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        text += static_cast<char>(bits >> shift);
    return text;
}

const unsigned char* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Nothing when the padding is not PKCS #7, which an authentic token's is.
std::optional<std::string> decrypt(const Sealed& sealed, std::string_view key)
{
    const CipherPtr context{EVP_CIPHER_CTX_new()};
    std::string text(sealed.ciphertext.size() + block_bytes, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(text.data());
    int size = 0;
    int rest = 0;
    if (!context || EVP_DecryptInit_ex2(context.get(), EVP_aes_256_cbc(), bytes_of(key),
                                        bytes_of(sealed.iv), nullptr) != 1) {
        throw base::Error{base::ErrorCode::internal, "AES-256-CBC failed."};
    }
    if (EVP_DecryptUpdate(context.get(), out, &size, bytes_of(sealed.ciphertext),
                          static_cast<int>(sealed.ciphertext.size())) != 1 ||
        EVP_DecryptFinal_ex(context.get(), out + size, &rest) != 1) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
    return text;
}

}  // namespace

std::optional<std::string> open_jwe_dir(std::string_view token, std::span<const std::string> keys)
{
    const auto sealed = read_sealed(token);
    if (!sealed) return std::nullopt;
    const std::string text = authenticated(*sealed);
    const auto fits = [&](std::string_view key) {
        const std::string mac = hmac_sha512(key.substr(0, half_key_bytes), text);
        return base::equals_in_constant_time(std::string_view{mac}.substr(0, tag_bytes),
                                             sealed->tag);
    };
    const auto key = std::ranges::find_if(keys, fits);
    if (key == keys.end()) return std::nullopt;
    return decrypt(*sealed, std::string_view{*key}.substr(half_key_bytes));
}

}  // namespace todod::auth
