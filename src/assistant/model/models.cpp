#include "assistant/model/models.hpp"

#include <array>
#include <utility>

#include "assistant/model/engine.hpp"
#include "base/error.hpp"

namespace todod::assistant::model {

namespace {

constexpr std::chrono::seconds wait_for_place{2};

/// In the order of Outcome.
constexpr std::array<const char*, 6> outcome_names{"success", "refused",     "limited",
                                                   "failed",  "unreachable", "cancelled"};

base::Counter& token_counter(base::Metrics& metrics, const char* kind)
{
    return metrics.counter("todod_model_tokens_total", "Tokens that models have counted.",
                           {{"kind", kind}});
}

}  // namespace

Models::Models(net::HttpClient& client, ModelSettings settings, base::Random& random,
               base::Metrics& metrics)
    : client_(client),
      settings_(std::move(settings)),
      random_(random),
      prompt_tokens_(token_counter(metrics, "prompt")),
      completion_tokens_(token_counter(metrics, "completion"))
{
    for (const char* const outcome : outcome_names) {
        outcomes_.push_back(&metrics.counter("todod_model_requests_total",
                                             "Requests to models, by what became of them.",
                                             {{"outcome", outcome}}));
    }
}

base::Async<std::unique_ptr<Engine>> Models::engine_for(services::ApiKeys& keys,
                                                        std::string user_id, base::Loop& loop)
{
    auto endpoint =
        co_await choose_endpoint(keys, std::move(user_id), settings_.server, settings_.public_only);
    if (!endpoint) co_return nullptr;
    co_return engine_at(*std::move(endpoint), loop);
}

std::unique_ptr<Engine> Models::engine_at(Endpoint endpoint, base::Loop& loop)
{
    return std::make_unique<ModelEngine>(*this, std::move(endpoint), loop);
}

void Models::count(Outcome outcome) noexcept
{
    outcomes_[std::to_underlying(outcome)]->add();
}

void Models::count_tokens(std::uint64_t prompt, std::uint64_t completion) noexcept
{
    prompt_tokens_.add(prompt);
    completion_tokens_.add(completion);
}

Models::Place::Place(Models& models) : models_(models)
{
    if (++models_.turns_ <= max_turns) return;
    --models_.turns_;
    throw base::Error::unavailable("Too many are talking with the assistant: try again soon.",
                                   wait_for_place);
}

Models::Place::~Place()
{
    --models_.turns_;
}

}  // namespace todod::assistant::model
