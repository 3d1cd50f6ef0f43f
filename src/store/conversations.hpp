#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "store/idempotency.hpp"
#include "types/conversation.hpp"

namespace todod::store {

/// A user's message, with which a turn begins.
struct NewTurn {
    std::optional<std::int64_t> conversation_id{};  ///< nothing: a new one, called `title`
    std::string title{};
    std::string content{};
    base::Instant now{};
    std::optional<Idempotency> idempotency{};
    /// A turn with the same key that began so long ago has died with its server.
    std::chrono::milliseconds timeout{};
};

/// A turn whose message is stored and whose answer is to come.
struct Turn {
    std::int64_t conversation_id = 0;
    std::int64_t position = 0;              ///< of the user's message in the conversation
    std::vector<types::Message> history{};  ///< what was said before it, oldest first
};

/// What a request with the same key has been answered before.
struct ReplayedTurn {
    std::string answer;  ///< as it was kept
};

using BegunTurn = std::variant<Turn, ReplayedTurn>;

/// The assistant's message, with which a turn ends.
struct TurnAnswer {
    std::string content{};
    types::ToolCalls tool_calls{};
    std::string state{};
    base::Instant now{};
    /// Under which `kept`, JSON, is to be kept for whoever sends the request again.
    std::optional<Idempotency> idempotency{};
    std::string kept{};
};

enum class TurnEnd : std::uint8_t {
    stored,
    gone,      ///< nothing is stored: the conversation or the account has been deleted meanwhile
    answered,  ///< nothing is stored: another has taken the turn over and answered it
};

struct ConversationPage {
    std::vector<types::Conversation> conversations{};
    std::int64_t total = 0;
};

struct MessagePage {
    std::vector<types::Message> messages{};  ///< without their state
    std::int64_t total = 0;
};

/// Every user's conversations with the assistant. What is answered is durable. Another user's
/// conversation is as if it were not there.
class Conversations {
public:
    /// How much of what was said a turn begins with.
    static constexpr std::int64_t max_history = 20;
    /// Of a conversation's last message, in code points.
    static constexpr std::int64_t max_preview = 200;
    /// Contents and tool calls of a page: one that would have more ends earlier.
    static constexpr std::int64_t max_page_bytes = 8 * 1024 * 1024;

    virtual ~Conversations() = default;

    /// Stores the user's message. Nothing, and nothing done, when the user has no such
    /// conversation. With a key it is stored once: a turn that has been answered is replayed, and
    /// one whose server has died is taken over. Throws Error{conflict} while it is being answered,
    /// Error{invalid} when the key stands for another request, Error{unauthorized} when there is no
    /// such user: the account has just been deleted.
    virtual base::Async<std::optional<BegunTurn>> begin_turn(std::string user_id, NewTurn turn) = 0;

    /// Stores the answer to the message at `position`, behind it.
    virtual base::Async<TurnEnd> end_turn(std::string user_id, std::int64_t conversation_id,
                                          std::int64_t position, TurnAnswer answer) = 0;

    /// The turn that began with this key is not going to be answered by who began it: whoever asks
    /// again takes it over at once, without waiting for `timeout`. Nothing, where another has done
    /// so already.
    virtual base::Async<void> leave_turn(std::string user_id, Idempotency idempotency,
                                         std::chrono::milliseconds timeout) = 0;

    /// The one that was last written to first.
    virtual base::Async<ConversationPage> list(std::string user_id,
                                               types::ListConversations query) = 0;

    /// The newest, oldest first. Nothing when the user has no such conversation.
    virtual base::Async<std::optional<MessagePage>> history(std::string user_id,
                                                            types::ListMessages query) = 0;

    /// False when there is none.
    virtual base::Async<bool> remove(std::string user_id, std::int64_t conversation_id) = 0;

    /// Removes all that are there when it begins.
    virtual base::Async<void> clear(std::string user_id) = 0;
};

/// The role of the message at `position`: a turn has two positions, the first is the user's.
constexpr types::Role role_at(std::int64_t position) noexcept
{
    return position % 2 == 1 ? types::Role::user : types::Role::assistant;
}

/// What is kept under a key from the beginning of its turn on: where its message is.
struct TurnClaim {
    static constexpr std::string_view operation = "chat_turn";

    std::int64_t conversation_id = 0;
    std::int64_t position = 0;
};

/// `chat` as the request for which a claim is kept.
Idempotency claim_request(const Idempotency& chat);

std::string to_answer(const TurnClaim& claim);
TurnClaim claim_of(std::string_view answer);

/// Throws Error{conflict} when the turn that began with `claim` may still be answered.
void check_is_abandoned(const KeptAnswer& claim, const NewTurn& turn);

}  // namespace todod::store
