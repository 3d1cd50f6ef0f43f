#pragma once

#include "base/loop.hpp"
#include "store/imports.hpp"
#include "store/postgres/gathers.hpp"
#include "store/postgres/statements.hpp"

namespace todod::store::postgres {

/// One I/O thread's.
class Imports final : public store::Imports {
public:
    /// Both must outlive this.
    Imports(Gathers& gathers, base::Loop& loop)
        : gathers_(gathers), loop_(loop), statements_(gathers.line, loop)
    {
    }

    base::Async<std::vector<bool>> make_tasks(std::vector<types::Task> tasks,
                                              ImportRun& run) override;
    base::Async<bool> is_deleted(std::string user_id) override;

private:
    Gathers& gathers_;
    base::Loop& loop_;
    Statements statements_;
};

}  // namespace todod::store::postgres
