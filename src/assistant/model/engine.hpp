#pragma once

#include "assistant/model/models.hpp"
#include "assistant/model/reply.hpp"
#include "assistant/toolbox.hpp"

namespace todod::assistant::model {

class Speech;

/// What is said where the model leaves it open.
inline constexpr std::string_view nothing_said =
    "I have no answer to that. Could you say it in other words?";
inline constexpr std::string_view only_done = "Done.";
inline constexpr std::string_view refused = "I cannot help with that.";
inline constexpr std::string_view cut_short = "(My answer got too long: I have cut it here.)";
inline constexpr std::string_view too_many_rounds =
    "That takes more steps than I may take at once, so I have stopped here. Tell me to go on if "
    "there is more to do.";

/// Lets a model answer, with the tools that it asks for.
class ModelEngine final : public Engine {
public:
    /// How often a turn's model may ask for tools. After that it is asked once more, for words
    /// alone.
    static constexpr int max_rounds = 5;

    /// `models` and `loop` must outlive this.
    ModelEngine(Models& models, Endpoint endpoint, base::Loop& loop)
        : models_(models), endpoint_(std::move(endpoint)), loop_(loop)
    {
    }

    /// Throws as ask() does, and as the tools and the listener. What tools have done by then is
    /// done.
    base::Async<Answer> answer(const Turn& turn, Toolbox& tools, Listener& listener) override;

private:
    std::string write_body(const boost::json::array& messages, const boost::json::array& tools,
                           bool may_use_tools) const;

    Models& models_;
    const Endpoint endpoint_;
    base::Loop& loop_;
};

}  // namespace todod::assistant::model
