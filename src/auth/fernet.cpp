#include "auth/fernet.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "auth/hmac.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace todod::auth {

using base::Error;
using base::ErrorCode;

namespace {

constexpr char version = '\x80';
constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_characters = 44;
constexpr std::size_t timestamp_bytes = 8;
constexpr std::size_t block_bytes = 16;
constexpr std::size_t signature_bytes = 32;
constexpr std::size_t iv_at = 1 + timestamp_bytes;
constexpr std::size_t ciphertext_at = iv_at + block_bytes;
constexpr std::size_t max_token_bytes =
    ciphertext_at + Fernet::max_plaintext_bytes + block_bytes + signature_bytes;
constexpr std::size_t max_token_characters = (max_token_bytes + 2) / 3 * 4;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
/// Freeing it wipes its key.
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) noexcept
{
    return reinterpret_cast<unsigned char*>(text.data());
}

void check(bool went_well)
{
    if (!went_well) throw Error{ErrorCode::internal, "OpenSSL could not encrypt or decrypt"};
}

/// Base64url whose padding is there, and right.
std::optional<std::string> decode(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return base::base64url_decode(text);
}

std::string encode(std::string_view bytes)
{
    std::string text = base::base64url_encode(bytes);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

void append_timestamp(std::string& out, base::Instant now)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    for (std::size_t byte = timestamp_bytes; byte-- > 0;)
        out += static_cast<char>(static_cast<std::uint64_t>(seconds) >> (8 * byte));
}

std::uint64_t timestamp_of(std::string_view token)
{
    std::uint64_t seconds = 0;
    for (const char byte : token.substr(1, timestamp_bytes))
        seconds = seconds << 8 | static_cast<unsigned char>(byte);
    return seconds;
}

bool is_fresh(std::string_view token, base::Instant now, std::chrono::seconds ttl)
{
    const auto present = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    const std::uint64_t made = timestamp_of(token);
    if (made > present) {
        return made - present <= static_cast<std::uint64_t>(Fernet::max_clock_skew.count());
    }
    return present - made <= static_cast<std::uint64_t>(std::max<std::int64_t>(ttl.count(), 0));
}

std::string signature_of(std::string_view content, std::span<const unsigned char> key)
{
    return hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()}, content);
}

std::string encrypt(std::string_view plaintext, std::string_view iv,
                    std::span<const unsigned char> key)
{
    const Context context{EVP_CIPHER_CTX_new()};
    check(context != nullptr && EVP_EncryptInit_ex2(context.get(), EVP_aes_128_cbc(), key.data(),
                                                    bytes_of(iv), nullptr) == 1);
    std::string ciphertext(plaintext.size() + block_bytes, '\0');
    int size = 0;
    int last = 0;
    check(EVP_EncryptUpdate(context.get(), bytes_of(ciphertext), &size, bytes_of(plaintext),
                            static_cast<int>(plaintext.size())) == 1);
    check(EVP_EncryptFinal_ex(context.get(), bytes_of(ciphertext) + size, &last) == 1);
    ciphertext.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(last));
    return ciphertext;
}

/// Nothing when the padding is not right.
std::optional<Wiped> decrypt(std::string_view ciphertext, std::string_view iv,
                             std::span<const unsigned char> key)
{
    const Context context{EVP_CIPHER_CTX_new()};
    check(context != nullptr && EVP_DecryptInit_ex2(context.get(), EVP_aes_128_cbc(), key.data(),
                                                    bytes_of(iv), nullptr) == 1);
    std::string plaintext(ciphertext.size() + block_bytes, '\0');
    int size = 0;
    int last = 0;
    check(EVP_DecryptUpdate(context.get(), bytes_of(plaintext), &size, bytes_of(ciphertext),
                            static_cast<int>(ciphertext.size())) == 1);
    const bool is_padded =
        EVP_DecryptFinal_ex(context.get(), bytes_of(plaintext) + size, &last) == 1;
    std::size_t length = 0;
    if (is_padded) length = static_cast<std::size_t>(size) + static_cast<std::size_t>(last);
    OPENSSL_cleanse(plaintext.data() + length, plaintext.size() - length);
    plaintext.resize(length);
    if (!is_padded) return std::nullopt;
    return Wiped{std::move(plaintext)};
}

}  // namespace

bool Fernet::is_key(std::string_view text)
{
    if (text.size() != key_characters) return false;
    auto bytes = decode(text);
    if (!bytes) return false;
    const Wiped key{*std::move(bytes)};
    return key.view().size() == key_bytes;
}

Fernet::Key::Key(std::string_view text)
{
    if (!is_key(text)) throw Error{ErrorCode::invalid, "this is not a Fernet key"};
    const Wiped bytes{decode(text).value()};
    const auto half = bytes.view().begin() + static_cast<std::ptrdiff_t>(signing.size());
    std::copy(bytes.view().begin(), half, signing.begin());
    std::copy(half, bytes.view().end(), encryption.begin());
}

Fernet::Key::~Key()
{
    OPENSSL_cleanse(signing.data(), signing.size());
    OPENSSL_cleanse(encryption.data(), encryption.size());
}

Fernet::Fernet(std::span<const std::string> keys)
{
    if (keys.empty()) throw Error{ErrorCode::invalid, "there is no Fernet key"};
    keys_.reserve(keys.size());
    for (const std::string& key : keys)
        keys_.emplace_back(key);
}

std::string Fernet::seal(std::string_view plaintext, base::Instant now, base::Random& random) const
{
    if (plaintext.size() > max_plaintext_bytes) {
        throw Error{ErrorCode::invalid,
                    fmt::format("At most {} bytes can be sealed.", max_plaintext_bytes)};
    }
    std::array<std::byte, block_bytes> iv;
    random.fill(iv);
    std::string token{version};
    append_timestamp(token, now);
    token.append(reinterpret_cast<const char*>(iv.data()), iv.size());
    token += encrypt(plaintext, std::string_view{token}.substr(iv_at), keys_.front().encryption);
    token += signature_of(token, keys_.front().signing);
    return encode(token);
}

std::optional<Fernet::Opened> Fernet::open(std::string_view token, base::Instant now,
                                           std::optional<std::chrono::seconds> ttl) const
{
    if (token.size() > max_token_characters) return std::nullopt;
    const auto bytes = decode(token);
    if (!bytes || bytes->size() < ciphertext_at + block_bytes + signature_bytes) {
        return std::nullopt;
    }
    const std::string_view content{bytes->data(), bytes->size() - signature_bytes};
    const std::string_view signature = std::string_view{*bytes}.substr(content.size());
    const std::string_view ciphertext = content.substr(ciphertext_at);
    if (content.front() != version || ciphertext.size() % block_bytes != 0) return std::nullopt;
    for (const Key& key : keys_) {
        if (!base::equals_in_constant_time(signature, signature_of(content, key.signing))) continue;
        if (ttl && !is_fresh(content, now, *ttl)) return std::nullopt;
        auto plaintext = decrypt(ciphertext, content.substr(iv_at, block_bytes), key.encryption);
        if (!plaintext) return std::nullopt;
        return Opened{*std::move(plaintext), &key == &keys_.front()};
    }
    return std::nullopt;
}

}  // namespace todod::auth
