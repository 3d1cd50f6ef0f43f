#pragma once

#include <functional>
#include <span>
#include <string>

#include "assistant/assistant.hpp"
#include "auth/principal.hpp"
#include "auth/session_cookie.hpp"
#include "base/async.hpp"
#include "base/clock.hpp"
#include "operation/operation.hpp"
#include "services/accounts.hpp"
#include "services/api_keys.hpp"
#include "services/changes.hpp"
#include "services/conversations.hpp"
#include "services/events.hpp"
#include "services/tasks.hpp"
#include "services/tokens.hpp"
#include "services/webhooks.hpp"
#include "types/health.hpp"

namespace todod::api {

/// What /health says of this process.
struct About {
    std::string name = "todod";
    std::string version;
};

/// Whether requests can be served, and if not, why. Must not throw.
using ReadReadiness = std::function<base::Async<types::Readiness>()>;

/// Who asks, from a request's headers, which must hold until it has ended; throws
/// Error{unauthorized} where nobody does (auth::Authenticator).
using Authenticate =
    std::function<base::Async<auth::Principal>(std::span<const schema::NamedText> headers)>;

/// What the operations call. All must outlive them; a null service is for a table that is only
/// described, never called.
struct Services {
    services::Tasks* tasks = nullptr;
    services::Changes* changes = nullptr;
    services::Accounts* accounts = nullptr;
    services::ApiKeys* api_keys = nullptr;
    services::Conversations* conversations = nullptr;
    assistant::Assistant* assistant = nullptr;
    services::Tokens* tokens = nullptr;
    services::Events* events = nullptr;
    const base::Clock* clock = nullptr;
    ReadReadiness readiness{};
    services::Webhooks* webhooks = nullptr;
    auth::SessionCookie cookie{};
    Authenticate authenticate{};
};

/// Everything that can be asked of todod.
operation::Table all_operations(const Services& services, const About& about);

/// What agents may do, over the chat and elsewhere: no routes, all of it in arguments.
operation::Table tool_operations(services::Tasks* tasks, services::Changes* changes);

operation::Table chat_operations(assistant::Assistant* assistant);
operation::Table task_operations(services::Tasks* tasks);
operation::Table batch_operations(services::Tasks* tasks);
operation::Table change_operations(services::Changes* changes);
operation::Table trash_operations(services::Changes* changes);
operation::Table account_operations(services::Accounts* accounts);
operation::Table browser_session_operations(services::Accounts* accounts,
                                            auth::SessionCookie cookie, Authenticate authenticate);
operation::Table api_key_operations(services::ApiKeys* keys);
operation::Table conversation_operations(services::Conversations* conversations);
operation::Table event_operations(services::Events* events);
operation::Table token_operations(services::Tokens* tokens);
operation::Table webhook_operations(services::Webhooks* webhooks);
operation::Table health_operations(About about, const base::Clock* clock, ReadReadiness readiness);

/// The OpenAPI 3.1 document of `operations`, as JSON.
std::string openapi(const operation::Table& operations, const About& about,
                    auth::SessionCookie cookie = auth::SessionCookie{});

}  // namespace todod::api
