#pragma once

#include <boost/json/object.hpp>

#include "assistant/engine.hpp"

namespace todod::assistant {

/// Whether the user has asked for `task` (the data of get_task) to be deleted: in the message of
/// `turn`, or by saying yes to the assistant, who has asked whether they want that. What the tasks
/// themselves or a model say goes for nothing: a text in a task must never bring about that others
/// are deleted. A message in a language that is not understood has to name the task, by its number
/// or by the words of its title.
bool has_asked_to_delete(const Turn& turn, const boost::json::object& task);

}  // namespace todod::assistant
