#include "assistant/choose_engine.hpp"

#include "assistant/builtin/engine.hpp"

namespace todod::assistant {

ChooseEngine choose_engine(model::Models& models, services::ApiKeys& keys, base::Loop& loop)
{
    return [&](std::string user_id) -> base::Async<std::unique_ptr<Engine>> {
        auto engine = co_await models.engine_for(keys, std::move(user_id), loop);
        if (!engine) engine = std::make_unique<builtin::BuiltinEngine>();
        co_return engine;
    };
}

}  // namespace todod::assistant
