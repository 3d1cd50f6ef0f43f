#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "assistant/engine.hpp"
#include "assistant/model/reply.hpp"
#include "operation/operation.hpp"

namespace todod::assistant::model {

/// Of a tool's result, what a model is given to read; in later turns.
inline constexpr std::size_t max_result_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t max_past_result_bytes = std::size_t{4} * 1024;

/// What the model is and what it may do; the day and the zone of the turn.
std::string system_prompt(const Turn& turn);

/// The tools in OpenAI's form. None is told of user_id: that follows from whose turn it is.
boost::json::array describe_tools(const operation::Table& tools);

/// The conversation so far, in OpenAI's messages: the prompt, what was said before with what tools
/// were used, the user's message.
boost::json::array begin_messages(const Turn& turn);

/// What the model has asked for, and what came of each: `results` are in the order of the calls.
void add_round(boost::json::array& messages, const Reply& reply,
               const std::vector<boost::json::object>& results);

}  // namespace todod::assistant::model
