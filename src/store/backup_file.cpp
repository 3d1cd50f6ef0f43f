#include "store/backup_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/time.hpp"

namespace todod::store {

namespace {

constexpr int format = 1;
/// A database of 40 MB takes a second of a core; with 6 it takes two, for 3 % less.
constexpr int level = 3;
constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;
constexpr int unix_os = 3;
constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::size_t max_comment_bytes = 4096;

constexpr std::string_view comment_start = "todod backup ";
constexpr std::string_view reading = "reading the backup";

/// The second member: an empty one whose comment is the digest of all before.
constexpr std::string_view end_start{"\x1f\x8b\x08\x10\0\0\0\0\0\x03sha256:", 17};
constexpr std::string_view end_end{"\0\x03\0\0\0\0\0\0\0\0\0", 11};
constexpr std::size_t digest_digits = 64;
constexpr std::size_t end_bytes = end_start.size() + digest_digits + end_end.size();

std::string make_end(base::Sha256& digest)
{
    std::string end{end_start};
    for (const char byte : digest.finish())
        end += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    end += end_end;
    return end;
}

/// zlib does not write to its input, but for the sake of old compilers says that it might.
Bytef* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

std::string to_comment(const Manifest& manifest)
{
    return fmt::format(R"({}{{"format":{},"database":"{}","revision":{},"program":"{}",)"
                       R"("made_at":"{}","tool":{}}})",
                       comment_start, format, manifest.database, manifest.revision,
                       manifest.program, base::to_string(manifest.made_at), manifest.tool);
}

/// Throws boost::system::system_error for what is no manifest.
Manifest parse_manifest(const boost::json::object& json)
{
    Manifest manifest;
    manifest.database = json.at("database").as_string();
    manifest.revision = json.at("revision").to_number<int>();
    manifest.program = json.at("program").as_string();
    manifest.made_at =
        base::parse_instant(json.at("made_at").as_string()).value_or(base::Instant{});
    manifest.tool = json.at("tool").to_number<int>();
    return manifest;
}

struct EndInflate {
    void operator()(z_stream* stream) const noexcept
    {
        inflateEnd(stream);
        delete stream;
    }
};

/// Unpacks a member as it comes.
class Unpacker {
public:
    Unpacker()
    {
        if (inflateInit2(stream_.get(), gzip_window_bits) != Z_OK) {
            throw base::Error{base::ErrorCode::internal, "zlib cannot be set up"};
        }
        header_.comment = reinterpret_cast<Bytef*>(comment_.data());
        header_.comm_max = max_comment_bytes - 1;
        inflateGetHeader(stream_.get(), &header_);
    }

    /// False for what cannot have been packed.
    bool unpack(std::string_view bytes, const Sink& sink)
    {
        stream_->next_in = bytes_of(bytes);
        stream_->avail_in = static_cast<uInt>(bytes.size());
        do {
            stream_->next_out = bytes_of(buffer_);
            stream_->avail_out = static_cast<uInt>(buffer_.size());
            status_ = inflate(stream_.get(), Z_NO_FLUSH);
            const std::size_t size = buffer_.size() - stream_->avail_out;
            if (sink && size > 0) sink({buffer_.data(), size});
        } while (status_ == Z_OK && (stream_->avail_in > 0 || stream_->avail_out == 0));
        // There was nothing left to do: no fault.
        if (status_ == Z_BUF_ERROR) status_ = Z_OK;
        return stream_->avail_in == 0 && (status_ == Z_OK || status_ == Z_STREAM_END);
    }

    bool has_ended() const noexcept { return status_ == Z_STREAM_END; }

    /// Empty until it has come, or where there is none.
    std::string_view comment() const noexcept
    {
        return header_.done == 1 && header_.comment != nullptr ? comment_.data() : "";
    }

private:
    std::unique_ptr<z_stream, EndInflate> stream_{new z_stream{}};
    gz_header header_{};
    std::array<char, max_comment_bytes> comment_{};
    std::string buffer_ = std::string(buffer_bytes, '\0');
    int status_ = Z_OK;
};

}  // namespace

void BackupWriter::End::operator()(z_stream_s* stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

BackupWriter::BackupWriter(NewFile& file, const Manifest& manifest)
    : file_(file), stream_(new z_stream{}), buffer_(buffer_bytes, '\0')
{
    std::string comment = to_comment(manifest);
    gz_header header{};
    header.time = static_cast<uLong>(
        std::chrono::floor<std::chrono::seconds>(manifest.made_at.time_since_epoch()).count());
    header.os = unix_os;
    header.comment = bytes_of(comment);
    if (deflateInit2(stream_.get(), level, Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK ||
        deflateSetHeader(stream_.get(), &header) != Z_OK) {
        throw base::Error{base::ErrorCode::internal, "zlib cannot be set up"};
    }
    // While the header is still there.
    pack({}, Z_BLOCK);
}

void BackupWriter::append(std::string_view bytes)
{
    digest_.add(bytes);
    file_.write(bytes);
}

void BackupWriter::pack(std::string_view bytes, int flush)
{
    stream_->next_in = bytes_of(bytes);
    stream_->avail_in = static_cast<uInt>(bytes.size());
    do {
        stream_->next_out = bytes_of(buffer_);
        stream_->avail_out = static_cast<uInt>(buffer_.size());
        deflate(stream_.get(), flush);
        append(std::string_view{buffer_}.substr(0, buffer_.size() - stream_->avail_out));
    } while (stream_->avail_out == 0);
}

void BackupWriter::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, buffer_bytes);
        pack(piece, Z_NO_FLUSH);
        bytes.remove_prefix(piece.size());
    }
}

void BackupWriter::finish()
{
    pack({}, Z_FINISH);
    file_.write(make_end(digest_));
}

BackupReader::BackupReader(std::string path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
    struct stat status{};
    if (!file_ || ::fstat(file_.get(), &status) != 0) {
        fail(fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    if (!S_ISREG(status.st_mode)) fail("is not a file");
    size_ = static_cast<std::uint64_t>(status.st_size);
}

void BackupReader::fail(std::string_view what) const
{
    throw base::Error{base::ErrorCode::bad_request,
                      fmt::format("'{}' {}; nothing has been changed", path_, what)};
}

std::string BackupReader::piece(std::uint64_t offset, std::size_t size) const
{
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const ssize_t more =
            ::pread(file_.get(), bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
        if (more == 0) fail("changes while it is read");
        got += static_cast<std::size_t>(more);
    }
    return bytes;
}

void BackupReader::check_end(base::Sha256& digest) const
{
    const std::string end = piece(size_ - end_bytes, end_bytes);
    if (!end.starts_with(end_start) || !end.ends_with(end_end)) {
        fail("is cut off, or something stands after its end: take another backup");
    }
    if (end != make_end(digest)) fail("is damaged (its SHA-256 is another): take another backup");
}

Manifest BackupReader::read(const Sink& sink, const Progress& progress)
{
    constexpr std::string_view foreign =
        "is no backup that todod has made, or its start is damaged";
    if (size_ <= end_bytes) fail("is cut off, or no backup that todod has made");
    const std::uint64_t packed = size_ - end_bytes;
    Unpacker unpacker;
    base::Sha256 digest;
    std::string comment;
    for (std::uint64_t offset = 0; offset < packed;) {
        const auto bytes = piece(offset, std::min<std::uint64_t>(buffer_bytes, packed - offset));
        digest.add(bytes);
        const bool fits = unpacker.unpack(bytes, sink);
        if (offset == 0) comment = unpacker.comment();
        if (!comment.starts_with(comment_start)) fail(foreign);
        offset += bytes.size();
        if (!fits || unpacker.has_ended() != (offset == packed)) {
            fail("is damaged, or cut off: take another backup");
        }
        progress(reading, offset, packed);
    }
    check_end(digest);
    try {
        const auto json = boost::json::parse(comment.substr(comment_start.size())).as_object();
        if (json.at("format").to_number<int>() == format) return parse_manifest(json);
    } catch (const std::exception&) {
        fail(foreign);
    }
    fail("is of a newer format than this todod knows: restore it with a newer one");
}

}  // namespace todod::store
