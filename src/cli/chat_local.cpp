#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "api/api.hpp"
#include "assistant/assistant.hpp"
#include "assistant/choose_engine.hpp"
#include "auth/fernet.hpp"
#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "cli/chat_partner.hpp"
#include "cli/find_user.hpp"
#include "cli/local_zone.hpp"
#include "config.hpp"
#include "services/api_keys.hpp"
#include "services/conversations.hpp"
#include "services/tasks.hpp"
#include "store/storage.hpp"

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

base::Async<std::string> find_only_user(store::Accounts& store)
{
    const auto all = co_await store.list_all();
    if (all.size() == 1) co_return all.front().user_id;
    throw base::Error{base::ErrorCode::not_found,
                      all.empty() ? "there is no account: 'todod user add EMAIL' makes one"
                                  : "there are several accounts: --user says which"};
}

/// What is worth a line on standard error while somebody reads the answers.
base::LogSettings quiet(base::LogSettings settings)
{
    settings.level = std::max(settings.level, base::LogLevel::error);
    return settings;
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
        user_id_ = options.user.empty() ? loop_.run(find_only_user(*accounts_))
                                        : loop_.run(find_user(*accounts_, options.user));
    }

    void say(std::string message, const HearPiece& hear) override
    {
        PieceListener listener{hear};
        assistant::ChatRequest request{.caller = {.user_id = user_id_},
                                       .input = check(std::move(message))};
        request.input.conversation_id = conversation_;
        request.input.time_zone = zone_;
        const auto outcome = loop_.run(assistant_.chat(std::move(request), listener));
        conversation_ = outcome.answer.conversation_id;
    }

private:
    const Config config_ = read_config(read_environment());
    const base::TimeZone zone_ = local_zone();
    base::Log log_{quiet(config_.log)};
    base::SystemClock clock_;
    base::SecureRandom random_;
    base::BlockingLoop loop_;
    std::unique_ptr<store::Storage> storage_ = store::open_storage(config_.database, 1);
    std::unique_ptr<store::Database> database_ = storage_->connect(loop_);
    std::unique_ptr<store::Accounts> accounts_ = database_->accounts();
    std::unique_ptr<store::Tasks> task_store_ = database_->tasks();
    std::unique_ptr<store::Conversations> conversation_store_ = database_->conversations();
    std::unique_ptr<store::ApiKeys> api_key_store_ = database_->api_keys();
    const std::optional<auth::Fernet> keyring_ = open_keyring(config_);
    services::ApiKeys api_keys_{*api_key_store_, keyring_ ? &*keyring_ : nullptr,
                                refuse_to_ask,   config_.production,
                                clock_,          random_};
    base::Metrics metrics_;
    net::HttpClient client_{config_.proxies};
    assistant::model::Models models_{
        client_, {.server = config_.model, .public_only = config_.production}, random_, metrics_};
    services::Tasks tasks_{*task_store_, clock_, random_};
    services::Conversations conversations_{*conversation_store_, clock_};
    operation::Table tools_ = api::tool_operations(&tasks_);
    assistant::Assistant assistant_{
        conversations_, tools_, assistant::choose_engine(models_, api_keys_, loop_), clock_, log_};
    std::string user_id_;
    std::optional<std::int64_t> conversation_;
};

}  // namespace

std::unique_ptr<ChatPartner> local_partner(const ChatOptions& options)
{
    return std::make_unique<LocalPartner>(options);
}

}  // namespace todod::cli
