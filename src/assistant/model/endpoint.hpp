#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/wiped.hpp"
#include "base/async.hpp"
#include "services/api_keys.hpp"

namespace todod::assistant::model {

/// What is asked of a provider where nobody names a model.
inline constexpr std::string_view default_openai_model = "gpt-4o-mini";
inline constexpr std::string_view default_openrouter_model = "openai/gpt-oss-120b:free";
inline constexpr std::string_view default_gemini_model = "gemini-2.5-flash";
inline constexpr std::string_view default_anthropic_model = "claude-haiku-4-5";

/// A model behind an OpenAI-compatible API.
struct Endpoint {
    std::string provider;  ///< for people and the log: "openai" … "custom"; "server" is todod's own
    std::string base_url;  ///< what "/chat/completions" comes after
    std::string model;
    auth::Wiped key{{}};       ///< empty: none is needed
    bool is_users = false;     ///< the user's own key
    bool public_only = false;  ///< as net::HttpRequest
};

/// The server's own, as OPENAI_API_KEY, OPENROUTER_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL say.
/// All may be empty.
struct ServerSettings {
    std::string openai_key{};
    std::string openrouter_key{};  ///< goes for nothing beside openai_key
    std::string base_url{};        ///< wherever the key is for; alone: of a server that needs none
    std::string model{};
};

/// Nothing where the settings name neither a key nor a server.
std::optional<Endpoint> server_endpoint(const ServerSettings& settings);

/// Where a user's own key leads, with the model that the user has named, or the provider's default.
/// Nothing for a custom provider without a base_url or a model.
std::optional<Endpoint> user_endpoint(types::Provider provider, services::OpenedApiKey opened,
                                      bool public_only);

/// Of a user's turn: the user's first key that its provider has not refused, one that it has, the
/// server's own; nothing where there is none of them. `keys` must outlive the coroutine. Throws
/// Error{conflict} when the only one is a key that cannot be opened any more.
base::Async<std::optional<Endpoint>> choose_endpoint(services::ApiKeys& keys, std::string user_id,
                                                     ServerSettings server, bool public_only);

}  // namespace todod::assistant::model
