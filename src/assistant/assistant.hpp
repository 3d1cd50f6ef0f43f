#pragma once

#include <stop_token>
#include <string>

#include "assistant/engine.hpp"
#include "auth/principal.hpp"
#include "base/log.hpp"
#include "operation/operation.hpp"
#include "services/conversations.hpp"
#include "types/chat.hpp"

namespace todod::assistant {

/// A message to the assistant, whichever way it came in.
struct ChatRequest {
    auth::Principal caller{};
    types::ChatMessage input{};
    std::string request_id{};
    std::stop_token stopped{};  ///< nobody waits for the answer any more
};

/// What is answered.
struct ChatOutcome {
    types::ChatAnswer answer;
    bool is_replayed = false;  ///< to an earlier request with the same key
};

/// Holds users' conversations: stores what is said, and lets an engine answer it. Keeps nothing
/// between turns, so that any replica can take any of them.
class Assistant {
public:
    /// All must outlive this. `tools` are what engines may use.
    Assistant(services::Conversations& conversations, const operation::Table& tools,
              ChooseEngine choose, const base::Clock& clock, base::Log& log);

    /// Stores the message, answers it with the tools, and stores the answer. The message stays
    /// stored when that fails. `listener` must outlive the coroutine. Throws as
    /// services::Conversations::begin_turn, as Engine::answer, and as the listener.
    base::Async<ChatOutcome> chat(ChatRequest request, Listener& listener);

private:
    base::Async<types::ChatAnswer> store(const Turn& turn, services::OpenTurn open,
                                         const std::vector<ToolUse>& uses, Answer answer);
    base::Async<void> give_up(const Turn& turn, services::OpenTurn open,
                              const std::vector<ToolUse>& uses);

    services::Conversations& conversations_;
    const operation::Table& tools_;
    const ChooseEngine choose_;
    const base::Clock& clock_;
    base::Log& log_;
};

}  // namespace todod::assistant
