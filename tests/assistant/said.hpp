#pragma once

#include <string>
#include <vector>

#include "assistant/engine.hpp"

namespace todod::testing {

/// Writes down what it hears.
class RecordingListener final : public assistant::Listener {
public:
    std::string text;
    std::vector<std::string> heard;  ///< of tools

    base::Async<void> hear(std::string piece) override
    {
        text += piece;
        co_return;
    }
    base::Async<void> hear_call(const assistant::ToolUse& use) override
    {
        heard.push_back("call " + use.name);
        co_return;
    }
    base::Async<void> hear_result(const assistant::ToolUse& use) override
    {
        heard.push_back("result " + use.name);
        co_return;
    }
};

}  // namespace todod::testing
