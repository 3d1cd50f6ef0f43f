#include "cli/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "version.hpp"

namespace todod::cli {

namespace {

constexpr std::string_view description = R"(.SH DESCRIPTION
.B todod
keeps the tasks of many users, for front ends over HTTP and for their agents over the Model Context
Protocol, in an SQLite database of its own or in PostgreSQL.
.B todod serve
serves; the other commands work on the same database, also while it serves, or on a server.
.PP
What it is told it is told by its
.BR ENVIRONMENT ,
and by a file
.I .env
in the working directory, which comes second.
.B todod config
shows what is in force.
)";

constexpr std::string_view signals = R"(.SH SIGNALS
What
.B todod serve
does on
.TP
.BR SIGTERM ", " SIGINT
It lets nobody else in, finishes what is in flight, and exits with 0.
.TP
.BR SIGUSR1 ", " SIGHUP
It opens LOG_FILE anew, which has been moved away. Where todod runs on a terminal, SIGHUP says that
this has gone: it is as SIGTERM then.
)";

constexpr std::string_view service = R"(.SH SYSTEMD
The unit
.I todod.service
is of
.BR Type=notify :
it is started when
.B todod serve
answers, and has a watchdog, which is told that every I/O thread goes on. The protocol is that of
.BR sd_notify (3):
NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
)";

constexpr std::string_view files = R"(.SH FILES
Of the service that the Debian package installs:
.TP
.I /etc/todod/todod.env
What the service is told: a variable a line.
.TP
.I /etc/todod/auth_secret
AUTH_SECRET of the service, made when it was installed.
.TP
.I /var/lib/todod
Its working directory, with its SQLite database.
.TP
.I /var/log/todod
Where a LOG_FILE may be.
)";

constexpr std::string_view end = R"(.SH EXIT STATUS
0 when all went well, 1 when it did not, which one line on standard error says, and 2 for arguments
that make no sense.
.SH EXAMPLES
Serve on port 9000, with the database beside it:
.PP
.RS
.EX
PORT=9000 todod serve
.EE
.RE
.PP
Make a token for an agent, in the database of the installed service:
.PP
.RS
.EX
sudo systemd\-run \-\-pipe \-\-uid=todod \-\-property=WorkingDirectory=/var/lib/todod \e
    \-\-property=EnvironmentFile=/etc/todod/todod.env \e
    todod user token ada@example.com \-\-name laptop \-\-scopes read,write
.EE
.RE
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1)
)";

/// As roff has it: what it would take for its own is escaped.
std::string escape(std::string_view text)
{
    std::string escaped;
    if (text.starts_with('.') || text.starts_with('\'')) escaped = "\\&";
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string bold(std::string_view text)
{
    return "\\fB" + escape(text) + "\\fR";
}

std::string italic(std::string_view text)
{
    return "\\fI" + escape(text) + "\\fR";
}

/// "-m, --message TEXT", or of a positional "FILE".
std::string term(const Argument& argument)
{
    std::vector<std::string> flags;
    flags.reserve(argument.flags.size());
    for (const std::string& flag : argument.flags)
        flags.push_back(bold(flag));
    std::string value = argument.choices.empty()
                            ? italic(argument.value)
                            : bold(fmt::format("{}", fmt::join(argument.choices, "|")));
    if (flags.empty()) return value;
    const std::string names = fmt::format("{}", fmt::join(flags, ", "));
    return argument.value.empty() ? names : names + ' ' + value;
}

std::string entry(const Argument& argument)
{
    return fmt::format(".TP\n{}\n{}{}.\n", term(argument), escape(argument.doc),
                       argument.is_required && !argument.flags.empty() ? " (required)" : "");
}

bool is_help(const Argument& option)
{
    return option.flags.back() == "--help";
}

/// How it is called, what it does, and what it takes.
std::string section(const Command& command)
{
    std::string text = ".SS \"" + bold(command.path);
    for (const Argument& positional : command.positionals) {
        const std::string value = term(positional);
        text += positional.is_required ? ' ' + value : " [" + value + ']';
    }
    if (command.options.size() > 1) text += " [options]";
    text += "\"\n" + escape(command.doc) + ".\n";
    for (const Argument& positional : command.positionals)
        text += entry(positional);
    for (const Argument& option : command.options) {
        if (!is_help(option)) text += entry(option);
    }
    return text;
}

std::string commands(const Command& root)
{
    std::string text = ".SH OPTIONS\n";
    for (const Argument& option : root.options)
        text += entry(option);
    text += ".SH COMMANDS\nEach has the option " + bold("--help") + ".\n";
    for (const Command* const command : all_of(root)) {
        if (command != &root && command->commands.empty()) text += section(*command);
    }
    return text;
}

std::string environment(std::span<const Setting> settings)
{
    std::string text =
        ".SH ENVIRONMENT\nEach with its default; a secret and DATABASE_URL may be in a file "
        "instead, "
        "which NAME_FILE names. What they mean is in\n"
        ".IR /usr/share/doc/todod/examples/env.example .\n";
    for (const Setting& setting : settings)
        text += fmt::format(".TP\n{}\n{}\n", bold(setting.name),
                            setting.value.empty() ? "Not set." : escape(setting.value));
    return text;
}

}  // namespace

std::string write_manual(const Command& root, std::span<const Setting> settings)
{
    return fmt::format(
               ".TH TODOD 1 \"\" \"todod {}\" \"User Commands\"\n"
               ".SH NAME\ntodod \\- task backend for people and their agents\n"
               ".SH SYNOPSIS\n.B todod\n.I command\n.RI [ options ]\n",
               version) +
           std::string{description} + commands(root) + environment(settings) +
           std::string{signals} + std::string{service} + std::string{files} + std::string{end};
}

}  // namespace todod::cli
