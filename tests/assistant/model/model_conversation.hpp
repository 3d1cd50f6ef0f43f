#pragma once

#include <gmock/gmock.h>

#include "api/api.hpp"
#include "assistant/model/engine.hpp"
#include "assistant/toolbox.hpp"
#include "support/services.hpp"

namespace todod::testing {

/// Keeps what it hears, in pieces.
class PiecesListener final : public assistant::Listener {
public:
    base::Async<void> hear(std::string piece) override
    {
        pieces.push_back(std::move(piece));
        co_return;
    }
    base::Async<void> hear_call(const assistant::ToolUse&) override { co_return; }
    base::Async<void> hear_result(const assistant::ToolUse&) override { co_return; }

    std::vector<std::string> pieces;
};

/// A turn that is being answered; it stays where it is.
struct ModelTurn {
    assistant::Turn turn;
    PiecesListener listener;
    assistant::Toolbox tools;
    std::unique_ptr<assistant::Engine> engine;

    ModelTurn(const operation::Table& table, assistant::Turn of,
              std::unique_ptr<assistant::Engine> engine)
        : turn(std::move(of)),
          tools(table, {.user_id = turn.user_id}, turn, listener, {}, {}),
          engine(std::move(engine))
    {
    }
    base::Async<assistant::Answer> answer() { return engine->answer(turn, tools, listener); }
};

/// A user who talks with a model at some place.
class ModelConversation : public TestServices {
public:
    ModelConversation() { add_user("ada"); }

    std::unique_ptr<ModelTurn> begin(std::string message)
    {
        assistant::Turn turn{.user_id = "ada",
                             .message = std::move(message),
                             .history = history,
                             .now = clock().now(),
                             .zone = zone,
                             .request_id = "r",
                             .stopped = stopped};
        if (!models_) models_.emplace(*client, settings, random(), metrics);
        assistant::model::Endpoint endpoint{.provider = "custom",
                                            .base_url = base_url,
                                            .model = "a-model",
                                            .key = auth::Wiped{key},
                                            .is_users = true};
        return std::make_unique<ModelTurn>(tools_, std::move(turn),
                                           models_->engine_at(std::move(endpoint), loop()));
    }

    std::string say(std::string message)
    {
        const auto turn = begin(std::move(message));
        const std::string text = run(turn->answer()).text;
        pieces = turn->listener.pieces;
        std::string heard;
        for (const std::string& piece : pieces)
            heard += piece;
        EXPECT_EQ(heard, text);
        return text;
    }

    /// "Buy milk, Read": the oldest first.
    std::string tasks()
    {
        types::ListTasks all;
        all.sort.reversed = true;
        std::string out;
        for (const auto& task : run(task_service().list(store::User{"ada"}, all)).tasks) {
            if (!out.empty()) out += ", ";
            out += task.title;
        }
        return out;
    }

    std::uint64_t counted(std::string_view name, std::string_view label) const
    {
        for (const auto& reading : metrics.read()) {
            if (reading.name == name && reading.labels.front().second == label) {
                return reading.value;
            }
        }
        return 0;
    }

    assistant::model::Models& models()
    {
        if (!models_) models_.emplace(*client, settings, random(), metrics);
        return *models_;
    }

    std::string base_url;
    std::string key = "sesame";
    assistant::model::ModelSettings settings{.patience = {.silence = std::chrono::seconds{10},
                                                          .turn = std::chrono::seconds{60},
                                                          .retry = std::chrono::milliseconds{5}}};
    std::vector<assistant::Said> history;
    std::vector<std::string> pieces;  ///< of the last answer
    base::TimeZone zone = base::TimeZone::utc();
    std::stop_token stopped;
    base::Metrics metrics;
    std::optional<net::HttpClient> client{std::in_place};

private:
    operation::Table tools_ = api::tool_operations(&task_service(), &change_service());
    std::optional<assistant::model::Models> models_;
};

}  // namespace todod::testing
