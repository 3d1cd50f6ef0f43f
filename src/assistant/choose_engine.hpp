#pragma once

#include "assistant/engine.hpp"
#include "assistant/model/models.hpp"
#include "base/loop.hpp"
#include "services/api_keys.hpp"

namespace todod::assistant {

/// Lets a model answer where there is one for the user, and the builtin engine where there is none.
/// All must outlive it and the engines.
ChooseEngine choose_engine(model::Models& models, services::ApiKeys& keys, base::Loop& loop);

}  // namespace todod::assistant
