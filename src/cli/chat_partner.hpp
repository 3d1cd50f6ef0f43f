#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace todod::cli {

/// Whom one chats with, and about what.
struct ChatOptions {
    std::string server;      ///< empty: the configured database, without a server
    std::string token_file;  ///< empty: TODOD_TOKEN
    std::string user;        ///< user_id or e-mail; empty: the only one there is
    std::string message;     ///< empty: a line each from standard input
    std::optional<std::int64_t> conversation{};  ///< nothing: a new one
};

/// Takes a piece of an answer.
using HearPiece = std::function<void(const std::string& piece)>;

/// The assistant, wherever it is.
class ChatPartner {
public:
    virtual ~ChatPartner() = default;

    /// Says `message` in the conversation, and hears the answer. Throws base::Error.
    virtual void say(std::string message, const HearPiece& hear) = 0;
};

/// Of a server, with a token.
std::unique_ptr<ChatPartner> remote_partner(const ChatOptions& options);

/// Of the configured database.
std::unique_ptr<ChatPartner> local_partner(const ChatOptions& options);

}  // namespace todod::cli
