#pragma once

#include <functional>
#include <string_view>

#include "assistant/builtin/understand.hpp"
#include "assistant/engine.hpp"

namespace todod::assistant::builtin {

/// Does what it understands by rules, without a model; asks where it is not clear which task is
/// meant, and before it deletes what was not named exactly.
class BuiltinEngine final : public Engine {
public:
    using Understand = std::function<Understanding(std::string_view text, const Moment& moment)>;

    explicit BuiltinEngine(Understand understand = builtin::understand)
        : understand_(std::move(understand))
    {
    }

    base::Async<Answer> answer(const Turn& turn, Toolbox& tools, Listener& listener) override;

    bool obeys_user_alone() const noexcept override { return true; }

private:
    Understand understand_;
};

}  // namespace todod::assistant::builtin
