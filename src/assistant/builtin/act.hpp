#pragma once

#include "assistant/builtin/find.hpp"
#include "assistant/builtin/scene.hpp"

namespace todod::assistant::builtin {

/// Whether the turn can go on, or has to wait for an answer.
enum class Next : std::uint8_t { go_on, wait };

/// Does what is asked for to what `reference` speaks of, or asks what is not clear.
base::Async<Next> act_on(Scene& scene, Order order, TaskReference reference);

/// The same for what has been found by `words`.
base::Async<Next> act_on_found(Scene& scene, Order order, Found found, std::string_view words);

/// Does it, and says so.
base::Async<void> carry_out(Scene& scene, Order order, TaskView task);

/// As carry_out for each, as far as tools may be used; asks whether to go on with the rest.
base::Async<void> carry_out_all(Scene& scene, Order order, std::vector<TaskView> tasks);

/// Says that `tasks` are left, since no more tools may be used, and asks whether to go on.
base::Async<void> ask_about_rest(Scene& scene, Order order, std::vector<TaskName> tasks);

/// Does `changes` to no task yet: adds one.
base::Async<void> add(Scene& scene, boost::json::object changes);

/// Takes back what was done last, and says so. False where not all of it is taken back.
base::Async<bool> undo(Scene& scene);

/// Takes back what the last message took back.
base::Async<void> redo(Scene& scene);

/// Takes out of the trash what `reference` speaks of.
base::Async<void> restore(Scene& scene, TaskReference reference);

base::Async<Next> ask_which(Scene& scene, Order order, Found found, std::string_view words);
base::Async<Next> ask_whether(Scene& scene, Order order, const TaskView& task);
/// Whether it is to be done to all of them.
base::Async<Next> ask_about_all(Scene& scene, Order order, Found found);

base::Async<Next> ask_value(Scene& scene, Order order, std::vector<TaskName> task,
                            std::string field);

/// The field of a task that the message names; empty: none.
std::string field_in(const Scene& scene);

}  // namespace todod::assistant::builtin
