#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "webhooks/message.hpp"

namespace todod::webhooks {

/// A new secret: "whsec_" and 32 random bytes in base64 (RFC 4648 §4).
std::string make_secret(base::Random& random);

/// Its part of webhook-signature: "v1," and the HMAC-SHA256 under `secret` of the id, the second of
/// the attempt and the body, in base64. Throws Error{internal} for what is no secret.
std::string sign(std::string_view secret, const Message& message, base::Instant attempt);

/// webhook-timestamp.
std::string timestamp_of(base::Instant attempt);

}  // namespace todod::webhooks
