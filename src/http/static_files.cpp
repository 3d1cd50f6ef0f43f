#include "http/static_files.hpp"

#include <zlib.h>

#include "http/gzip.hpp"

namespace todod::http {

std::string make_etag(std::string_view content)
{
    const auto checksum =
        crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
    return fmt::format(R"("{:x}-{:08x}")", content.size(), checksum);
}

StaticFiles::StaticFiles(std::initializer_list<std::span<const Asset>> assets,
                         std::shared_ptr<const std::string> openapi)
    : openapi_(std::move(openapi))
{
    for (const auto& some : assets)
        files_.insert(files_.end(), some.begin(), some.end());
    if (!openapi_) return;
    Gzip{}.pack(*openapi_, openapi_packed_);
    openapi_etag_ = make_etag(*openapi_);
    files_.push_back(
        {"/openapi.json", "application/json", *openapi_, openapi_packed_, openapi_etag_});
}

}  // namespace todod::http
