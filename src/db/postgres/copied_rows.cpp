#include "db/postgres/copied_rows.hpp"

namespace todod::db::postgres {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::uint64_t null_size = 0xFFFF'FFFF;
constexpr std::uint64_t end_of_rows = 0xFFFF;

}  // namespace

CopiedRows::CopiedRows(std::size_t columns) : columns_(columns), bytes_(signature)
{
    detail::write_integer(0, 4, bytes_);  // flags
    detail::write_integer(0, 4, bytes_);  // no more of a header
}

void CopiedRows::add_null()
{
    begin_column();
    detail::write_integer(null_size, 4, bytes_);
}

std::string CopiedRows::bytes() const
{
    std::string bytes = bytes_;
    detail::write_integer(end_of_rows, 2, bytes);
    return bytes;
}

void CopiedRows::begin_column()
{
    if (column_ == columns_) column_ = 0;
    if (column_++ == 0) detail::write_integer(columns_, 2, bytes_);
}

}  // namespace todod::db::postgres
