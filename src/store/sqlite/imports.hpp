#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/imports.hpp"

namespace todod::store::sqlite {

class Imports final : public store::Imports {
public:
    Imports(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
    {
    }

    base::Async<std::vector<bool>> make_tasks(std::vector<types::Task> tasks,
                                              ImportRun& run) override;
    base::Async<bool> is_deleted(std::string user_id) override;

private:
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

}  // namespace todod::store::sqlite
