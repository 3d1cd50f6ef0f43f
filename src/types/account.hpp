#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "schema/codec.hpp"

namespace todod::types {

/// Of any user_id, whoever has given it out.
inline constexpr std::size_t max_user_id_code_points = 255;

/// A user, as todod keeps it. One that came with another service's token has no e-mail, name or
/// password here.
struct Account {
    std::string user_id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> password_hash;  ///< a PHC string, or Better Auth's scrypt
    base::Instant created_at;
    /// Counts the changes of the password; todod's own JWTs name the one they were issued under.
    std::int64_t generation = 0;
    /// JWTs issued before this are refused.
    std::optional<base::Instant> tokens_valid_from;
};

/// What an operator sees of an account.
struct AccountSummary {
    std::string user_id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::int64_t task_count = 0;
    base::Instant created_at;
};

/// What is shown of an account to its owner.
struct Profile {
    std::string id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    base::Instant created_at;
};

struct ProfileBrief {
    std::string id;
    std::optional<std::string> name;
    std::optional<std::string> email;
};

struct Registration {
    std::string name;
    std::string email;
    std::string password;
};

struct Login {
    std::string email;
    std::string password;
};

struct Session {
    std::string access_token;
    std::string token_type = "bearer";
    std::int64_t expires_in = 0;  ///< seconds
    ProfileBrief user;
};

/// The same where the token is in a cookie, which no script is to see.
struct BrowserSession {
    ProfileBrief user;
    std::int64_t expires_in = 0;  ///< seconds
};

/// Whom a browser is signed in for, for a page that starts.
struct SessionState {
    std::optional<ProfileBrief> user{};  ///< nothing: nobody is signed in
};

struct PasswordChange {
    std::string current_password;
    std::string new_password;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::Profile>();
template <>
const Type& type_of<types::ProfileBrief>();
template <>
const Type& type_of<types::Registration>();
template <>
const Type& type_of<types::Login>();
template <>
const Type& type_of<types::Session>();
template <>
const Type& type_of<types::BrowserSession>();
template <>
const Type& type_of<types::SessionState>();
template <>
const Type& type_of<types::PasswordChange>();

}  // namespace todod::schema
