#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "schema/codec.hpp"
#include "schema/raw_json.hpp"

namespace todod::types {

enum class Role : std::uint8_t { user, assistant };

/// A tool that the assistant has called, and what came of it.
struct ToolCall {
    std::string tool_name;
    schema::RawJson parameters{};
    schema::RawJson result{};  ///< null: dropped, since all of them together were too long

    bool operator==(const ToolCall&) const = default;
};

/// What tools are called with, and give, is nested less.
inline constexpr std::size_t max_tool_call_depth = 100;

/// Several of them as they are stored: a JSON array in the dialect of tools.
struct ToolCalls {
    std::string json = "[]";

    bool operator==(const ToolCalls&) const = default;
};

ToolCalls to_stored(const std::vector<ToolCall>& calls);

/// Throws Error{internal} for what to_stored has not made.
std::vector<ToolCall> read_stored(const ToolCalls& calls);

struct Message {
    Role role = Role::user;
    std::string content{};
    base::Instant timestamp{};
    std::int64_t conversation_id = 0;
    ToolCalls tool_calls{};
    std::string state{};  ///< the engine's own for its next turn; in no answer

    bool operator==(const Message&) const = default;
};

struct Conversation {
    std::int64_t id = 0;  ///< counted within its user, never used again
    std::string title{};
    base::Instant created_at{};
    base::Instant updated_at{};  ///< when its last message was stored
    std::int64_t message_count = 0;
    std::optional<std::string> last_message{};  ///< its beginning

    bool operator==(const Conversation&) const = default;
};

struct ListConversations {
    static constexpr std::int64_t max_limit = 1000;

    std::int64_t limit = 100;
    std::int64_t skip = 0;
};

struct ListMessages {
    static constexpr std::int64_t max_limit = 1000;

    std::optional<std::int64_t> conversation_id{};  ///< nothing: of all conversations
    std::int64_t limit = 100;
    std::int64_t skip = 0;  ///< of the newest
};

/// A conversation as a path names it; 0, which none has, for what is no number.
struct ConversationRef {
    std::int64_t id = 0;
};

struct NameConversation {
    ConversationRef conversation_id;
};

}  // namespace todod::types

namespace todod::schema {

template <>
struct EnumNames<types::Role> {
    using enum types::Role;
    static constexpr std::array<EnumValue<types::Role>, 2> values{{
        {user, {"user", "user", "user"}},
        {assistant, {"assistant", "assistant", "assistant"}},
    }};
};

template <>
struct Codec<types::ToolCalls> {
    static bool read(const boost::json::value&, types::ToolCalls&, const Limits&, Reader&);
    static bool parse(std::string_view, types::ToolCalls&, const Limits&, Reader&);
    static void write(const types::ToolCalls&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
struct Codec<types::ConversationRef> {
    static bool read(const boost::json::value&, types::ConversationRef&, const Limits&, Reader&);
    static bool parse(std::string_view, types::ConversationRef&, const Limits&, Reader&);
    static void write(const types::ConversationRef&, std::string& out, Dialect);
    static void describe(boost::json::object&, const Limits&, Dialect);
};

template <>
const Type& type_of<types::ToolCall>();
template <>
const Type& type_of<types::Message>();
template <>
const Type& type_of<types::Conversation>();
template <>
const Type& type_of<types::ListConversations>();
template <>
const Type& type_of<types::ListMessages>();
template <>
const Type& type_of<types::NameConversation>();

}  // namespace todod::schema
