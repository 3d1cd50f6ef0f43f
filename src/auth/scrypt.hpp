#pragma once

#include <string_view>

namespace todod::auth {

/// Whether `hash` has the form in which Better Auth keeps a password: 16 bytes of salt and 64 of
/// scrypt's (RFC 7914), in hexadecimal digits with a colon between.
bool is_scrypt_hash(std::string_view hash) noexcept;

/// Whether `password` is what `hash` was made from, in constant time: scrypt with N = 16384,
/// r = 16 and p = 1 of its NFKC form, salted with the digits as they stand there. False for what
/// is not of the form. Throws Error{internal} when there is no memory to tell.
bool verify_scrypt(std::string_view password, std::string_view hash);

}  // namespace todod::auth
