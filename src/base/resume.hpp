#pragma once

#include <algorithm>
#include <coroutine>
#include <span>
#include <vector>

#include "base/loop.hpp"

namespace todod::base {

/// Lets all go on, each (`waiting`) on its `loop`, with one post a loop. From then on they may be
/// gone.
template <class Waiting>
void resume_each(std::span<Waiting* const> served)
{
    struct Ready {
        Loop* loop;
        std::vector<std::coroutine_handle<>> handles;
    };
    std::vector<Ready> ready;
    for (const Waiting* const each : served) {
        auto place = std::ranges::find(ready, each->loop, &Ready::loop);
        if (place == ready.end()) place = ready.insert(place, {each->loop, {}});
        place->handles.push_back(each->waiting);
    }
    for (const Ready& each : ready)
        each.loop->post(std::span<const std::coroutine_handle<>>{each.handles});
}

}  // namespace todod::base
