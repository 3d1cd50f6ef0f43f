#pragma once

#include <string>

#include "store/sqlite/copy_reader.hpp"

namespace todod::store::sqlite {

class CopyTarget final : public store::CopyTarget {
public:
    /// Throws Error{conflict} unless the file, which must have been migrated, has no rows.
    explicit CopyTarget(std::string path);

    void add(const CopiedTable& table, const std::vector<CopyRow>& rows) override;
    void keep_secret(const std::string& secret) override;
    store::CopySource& written() override { return reader_; }
    void commit() override { reader_.commit(); }

private:
    CopyReader reader_;
};

}  // namespace todod::store::sqlite
