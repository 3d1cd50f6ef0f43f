#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "db/postgres/binary.hpp"

namespace todod::db::postgres {

/// Rows as `COPY … FROM STDIN (FORMAT binary)` takes them. The types are those of the table's
/// columns exactly: nothing is cast.
class CopiedRows {
public:
    /// Each row has `columns`.
    explicit CopiedRows(std::size_t columns);

    /// The next column of the row, or the first of the next one.
    template <class T>
    void add(const T& value)
    {
        begin_column();
        detail::write_sized(bytes_, [&] { Binary<T>::write(value, bytes_); });
    }

    void add_null();

    /// With the end that the server waits for.
    std::string bytes() const;

private:
    void begin_column();

    std::size_t columns_;
    std::size_t column_ = 0;  ///< of the present row, that is next
    std::string bytes_;
};

}  // namespace todod::db::postgres
