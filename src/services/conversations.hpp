#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "store/conversations.hpp"
#include "types/conversation.hpp"

namespace todod::services {

/// What a user says to the assistant.
struct TurnRequest {
    std::optional<std::int64_t> conversation_id{};  ///< nothing: a new conversation
    std::string message{};
    std::optional<std::string> idempotency_key{};
};

/// A turn that is to be answered: what it is about, and what end_turn is to be told again.
struct OpenTurn {
    std::int64_t conversation_id = 0;
    std::int64_t position = 0;              ///< of the user's message in the conversation
    std::vector<types::Message> history{};  ///< at most 20 before it, oldest first, with states
    std::optional<store::Idempotency> idempotency{};  ///< something: the answer is kept
};

/// What the assistant says. `kept` is not cut: it should be made of what fit() leaves.
struct TurnReply {
    std::string content{};
    std::vector<types::ToolCall> tool_calls{};
    std::string state{};  ///< the engine's own, which it finds in the next turn's history
    base::Instant at{};
    std::string kept{};  ///< the whole answer as JSON, kept where the turn has `idempotency`
};

/// What may be done with a user's conversations, and what follows from it. Each call acts for
/// `user_id` and sees nobody else's.
class Conversations {
public:
    /// A turn that began so long ago and is not answered has died with its server: who asks again
    /// takes it over.
    static constexpr std::chrono::minutes turn_timeout{3};

    /// Of a title, in code points, the ellipsis apart.
    static constexpr std::size_t max_title = 60;
    /// Of an answer, in code points; what is longer is cut.
    static constexpr std::size_t max_answer = 20'000;
    /// Of an answer's tool calls. Where they are longer the longest results are dropped, then their
    /// parameters, then the last calls.
    static constexpr std::size_t max_tool_call_bytes = 65'536;
    /// Of an engine's state; what is longer is dropped.
    static constexpr std::size_t max_state_bytes = 16'384;

    /// All must outlive this.
    Conversations(store::Conversations& store, const base::Clock& clock)
        : store_(store), clock_(clock)
    {
    }

    /// Stores the message before anybody is asked for an answer. With a key, gives the answer of
    /// an earlier request again where there is one. Throws Error{not_found} for a conversation that
    /// the user does not have, Error{conflict} while the same request is being answered,
    /// Error{invalid} when the key stands for another.
    base::Async<std::variant<OpenTurn, store::ReplayedTurn>> begin_turn(std::string user_id,
                                                                        TurnRequest request);

    /// Stores the answer. Where it does not (store::TurnEnd), nothing has been stored.
    base::Async<store::TurnEnd> end_turn(std::string user_id, OpenTurn turn, TurnReply reply);

    /// Says that a turn is not going to be answered, since that has failed: whoever sends the
    /// request again, with its key, need not wait. The message stays.
    base::Async<void> leave_turn(std::string user_id, OpenTurn turn);

    base::Async<store::ConversationPage> list(std::string user_id, types::ListConversations query);

    /// Throws Error{not_found}.
    base::Async<store::MessagePage> history(std::string user_id, types::ListMessages query);

    /// Throws Error{not_found}, also for another user's.
    base::Async<void> remove(std::string user_id, types::NameConversation name);

    base::Async<void> clear(std::string user_id);

private:
    store::Conversations& store_;
    const base::Clock& clock_;
};

/// Cuts `reply` to the limits above, as end_turn does: for who makes `kept` of it.
void fit(TurnReply& reply);

/// What a conversation that begins with `message` is called: its beginning, in one line.
std::string title_of(std::string_view message);

}  // namespace todod::services
