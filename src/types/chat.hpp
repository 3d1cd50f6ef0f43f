#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "types/conversation.hpp"
#include "types/idempotency_key.hpp"

namespace todod::types {

/// What a user says to the assistant.
struct ChatMessage {
    std::string message;
    std::optional<std::int64_t> conversation_id;  ///< nothing: a new conversation
    std::optional<base::TimeZone> time_zone;
    std::optional<IdempotencyKey> idempotency_key;
};

/// What the assistant says to it.
struct ChatAnswer {
    std::int64_t conversation_id = 0;
    std::string response;
    base::Instant timestamp;
    ToolCalls tool_calls;
};

/// The same with no more of the tools than their names.
struct ChatSummary {
    std::int64_t conversation_id = 0;
    std::string response;
    base::Instant timestamp;
    std::vector<std::string> tool_calls;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::ChatMessage>();
template <>
const Type& type_of<types::ChatAnswer>();
template <>
const Type& type_of<types::ChatSummary>();

}  // namespace todod::schema
