#include "auth/scrypt.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/error.hpp"

namespace todod::auth {

namespace {

constexpr std::size_t salt_digits = 32;
constexpr std::size_t key_bytes = 64;
constexpr std::size_t key_digits = 2 * key_bytes;

constexpr std::uint64_t cost = 16384;  // RFC 7914 calls it N
constexpr std::uint64_t block_size = 16;
constexpr std::uint64_t parallelism = 1;
/// Twice what these parameters take.
constexpr std::uint64_t max_memory_bytes = 2 * 128 * cost * block_size;

using Key = std::array<unsigned char, key_bytes>;

bool is_hex(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) {
        return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f') || ('A' <= c && c <= 'F');
    });
}

Key read_key(std::string_view digits) noexcept
{
    constexpr int base = 16;
    Key key{};
    for (unsigned char& byte : key) {
        std::from_chars(digits.data(), digits.data() + 2, byte, base);
        digits.remove_prefix(2);
    }
    return key;
}

/// A password in NFKC, overwritten when it goes. Null where it is no UTF-8.
class Normalized {
public:
    explicit Normalized(std::string_view password)
    {
        constexpr auto
            options =  // flags: NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
            static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
        utf8proc_uint8_t* text = nullptr;
        size_ = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(password.data()),
                             static_cast<utf8proc_ssize_t>(password.size()), &text, options);
        text_.reset(text);
    }
    Normalized(const Normalized&) = delete;
    Normalized& operator=(const Normalized&) = delete;
    ~Normalized()
    {
        if (is_text()) OPENSSL_cleanse(text_.get(), size());
    }

    bool is_text() const noexcept { return size_ >= 0; }
    const char* data() const noexcept { return reinterpret_cast<const char*>(text_.get()); }
    std::size_t size() const noexcept { return static_cast<std::size_t>(size_); }

private:
    std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> text_{nullptr, &std::free};
    utf8proc_ssize_t size_ = 0;
};

}  // namespace

bool is_scrypt_hash(std::string_view hash) noexcept
{
    return hash.size() == salt_digits + 1 + key_digits && hash[salt_digits] == ':' &&
           is_hex(hash.substr(0, salt_digits)) && is_hex(hash.substr(salt_digits + 1));
}

bool verify_scrypt(std::string_view password, std::string_view hash)
{
    if (!is_scrypt_hash(hash)) return false;
    const Normalized text{password};
    if (!text.is_text()) return false;
    Key key{};
    if (EVP_PBE_scrypt(text.data(), text.size(),
                       reinterpret_cast<const unsigned char*>(hash.data()), salt_digits, cost,
                       block_size, parallelism, max_memory_bytes, key.data(), key.size()) != 1) {
        throw base::Error{base::ErrorCode::internal, "scrypt failed."};
    }
    const Key expected = read_key(hash.substr(salt_digits + 1));
    return CRYPTO_memcmp(key.data(), expected.data(), key.size()) == 0;
}

}  // namespace todod::auth
