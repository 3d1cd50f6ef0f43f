#include "types/account.hpp"

#include <boost/json/object.hpp>

#include "schema/builder.hpp"

namespace todod::schema {

namespace {

constexpr Limits name_limits{
    .min_length = 1, .max_length = 100, .trimmed = true, .printable = true};
constexpr std::size_t max_email_length = 254;
constexpr Limits email_limits{.min_length = 3,
                              .max_length = max_email_length,
                              .trimmed = true,
                              .printable = true,
                              .format = "email"};
/// An e-mail that is only looked up: any that could have been registered, and no longer.
constexpr Limits login_email_limits{.max_length = max_email_length, .trimmed = true};
constexpr Limits new_password_limits{.min_length = 8, .max_length = 128, .format = "password"};
/// A password that is only compared: any that could have been set, and no longer.
constexpr Limits password_limits{.max_length = 128, .format = "password"};

constexpr std::string_view example_name = R"("Ada")";
constexpr std::string_view example_email = R"("ada@example.com")";
constexpr std::string_view example_password = R"("correct horse battery")";
constexpr std::string_view example_id = R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")";

}  // namespace

template <>
const Type& type_of<types::Profile>()
{
    using types::Profile;
    static const Type type =
        TypeBuilder<Profile>{"Profile", "An account, as its owner sees it."}
            .field<&Profile::id>("id", "The user_id of its tasks.", {.example = example_id})
            .field<&Profile::name>("name", "What the user is called.", {.example = example_name})
            .field<&Profile::email>("email", "Where the user is reached.",
                                    {.example = example_email})
            .field<&Profile::created_at>("created_at", "When the account was made.")
            .done();
    return type;
}

template <>
const Type& type_of<types::ProfileBrief>()
{
    using types::ProfileBrief;
    static const Type type =
        TypeBuilder<ProfileBrief>{"ProfileBrief", "Who has signed in."}
            .field<&ProfileBrief::id>("id", "The user_id of its tasks.", {.example = example_id})
            .field<&ProfileBrief::name>("name", "What the user is called.",
                                        {.example = example_name})
            .field<&ProfileBrief::email>("email", "Where the user is reached.",
                                         {.example = example_email})
            .done();
    return type;
}

template <>
const Type& type_of<types::Registration>()
{
    using types::Registration;
    static const Type type =
        TypeBuilder<Registration>{"Registration", "A new account."}
            .field<&Registration::name>(
                "name", "What the user is called.",
                {.required = true, .example = example_name, .limits = name_limits})
            .field<&Registration::email>(
                "email", "Unique among accounts, without regard to case.",
                {.required = true, .example = example_email, .limits = email_limits})
            .field<&Registration::password>(
                "password", "Kept as an Argon2id hash only.",
                {.required = true, .example = example_password, .limits = new_password_limits})
            .done();
    return type;
}

template <>
const Type& type_of<types::Login>()
{
    using types::Login;
    static const Type type =
        TypeBuilder<Login>{"Login", "Who signs in."}
            .field<&Login::email>(
                "email", "The account's e-mail.",
                {.required = true, .example = example_email, .limits = login_email_limits})
            .field<&Login::password>(
                "password", "The account's password.",
                {.required = true, .example = example_password, .limits = password_limits})
            .done();
    return type;
}

template <>
const Type& type_of<types::Session>()
{
    using types::Session;
    static const Type type =
        TypeBuilder<Session>{"Session", "A signed-in user's token."}
            .field<&Session::access_token>("access_token",
                                           "To be sent as `Authorization: Bearer …`.")
            .field<&Session::token_type>("token_type", "Always \"bearer\".",
                                         {.example = R"("bearer")"})
            .field<&Session::expires_in>("expires_in", "For how many seconds it holds.",
                                         {.example = "604800"})
            .field<&Session::user>("user", "Who has signed in.")
            .done();
    return type;
}

template <>
const Type& type_of<types::BrowserSession>()
{
    using types::BrowserSession;
    static const Type type =
        TypeBuilder<BrowserSession>{"BrowserSession", "Whom a browser's cookie stands for."}
            .field<&BrowserSession::user>("user", "Who has signed in.")
            .field<&BrowserSession::expires_in>(
                "expires_in", "For how many seconds the cookie holds.", {.example = "604800"})
            .done();
    return type;
}

template <>
const Type& type_of<types::SessionState>()
{
    using types::SessionState;
    static const Type type =
        TypeBuilder<SessionState>{"SessionState", "Whether somebody is signed in."}
            .field<&SessionState::user>("user", "Who is; null: nobody.")
            .done();
    return type;
}

template <>
const Type& type_of<types::PasswordChange>()
{
    using types::PasswordChange;
    static const Type type =
        TypeBuilder<PasswordChange>{"PasswordChange", "A new password for the caller."}
            .field<&PasswordChange::current_password>(
                "current_password", "The one that is to be replaced.",
                {.required = true, .example = example_password, .limits = password_limits})
            .field<&PasswordChange::new_password>("new_password", "The one that holds from now on.",
                                                  {.required = true,
                                                   .example = R"("another horse battery")",
                                                   .limits = new_password_limits})
            .done();
    return type;
}

}  // namespace todod::schema
