#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "auth/password.hpp"
#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/find_user.hpp"
#include "config.hpp"
#include "prepare_schema.hpp"
#include "schema/codec.hpp"
#include "services/accounts.hpp"
#include "services/tokens.hpp"
#include "store/storage.hpp"

namespace todod::cli {

namespace {

std::unique_ptr<store::Storage> open(const Config& config, const base::Clock& clock)
{
    store::require_there(config.database);
    auto storage = store::open_storage(config.database, 1);
    require_schema(*storage->migrator(clock, false));
    return storage;
}

/// The configured database with its accounts, which must have been migrated.
struct Accounts {
    Config config = read_config(read_environment());
    base::SystemClock clock;
    base::SecureRandom random;
    base::BlockingLoop loop;
    std::unique_ptr<store::Storage> storage = open(config, clock);
    std::unique_ptr<store::Database> database = storage->connect(loop);
    std::unique_ptr<store::Accounts> store = database->accounts();
    std::unique_ptr<store::Tokens> tokens = database->tokens();
};

/// Lets the terminal not show what is typed, as long as it lives.
class NoEcho {
public:
    NoEcho()
    {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        active_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;
    ~NoEcho()
    {
        if (!active_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        fmt::print(stderr, "\n");
    }

private:
    termios before_{};
    bool active_ = false;
};

std::string read_password()
{
    const NoEcho silent;
    if (::isatty(STDIN_FILENO) != 0) fmt::print(stderr, "Password: ");
    std::string password;
    std::getline(std::cin, password);
    return password;
}

/// Values of an input's fields, as they were typed.
using Typed = std::vector<std::pair<std::string_view, std::string_view>>;

/// The same rules as over HTTP. A field that is given twice is a list.
template <class Input>
Input check(const Typed& typed)
{
    Input input;
    schema::Reader reader;
    const schema::Type& type = schema::type_of<Input>();
    for (const auto& [field_name, text] : typed) {
        const schema::Field& field = *type.find(field_name, schema::Place::body);
        reader.enter("body");
        reader.enter(field_name);
        field.parse(text, &input, field, reader);
        reader.leave();
        reader.leave();
    }
    if (!reader.ok()) throw base::Error::invalid(reader.take());
    return input;
}

base::Async<void> add(services::Accounts& accounts, types::Registration input)
{
    const types::Profile profile = co_await accounts.create(std::move(input));
    fmt::print("{}\n", profile.id);
}

base::Async<void> list(store::Accounts& store)
{
    for (const auto& account : co_await store.list_all()) {
        fmt::print("{}\t{}\t{}\t{}\t{}\n", account.user_id, account.email.value_or("-"),
                   account.name.value_or("-"), account.task_count,
                   base::to_string(account.created_at));
    }
}

base::Async<void> make_token(store::Accounts& store, services::Tokens& tokens,
                             std::string email_or_id, types::TokenRequest input)
{
    auto user_id = co_await find_user(store, std::move(email_or_id));
    const auto made = co_await tokens.create(std::move(user_id), std::move(input));
    fmt::print("{}\n", made.token);
}

}  // namespace

void user_add(const std::string& email, const std::string& name)
{
    const std::string password = read_password();
    const auto input = check<types::Registration>(
        {{"email", email}, {"name", name.empty() ? email : name}, {"password", password}});
    Accounts database;
    auth::PasswordPool passwords{{}, 1, database.random};
    services::Accounts accounts{*database.store, passwords,      nullptr,
                                database.loop,   database.clock, database.random};
    database.loop.run(add(accounts, input));
}

void user_token(const std::string& email_or_id, const std::string& name, const std::string& scopes,
                const std::string& days)
{
    Typed typed{{"name", name}};
    for (std::size_t from = 0, comma = 0; comma != std::string::npos; from = comma + 1) {
        comma = scopes.find(',', from);
        typed.emplace_back("scopes", std::string_view{scopes}.substr(from, comma - from));
    }
    if (!days.empty()) typed.emplace_back("expires_in_days", days);
    const auto input = check<types::TokenRequest>(typed);
    Accounts database;
    services::Tokens tokens{*database.tokens, database.clock, database.random};
    database.loop.run(make_token(*database.store, tokens, email_or_id, input));
}

void user_list()
{
    Accounts database;
    database.loop.run(list(*database.store));
}

}  // namespace todod::cli
