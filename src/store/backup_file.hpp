#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/sha256.hpp"
#include "store/file.hpp"

struct z_stream_s;

namespace todod::store {

/// What a backup says of itself.
struct Manifest {
    std::string database;  ///< "sqlite" or "postgresql"
    int revision = 0;      ///< of the schema
    std::string program;   ///< that made it: "todod 1.2.3"
    base::Instant made_at;
    int tool = 0;  ///< the major version of pg_dump; 0 where there is none
};

/// Takes bytes as they come.
using Sink = std::function<void(std::string_view bytes)>;

/// Is told what is being done and how far it is, in bytes of `all` (0: nobody knows), a few times a
/// second at least, and throws where it is to be stopped.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

/// Writes a backup: a gzip file (RFC 1952) of two members, that gzip unpacks to what was backed up.
/// The first has all of it, and the manifest as the comment of its header; the second is empty, and
/// its comment is the SHA-256 of every byte before it.
class BackupWriter {
public:
    /// `file` must outlive it.
    BackupWriter(NewFile& file, const Manifest& manifest);

    void write(std::string_view bytes);
    void finish();

private:
    void pack(std::string_view bytes, int flush);
    void append(std::string_view bytes);

    struct End {
        void operator()(z_stream_s* stream) const noexcept;
    };
    NewFile& file_;
    base::Sha256 digest_;
    std::unique_ptr<z_stream_s, End> stream_;
    std::string buffer_;
};

/// A backup that is read: more than once, if need be. What is wrong is Error{bad_request}: it names
/// the file and what is wrong with it.
class BackupReader {
public:
    explicit BackupReader(std::string path);

    /// Reads all of it into `sink` (which may be empty) and gives its manifest. Throws, at the end
    /// at the latest, where a single byte is not as it was written.
    Manifest read(const Sink& sink, const Progress& progress);

private:
    [[noreturn]] void fail(std::string_view what) const;
    std::string piece(std::uint64_t offset, std::size_t size) const;
    void check_end(base::Sha256& digest) const;

    const std::string path_;
    const File file_;
    std::uint64_t size_ = 0;
};

}  // namespace todod::store
