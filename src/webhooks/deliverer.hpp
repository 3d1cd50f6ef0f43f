#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "store/database.hpp"
#include "webhooks/progress.hpp"
#include "webhooks/sender.hpp"

namespace todod::webhooks {

struct DelivererSettings {
    /// How often it looks for what is to be sent.
    std::chrono::milliseconds between = std::chrono::seconds{1};
    /// For how long a hook is this one's alone: more than an attempt and what the database takes.
    /// By the clock of each replica: theirs may differ by a few seconds, no more.
    std::chrono::milliseconds lease = std::chrono::seconds{30};
    std::chrono::milliseconds turn = std::chrono::seconds{10};  ///< of one hook, if others wait
    /// What is under way at the end is waited for so long.
    std::chrono::milliseconds grace = std::chrono::seconds{5};
    std::size_t max_at_once = 16;  ///< hooks
    RetryRules retries{.delays = {}};
};

/// Sends what users' logs have to their hooks, on a thread of its own: those of one hook in their
/// order, one after another, each until it has arrived or is given up. Several, on replicas, share
/// the hooks by leases. What it has sent and could not note down, as when it is killed, is sent
/// again. While the database is away it waits.
class Deliverer {
public:
    /// The schema must have been migrated. All must outlive this.
    Deliverer(store::Storage& storage, Sender& sender, const base::Clock& clock,
              base::Random& random, base::Log& log, base::Metrics& metrics,
              DelivererSettings settings);
    /// stop(), and waits for the end.
    ~Deliverer();
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

    /// Begins nothing more, and does not wait. From any thread.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::webhooks
