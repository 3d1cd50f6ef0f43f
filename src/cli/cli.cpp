#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "cli/chat_partner.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/copy.hpp"
#include "cli/manual.hpp"
#include "cli/mcp.hpp"
#include "cli/transfer.hpp"
#include "config.hpp"
#include "version.hpp"

namespace todod::cli {

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

/// Adds `todod NAME`, which runs `command` once the arguments have been read.
CLI::App* add(CLI::App& to, const char* name, const char* doc, std::function<void()> command)
{
    CLI::App* const added = to.add_subcommand(name, doc);
    if (command) added->callback(std::move(command));
    return added;
}

/// Whether anybody hears it or not: fmt::print throws where standard error is closed.
void complain(std::string_view what)
{
    std::fputs(fmt::format("todod: {}\n", what).c_str(), stderr);
}

/// Databases' own words may be several.
std::string one_line(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return text;
}

/// As revisions are shown, with zeros at the front, which would else make an octal number of it.
std::string read_revision(std::string text)
{
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
}

void add_migrate(CLI::App& app)
{
    CLI::App* const migrate = add(app, "migrate", "Take the database's schema up or down", {});
    migrate->require_subcommand(1);
    add(*migrate, "up", "To the newest revision", [] { migrate_up(); });
    static int steps = 1;
    add(*migrate, "down", "Back by N revisions; what they hold is lost",
        [] { migrate_down(steps); })
        ->add_option("N", steps, "How many")
        ->check(CLI::Range(1, 10'000));
    static int revision = 0;
    add(*migrate, "to", "To a revision, up or down; 0 is the empty database",
        [] { migrate_to(revision); })
        ->add_option("REV", revision, "Its number")
        ->required()
        ->transform(read_revision)
        ->check(CLI::Range(0, 10'000));
    add(*migrate, "current", "The revision the database is at", [] { migrate_current(); });
    add(*migrate, "history", "Every revision, and when it was applied", [] { migrate_history(); });
    add(*migrate, "pending", "The revisions that are not applied yet", [] { migrate_pending(); });
    add(*migrate, "sql", "The statements of the pending revisions", [] { migrate_sql(); });
}

void add_user_token(CLI::App& user)
{
    static std::string email_or_id;
    static std::string name;
    static std::string scopes;
    static std::string days;
    CLI::App* const token = add(
        user, "token", "Make a token for a program that asks for the user, and print it this once",
        [] { user_token(email_or_id, name, scopes, days); });
    token->add_option("EMAIL_OR_ID", email_or_id, "Whose it is")->required();
    token->add_option("--name", name, "What its owner calls it")->required();
    token->add_option("--scopes", scopes, "What it is for: read, write and delete, commas between")
        ->required();
    token->add_option("--expires-in-days", days, "When it ends (default: when it is revoked)");
}

void add_user(CLI::App& app)
{
    CLI::App* const user = add(app, "user", "Accounts of the database", {});
    user->require_subcommand(1);
    static std::string email;
    static std::string name;
    CLI::App* const added = add(*user, "add",
                                "Make an account; the password is read from standard "
                                "input",
                                [] { user_add(email, name); });
    added->add_option("EMAIL", email, "The account's e-mail")->required();
    added->add_option("--name", name, "What the user is called (default: the e-mail)");
    add(*user, "list", "Every account: user_id, e-mail, name, tasks, since when",
        [] { user_list(); });
    add_user_token(*user);
}

/// A variable that was left empty must not mean the default.
std::string refuse_empty(const std::string& value)
{
    return value.empty() ? "must not be empty" : "";
}

void add_backup(CLI::App& app)
{
    static std::string file;
    static bool force = false;
    static bool replace = false;
    CLI::App* const made =
        add(app, "backup", "Back the database up to a file, also while todod serves",
            [] { backup(file, force); });
    made->add_option("FILE", file, "Made whole or not at all")->required()->check(refuse_empty);
    made->add_flag("--force", force, "Replace FILE if it is there");
    CLI::App* const put_back =
        add(app, "restore", "Restore the database from a backup; todod must not be serving",
            [] { restore(file, replace); });
    put_back->add_option("FILE", file, "Made by todod backup")->required()->check(refuse_empty);
    put_back->add_flag("--replace", replace, "Replace the data that are there");
}

void add_doctor(CLI::App& app)
{
    static bool as_json = false;
    add(app, "doctor",
        "Look at all that todod stands on, and say what to do; 1 when something fails",
        [] {
            if (!doctor(as_json)) throw CLI::RuntimeError{failed};
        })
        ->add_flag("--json", as_json, "As a JSON object, for programs");
}

void add_copy(CLI::App& app)
{
    static CopyOptions options;
    CLI::App* const added = add(
        app, "copy",
        "Copy all that a database has into an empty one, between SQLite and PostgreSQL or not. "
        "Each "
        "is a URL as DATABASE_URL takes it; others can see what a command is given, so one with a "
        "password is better named: env:NAME for a variable that holds it, file:PATH for a file",
        [] {
            // The only one that is given is TARGET.
            if (options.target.empty()) std::swap(options.source, options.target);
            if (options.target.empty()) throw CLI::RequiredError("TARGET");
            copy(options);
        });
    added->add_option("SOURCE", options.source, "Where from; left out, it is DATABASE_URL")
        ->check(refuse_empty);
    added->add_option("TARGET", options.target, "Where to; nobody's data is there yet")
        ->check(refuse_empty);
    added->add_flag("--check", options.only_checks,
                    "Copy nothing: tell whether both have the same");
}

/// Whose tasks: an account's of the database, or whose token it is for a server.
void add_access(CLI::App& to, std::string& user, std::string& server, std::string& token_file)
{
    CLI::Option* const by_user = to.add_option(
        "--user", user, "Whose tasks, by e-mail or id (default: the only account of the database)");
    CLI::Option* const by_server =
        to.add_option("--server", server, "URL of a server (default: the database, without one)");
    CLI::Option* const by_file = to.add_option(
        "--token-file", token_file, "File with a token for the server (default: TODOD_TOKEN)");
    by_file->needs(by_server);
    by_user->excludes(by_server);
    for (CLI::Option* const option : {by_user, by_server, by_file})
        option->check(refuse_empty);
}

void add_chat(CLI::App& app)
{
    static ChatOptions options;
    CLI::App* const added =
        add(app, "chat", "Talk to the assistant, which manages tasks", [] { chat(options); });
    added->add_option("-m,--message", options.message,
                      "Say this alone (default: a line each from standard input)");
    added
        ->add_option("--conversation", options.conversation,
                     "Go on with the conversation of this number (default: a new one)")
        ->check(CLI::PositiveNumber);
    add_access(*added, options.user, options.server, options.token_file);
}

void add_mcp(CLI::App& app)
{
    static McpOptions options;
    CLI::App* const added = add(app, "mcp",
                                "Serve the Model Context Protocol on standard input and output, "
                                "for an agent that starts this",
                                [] { mcp(options); });
    add_access(*added, options.user, options.server, options.token_file);
    added
        ->add_flag("--read-only", options.is_read_only,
                   "Offer only what changes nothing (with --server that is up to the token)")
        ->excludes("--server");
}

void add_export(CLI::App& app)
{
    static ExportOptions options;
    CLI::App* const added = add(app, "export", "Write users and their tasks, while serving or not",
                                [] { export_data(options); });
    added->add_option("FILE", options.file, "Where to (default: standard output)")
        ->check(refuse_empty);
    added->add_option("--format", options.format, "json (the default) or csv: tasks alone")
        ->check(CLI::IsMember({"json", "csv"}));
    added->add_option("--user", options.user, "Only of this account, by e-mail or id")
        ->check(refuse_empty);
    added->add_flag("--force", options.replaces, "Replace FILE if it is there");
}

void add_import(CLI::App& app)
{
    static ImportOptions options;
    CLI::App* const added =
        add(app, "import", "Add the tasks of a file; run again, it adds what is missing",
            [] { import_data(options); });
    added->add_option("FILE", options.file, "What to read; - is standard input")
        ->required()
        ->check(refuse_empty);
    added
        ->add_option(
            "--format", options.format,
            "json, csv, or todoist: a project of Todoist's as CSV (default: as FILE looks)")
        ->check(CLI::IsMember({"json", "csv", "todoist"}));
    added
        ->add_option("--user", options.user,
                     "Whose all tasks are to be, by e-mail or id (default: as FILE says)")
        ->check(refuse_empty);
    added
        ->add_option("--timezone", options.time_zone,
                     "Of Todoist's dates that have none (default: this machine's)")
        ->check(refuse_empty);
    added->add_flag("--ignore-unknown", options.ignores_unknown,
                    "Leave out columns and fields that no task has");
    added->add_flag("--dry-run", options.is_dry_run, "Check FILE and count, and change nothing");
}

void add_health(CLI::App& app)
{
    static std::string server;
    add(app, "health", "Whether the server is ready: exits with 0 or 1", [] { health(server); })
        ->add_option("--server", server, "URL of a server (default: the one at HOST and PORT)")
        ->check(refuse_empty);
}

/// What is written about the commands, of which these are two.
void add_documents(CLI::App& app)
{
    static std::string shell;
    add(app, "completion", "Print a script that lets a shell complete commands and options",
        [&app] { fmt::print("{}", write_completion(read_commands(app), shell)); })
        ->add_option("SHELL", shell, "Which one")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
    add(app, "manual", "Print the manual page, for man -l -",
        [&app] { fmt::print("{}", write_manual(read_commands(app), list_settings({}))); });
}

}  // namespace

int run(int argc, char** argv)
{
    CLI::App app{"A task backend for people and their agents: one binary."};
    app.name("todod");
    app.set_version_flag("--version", fmt::format("todod {}", version));
    app.require_subcommand(1);
    add(app, "serve", "Serve the API", [] { serve(); });
    add_health(app);
    add_migrate(app);
    add_user(app);
    add_copy(app);
    add_backup(app);
    add_doctor(app);
    add_chat(app);
    add_mcp(app);
    add_export(app);
    add_import(app);
    add(app, "parse",
        "What the builtin assistant understands, without doing it: JSON lines {text, now, "
        "timezone} "
        "in, {actions, dates} out",
        [] { parse(); });
    add(app, "config", "What is in force, secrets masked", [] { show_config(); });
    add(app, "openapi", "The OpenAPI document, as JSON", [] { show_openapi(); });
    add_documents(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::RuntimeError& error) {
        return error.get_exit_code();  // of a command that has said what there is to say
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : misused;
    } catch (const base::Error& error) {
        const bool explained = !error.cause().empty();
        complain(one_line(explained ? error.cause() : error.message()));
    } catch (const std::exception& error) {
        complain(error.what());
    }
    return failed;
}

}  // namespace todod::cli
