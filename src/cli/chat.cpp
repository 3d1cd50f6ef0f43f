#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/chat_partner.hpp"
#include "cli/commands.hpp"

namespace todod::cli {

namespace {

constexpr std::string_view prompt = "> ";

/// A terminal does more with control characters than show them.
std::string printable(std::string_view text)
{
    std::string shown;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        shown += base::has_control_character(line) ? std::string{"?"} : std::string{line};
        if (line.size() == text.size()) break;
        shown += '\n';
        text.remove_prefix(line.size() + 1);
    }
    return shown;
}

void say(ChatPartner& partner, std::string message)
{
    partner.say(std::move(message), [](const std::string& piece) {
        fmt::print("{}", printable(piece));
        std::fflush(stdout);
    });
    fmt::print("\n");
    std::fflush(stdout);
}

bool read_line(std::string& line, bool is_terminal)
{
    if (is_terminal) {
        fmt::print("{}", prompt);
        std::fflush(stdout);
    }
    return static_cast<bool>(std::getline(std::cin, line));
}

/// For people: what fails does not end the conversation.
void say_to_people(ChatPartner& partner, std::string message)
{
    try {
        say(partner, std::move(message));
    } catch (const base::Error& error) {
        fmt::print(stderr, "todod: {}\n", printable(error.message()));
    }
}

}  // namespace

void chat(const ChatOptions& options)
{
    const auto partner = options.server.empty() ? local_partner(options) : remote_partner(options);
    if (!options.message.empty()) return say(*partner, options.message);
    const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
    std::string line;
    while (read_line(line, is_terminal)) {
        const auto message = base::trim(line);
        if (message.empty()) continue;
        if (message == "exit" || message == "quit") return;
        if (is_terminal) {
            say_to_people(*partner, std::string{message});
        } else {
            say(*partner, std::string{message});
        }
    }
    if (is_terminal) fmt::print("\n");
}

}  // namespace todod::cli
