#pragma once

#include <cstddef>
#include <memory>

#include "base/loop.hpp"
#include "db/postgres/pool.hpp"
#include "store/database.hpp"

namespace todod::store::postgres {

/// One I/O thread's connections, of which there are `threads`. The connector and the loop must
/// outlive it.
class Database final : public store::Database {
public:
    Database(db::postgres::Connector& connector, std::size_t threads, base::Loop& loop)
        : pool_(connector, threads, loop), loop_(loop)
    {
    }

    std::unique_ptr<store::Tasks> tasks() override;
    std::unique_ptr<store::Accounts> accounts() override;
    base::Async<bool> is_ready() override;

private:
    db::postgres::Pool pool_;
    base::Loop& loop_;
};

}  // namespace todod::store::postgres
