#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/engine.hpp"
#include "auth/principal.hpp"
#include "operation/tool.hpp"

namespace todod::assistant {

/// Whether the user has asked for what cannot be taken back to be done to `task` (the data of
/// get_task), which tools may have changed in this same turn.
using IsAskedFor = std::function<bool(const boost::json::object& task, bool is_changed)>;

/// The tools as an engine uses them in one turn, always for the user whose turn it is.
class Toolbox {
public:
    /// How many a turn may use, so that none goes on for ever.
    static constexpr std::size_t max_uses = 50;

    /// All but `caller` must outlive this. With `is_asked_for` what cannot be taken back is done
    /// only where that says so.
    Toolbox(const operation::Table& tools, auth::Principal caller, const Turn& turn,
            Listener& listener, IsAskedFor is_asked_for, std::string idempotency_key);

    /// `{success, data}` or `{success, error}`: also for a tool that there is not, and for too many
    /// uses. A `user_id` among the arguments goes for nothing. Throws as operation::use_tool does,
    /// as the listener, and once nobody waits for the answer any more.
    base::Async<boost::json::object> use(std::string name, boost::json::object arguments);

    /// The use of a tool that cannot be tried, since what it was to be given is no JSON object:
    /// heard and kept like any other. `{success, error}` with `why`.
    base::Async<boost::json::object> refuse(std::string name, std::string why);

    const operation::Table& tools() const noexcept { return tools_; }
    const std::vector<ToolUse>& uses() const noexcept { return uses_; }

private:
    base::Async<boost::json::object> note(ToolUse of, std::string refusal);
    base::Async<boost::json::object> run(const std::string& name, boost::json::object arguments);
    base::Async<std::optional<boost::json::object>> refuse_unasked(
        const boost::json::object& arguments);
    bool has_changed(const boost::json::value& task_id) const;
    base::Async<boost::json::object> run_tool(const operation::Operation& tool,
                                              boost::json::object arguments);
    std::string key_for(const operation::Operation& tool, const boost::json::object& arguments);

    const operation::Table& tools_;
    const auth::Principal caller_;
    const Turn& turn_;
    Listener& listener_;
    const IsAskedFor is_asked_for_;
    const std::string idempotency_key_;
    /// Of all that the turn changes.
    const std::shared_ptr<types::ChangeScope> changes_;
    std::vector<ToolUse> uses_;
};

}  // namespace todod::assistant
