#include "db/postgres/parameters.hpp"

namespace todod::db::postgres {

Parameters::Lists Parameters::lists() const
{
    constexpr int binary = 1;
    Lists lists;
    for (const Value& value : values_) {
        lists.types.push_back(value.type);
        lists.values.push_back(value.null ? nullptr : bytes_.data() + value.from);
        lists.sizes.push_back(static_cast<int>(value.size));
    }
    lists.formats.assign(values_.size(), binary);
    return lists;
}

}  // namespace todod::db::postgres
