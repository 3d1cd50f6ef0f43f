#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/change.hpp"

namespace todod::types {

/// Every kind of change, in their order.
std::vector<ChangeKind> all_change_kinds();

/// Some kinds of changes as one number: a bit each, by the kind's own number.
using ChangeKinds = std::uint8_t;
ChangeKinds join(const std::vector<ChangeKind>& kinds) noexcept;
std::vector<ChangeKind> split_kinds(ChangeKinds kinds);

/// Where a user's changes are written to, and how far that has come. Its secret is not in it.
struct Webhook {
    base::Uuid id{};
    std::string url{};
    std::vector<ChangeKind> events = all_change_kinds();
    bool is_active = true;
    std::optional<std::string> disabled_reason{};  ///< why todod has switched it off
    std::int64_t delivered_seq = 0;                ///< what comes after it is still to be sent
    std::int64_t failures = 0;                     ///< of the message under way
    std::optional<base::Instant> next_attempt_at{};
    std::optional<base::Instant> failing_since{};  ///< nothing: the last message arrived
    std::optional<std::int64_t> last_status{};     ///< what was answered last, if anything
    std::optional<std::string> last_error{};       ///< why the last attempt failed
    base::Instant created_at{};
    base::Instant updated_at{};  ///< when its owner last changed it

    bool operator==(const Webhook&) const = default;
};

/// One as it is kept. Its secrets are sealed (auth/fernet.hpp).
struct SealedWebhook {
    Webhook shown{};
    std::string secret{};
    std::optional<std::string> old_secret{};  ///< signs as well, until then
    std::optional<base::Instant> old_secret_until{};
};

/// One that has just been made, with its secret this once.
struct NewWebhook : Webhook {
    std::string secret{};
};

struct WebhookSecret {
    std::string secret{};
    std::optional<base::Instant> old_secret_until{};
};

struct WebhookRequest {
    std::string url{};
    std::optional<std::vector<ChangeKind>> events{};
    std::optional<std::int64_t> from_seq{};
};

/// What to set in one; the rest stays as it is.
struct WebhookChange {
    std::string webhook_id{};
    schema::Sent<std::string> url{};
    schema::Sent<std::vector<ChangeKind>> events{};
    schema::Sent<bool> is_active{};
};

struct NameWebhook {
    std::string webhook_id{};
};

/// What became of one message that was sent at once.
struct WebhookOutcome {
    bool is_delivered = false;
    std::optional<std::int64_t> status{};
    std::optional<std::string> error{};
    std::int64_t duration_ms = 0;
};

/// A message that was given up.
struct WebhookDeadLetter {
    std::int64_t seq = 0;
    base::Instant failed_at{};
    std::int64_t attempts = 0;
    std::optional<std::int64_t> last_status{};
    std::optional<std::string> last_error{};

    bool operator==(const WebhookDeadLetter&) const = default;
};

struct ListDeadLetters {
    static constexpr std::int64_t max_limit = 1000;

    std::string webhook_id{};
    std::int64_t since = 0;
    std::int64_t limit = 100;
};

struct NameDeadLetter {
    std::string webhook_id{};
    std::int64_t seq = 0;
};

}  // namespace todod::types

namespace todod::schema {

template <>
const Type& type_of<types::Webhook>();
template <>
const Type& type_of<types::NewWebhook>();
template <>
const Type& type_of<types::WebhookSecret>();
template <>
const Type& type_of<types::WebhookRequest>();
template <>
const Type& type_of<types::WebhookChange>();
template <>
const Type& type_of<types::NameWebhook>();
template <>
const Type& type_of<types::WebhookOutcome>();
template <>
const Type& type_of<types::WebhookDeadLetter>();
template <>
const Type& type_of<types::ListDeadLetters>();
template <>
const Type& type_of<types::NameDeadLetter>();

}  // namespace todod::schema
