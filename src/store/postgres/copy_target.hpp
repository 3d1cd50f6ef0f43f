#pragma once

#include "store/postgres/copy_reader.hpp"

namespace todod::store::postgres {

class CopyTarget final : public store::CopyTarget {
public:
    /// Throws Error{conflict} unless the database, which must have been migrated, has no rows.
    explicit CopyTarget(const db::postgres::Settings& settings);

    void add(const CopiedTable& table, const std::vector<CopyRow>& rows) override;
    void keep_secret(const std::string& secret) override;
    store::CopySource& written() override { return reader_; }
    void commit() override;

private:
    CopyReader reader_;
};

}  // namespace todod::store::postgres
