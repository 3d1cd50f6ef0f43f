#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "assistant/assistant.hpp"
#include "assistant/choose_engine.hpp"
#include "auth/fernet.hpp"
#include "base/error.hpp"
#include "cli/chat_partner.hpp"
#include "cli/local_services.hpp"
#include "services/api_keys.hpp"
#include "services/conversations.hpp"

namespace todod::cli {

namespace {

/// Hands on what it hears of the answer's text.
class PieceListener final : public assistant::Listener {
public:
    explicit PieceListener(const HearPiece& hear) : hear_(hear) {}

    base::Async<void> hear(std::string piece) override
    {
        hear_(piece);
        co_return;
    }
    base::Async<void> hear_call(const assistant::ToolUse&) override { co_return; }
    base::Async<void> hear_result(const assistant::ToolUse&) override { co_return; }

private:
    const HearPiece& hear_;
};

base::Async<std::string> refuse_to_make()
{
    throw base::Error{base::ErrorCode::not_found,
                      "there is no account: 'todod user add EMAIL' makes one"};
    co_return std::string{};
}

/// Nobody validates a key here.
base::Async<bool> refuse_to_ask(types::Provider, std::optional<std::string>, auth::Wiped)
{
    throw base::Error{base::ErrorCode::internal, "no key is validated here"};
    co_return false;
}

std::optional<auth::Fernet> open_keyring(const Config& config)
{
    if (config.encryption_keys.empty()) return std::nullopt;
    return auth::Fernet{config.encryption_keys};
}

/// As it comes over HTTP.
types::ChatMessage check(std::string message)
{
    types::ChatMessage input;
    schema::Reader reader;
    reader.enter("body");
    const boost::json::object body{{"message", std::move(message)}};
    if (!schema::Codec<types::ChatMessage>::read(body, input, {}, reader)) {
        throw base::Error::invalid(reader.take());
    }
    return input;
}

class LocalPartner final : public ChatPartner {
public:
    explicit LocalPartner(const ChatOptions& options) : conversation_(options.conversation)
    {
        user_id_ = here_.loop.run(choose_user(*here_.accounts, options.user, refuse_to_make));
    }

    void say(std::string message, const HearPiece& hear) override
    {
        PieceListener listener{hear};
        assistant::ChatRequest request{.caller = {.user_id = user_id_},
                                       .input = check(std::move(message))};
        request.input.conversation_id = conversation_;
        request.input.time_zone = here_.zone;
        const auto outcome = here_.loop.run(assistant_.chat(std::move(request), listener));
        conversation_ = outcome.answer.conversation_id;
    }

private:
    /// What is less than an error is not worth a line while somebody reads the answers.
    LocalServices here_{base::LogLevel::error, LocalServices::Schema::as_it_is};
    std::unique_ptr<store::Conversations> conversation_store_ = here_.database->conversations();
    std::unique_ptr<store::ApiKeys> api_key_store_ = here_.database->api_keys();
    const std::optional<auth::Fernet> keyring_ = open_keyring(here_.config);
    services::ApiKeys api_keys_{*api_key_store_, keyring_ ? &*keyring_ : nullptr,
                                refuse_to_ask,   here_.config.production,
                                here_.clock,     here_.random};
    base::Metrics metrics_;
    net::HttpClient client_{here_.config.proxies};
    assistant::model::Models models_{
        client_,
        {.server = here_.config.model, .public_only = here_.config.production},
        here_.random,
        metrics_};
    services::Conversations conversations_{*conversation_store_, here_.clock};
    assistant::Assistant assistant_{conversations_, here_.tools,
                                    assistant::choose_engine(models_, api_keys_, here_.loop),
                                    here_.clock, here_.log};
    std::string user_id_;
    std::optional<std::int64_t> conversation_;
};

}  // namespace

std::unique_ptr<ChatPartner> local_partner(const ChatOptions& options)
{
    return std::make_unique<LocalPartner>(options);
}

}  // namespace todod::cli
