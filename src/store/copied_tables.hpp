#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace todod::store {

/// What a column holds, whatever a database makes of it. PostgreSQL has types of their own for
/// texts that are JSON and for small numbers.
enum class ColumnKind : std::uint8_t { text, json, integer, small, boolean, instant, uuid };

struct CopiedColumn {
    std::string_view name;
    ColumnKind kind;
};

/// A table as it is copied from one database to another. `columns` are what both keep, by the names
/// that they have in both; what follows from them (what is folded, searched or counted within one
/// database) is made anew.
struct CopiedTable {
    std::string_view name;
    std::span<const CopiedColumn> columns;
    std::size_t keys;  ///< the first columns, that rows are sorted by
    std::size_t page;  ///< how many rows are held at once

    constexpr std::size_t column(std::string_view wanted) const
    {
        std::size_t i = 0;
        while (columns[i].name != wanted)
            ++i;
        return i;
    }
};

namespace columns {

using enum ColumnKind;

inline constexpr CopiedColumn users[] = {
    {"user_id", text},        {"name", text},          {"email", text},
    {"password_hash", text},  {"generation", integer}, {"tokens_valid_from", instant},
    {"last_number", integer}, {"task_count", integer}, {"last_conversation", integer},
    {"last_change", integer}, {"created_at", instant},
};
inline constexpr CopiedColumn deleted_users[] = {{"user_id", text}, {"deleted_at", instant}};
inline constexpr CopiedColumn tasks[] = {
    {"user_id", text},
    {"number", integer},
    {"id", uuid},
    {"title", text},
    {"description", text},
    {"status", small},
    {"priority", small},
    {"tags", json},
    {"due_at", instant},
    {"due_whole_day", boolean},
    {"created_at", instant},
    {"updated_at", instant},
    {"completed_at", instant},
    {"version", integer},
    {"last_change", integer},
};
inline constexpr CopiedColumn changes[] = {
    {"user_id", text},     {"seq", integer},  {"changeset_id", integer}, {"at", instant},
    {"kind", small},       {"task_id", uuid}, {"task_number", integer},  {"version", integer},
    {"before", text},      {"after", text},   {"origin", text},          {"undoes", integer},
    {"previous", integer},
};
inline constexpr CopiedColumn trash[] = {
    {"user_id", text}, {"number", integer},     {"id", uuid},
    {"task", text},    {"deleted_at", instant}, {"last_change", integer},
};
inline constexpr CopiedColumn idempotency_keys[] = {
    {"user_id", text},     {"operation", text}, {"key", text},
    {"fingerprint", text}, {"answer", json},    {"created_at", instant},
};
inline constexpr CopiedColumn api_keys[] = {
    {"user_id", text},       {"provider", text},
    {"sealed_key", text},    {"masked_key", text},
    {"base_url", text},      {"model", text},
    {"valid", boolean},      {"last_validated_at", instant},
    {"created_at", instant}, {"updated_at", instant},
};
inline constexpr CopiedColumn tokens[] = {
    {"user_id", text},       {"id", uuid},
    {"hash", text},          {"name", text},
    {"scopes", small},       {"created_at", instant},
    {"expires_at", instant}, {"last_used_at", instant},
};
inline constexpr CopiedColumn conversations[] = {
    {"user_id", text},
    {"id", integer},
    {"title", text},
    {"last_turn", integer},
    {"message_count", integer},
    {"created_at", instant},
    {"updated_at", instant},
};
inline constexpr CopiedColumn messages[] = {
    {"user_id", text},       {"conversation_id", integer}, {"position", integer},
    {"content", text},       {"tool_calls", text},         {"state", text},
    {"created_at", instant},
};
/// Without who delivers one at the moment.
inline constexpr CopiedColumn webhooks[] = {
    {"user_id", text},
    {"id", uuid},
    {"url", text},
    {"secret", text},
    {"old_secret", text},
    {"old_secret_until", instant},
    {"events", small},
    {"is_active", boolean},
    {"disabled_reason", text},
    {"delivered_seq", integer},
    {"failures", integer},
    {"next_attempt_at", instant},
    {"failing_since", instant},
    {"last_status", integer},
    {"last_error", text},
    {"created_at", instant},
    {"updated_at", instant},
};
inline constexpr CopiedColumn webhook_dead_letters[] = {
    {"user_id", text},     {"webhook_id", uuid},     {"seq", integer},     {"failed_at", instant},
    {"attempts", integer}, {"last_status", integer}, {"last_error", text},
};
inline constexpr CopiedColumn user_sessions[] = {
    {"token", text},
    {"user_id", text},
    {"expires_at", instant},
};

}  // namespace columns

namespace copied {

inline constexpr std::size_t many = 500;
/// Of rows that may have hundreds of kilobytes each.
inline constexpr std::size_t few = 20;

inline constexpr CopiedTable users{"users", columns::users, 1, many};
inline constexpr CopiedTable deleted_users{"deleted_users", columns::deleted_users, 1, many};
inline constexpr CopiedTable tasks{"tasks", columns::tasks, 2, many};
inline constexpr CopiedTable changes{"changes", columns::changes, 2, many};
inline constexpr CopiedTable trash{"trash", columns::trash, 2, many};
inline constexpr CopiedTable idempotency_keys{"idempotency_keys", columns::idempotency_keys, 3,
                                              few};
inline constexpr CopiedTable api_keys{"api_keys", columns::api_keys, 2, many};
inline constexpr CopiedTable tokens{"tokens", columns::tokens, 2, many};
inline constexpr CopiedTable conversations{"conversations", columns::conversations, 2, many};
inline constexpr CopiedTable messages{"messages", columns::messages, 3, few};
inline constexpr CopiedTable webhooks{"webhooks", columns::webhooks, 2, many};
inline constexpr CopiedTable webhook_dead_letters{"webhook_dead_letters",
                                                  columns::webhook_dead_letters, 3, many};
/// An auth server's where it is not as todod makes it (CopySource::has).
inline constexpr CopiedTable user_sessions{"user_sessions", columns::user_sessions, 1, many};

/// All of them, users before what is theirs.
inline constexpr std::array<const CopiedTable*, 13> all{
    &users,         &deleted_users, &tasks,         &changes,  &trash,    &idempotency_keys,
    &api_keys,      &tokens,        &conversations, &messages, &webhooks, &webhook_dead_letters,
    &user_sessions,
};

}  // namespace copied

}  // namespace todod::store
