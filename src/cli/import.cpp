#include "transfer/import.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <iterator>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/local_services.hpp"
#include "cli/mcp.hpp"
#include "cli/transfer.hpp"

namespace todod::cli {

namespace {

using base::Error;
using base::ErrorCode;
using transfer::Faults;
using transfer::Format;
using transfer::ImportPlan;
using transfer::ImportTally;

constexpr std::size_t max_file_bytes = std::size_t{512} << 20U;
constexpr std::size_t read_size = std::size_t{1} << 20U;
/// How often progress is shown: on a terminal, and where each time is a line more.
constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::seconds line_interval{5};

/// All of the file, or of standard input.
std::string read_file(const std::string& name)
{
    const bool is_input = name == "-";
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, Close> opened{is_input ? nullptr
                                                            : std::fopen(name.c_str(), "re")};
    std::FILE* const file = is_input ? stdin : opened.get();
    const auto fail = [&name] {
        throw Error{ErrorCode::bad_request,
                    fmt::format("{}: {}", name, std::generic_category().message(errno))};
    };
    if (file == nullptr) fail();
    std::string bytes;
    for (std::size_t got = read_size; got == read_size;) {
        const std::size_t size = bytes.size();
        bytes.resize(size + read_size);
        got = std::fread(bytes.data() + size, 1, read_size, file);
        bytes.resize(size + got);
        if (bytes.size() > max_file_bytes) {
            throw Error{ErrorCode::too_large,
                        fmt::format("{}: larger than {} MiB", name, max_file_bytes >> 20U)};
        }
    }
    if (std::ferror(file) != 0) fail();
    return bytes;
}

/// A line that is written over and over on a terminal, else one every few seconds.
class ProgressLine {
public:
    explicit ProgressLine(std::size_t total) : total_(total) {}
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine()
    {
        if (is_terminal_ && is_shown_) fmt::print(stderr, "\n");
    }

    void show(const ImportTally& tally)
    {
        const auto now = std::chrono::steady_clock::now();
        const std::size_t done = tally.added + tally.skipped;
        if (now < next_ && (done < total_ || !is_terminal_)) return;
        next_ = now + (is_terminal_ ? terminal_interval : line_interval);
        is_shown_ = true;
        fmt::print(stderr, "{}{} of {} tasks ({} %){}", is_terminal_ ? "\r" : "", done, total_,
                   done * 100 / total_, is_terminal_ ? "" : "\n");
        std::fflush(stderr);
    }

private:
    const std::size_t total_;
    const bool is_terminal_ = ::isatty(STDERR_FILENO) != 0;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point next_ =
        std::chrono::steady_clock::now() + (is_terminal_ ? std::chrono::seconds{0} : line_interval);
};

Format format_of(const ImportOptions& options, std::string_view text)
{
    if (options.format == "json") return Format::json;
    if (options.format == "csv") return Format::csv;
    if (options.format == "todoist") return Format::todoist;
    return transfer::guess_format(options.file, text);
}

base::Async<std::string> refuse_lonely()
{
    throw Error{ErrorCode::not_found, "there is no account: 'todod user add EMAIL' makes one"};
    co_return std::string{};
}

[[noreturn]] void refuse(const std::string& file, const Faults& faults)
{
    for (const std::string& fault : faults.shown())
        fmt::print(stderr, "{}: {}\n", file, fault);
    if (faults.count() > faults.shown().size()) {
        fmt::print(stderr, "{}: {} more\n", file, faults.count() - faults.shown().size());
    }
    throw Error{ErrorCode::invalid, "nothing has been imported: the file has faults"};
}

void tell_losses(const transfer::Losses& losses)
{
    if (losses.conversations > 0) {
        fmt::print(stderr, "left out: {} conversations, which only 'todod copy' and backups keep\n",
                   losses.conversations);
    }
    if (losses.project_comments > 0) {
        fmt::print(stderr, "left out: {} comments that belong to no task\n",
                   losses.project_comments);
    }
    if (losses.texts_for_dates > 0) {
        fmt::print(stderr, "kept in the description: {} dates that are not understood\n",
                   losses.texts_for_dates);
    }
}

/// One file, which is read twice: to check all of it, and to import it.
class Import {
public:
    explicit Import(const ImportOptions& options)
        : options_(options),
          bytes_(read_file(options.file)),
          here_(base::LogLevel::warning, LocalServices::Schema::as_it_is)
    {
        text_ = transfer::check_encoding(bytes_);
        format_ = format_of(options, text_);
        source_.now = here_.clock.now();
        source_.zone = here_.zone;
        source_.ignores_unknown = options.ignores_unknown;
        if (!options.time_zone.empty()) source_.zone = find_zone(options.time_zone);
    }

    void run()
    {
        Faults faults;
        const ImportPlan plan = check(faults);
        check_goes_on();
        if (!faults.empty()) refuse(options_.file, faults);
        tell_losses(plan.losses);
        if (options_.is_dry_run) {
            fmt::print("would import {} tasks and make {} users; what is there is skipped\n",
                       plan.tasks, plan.new_users.size());
            return;
        }
        const ImportTally tally = write(plan);
        fmt::print("added {}, skipped {} that were there, users made {}\n", tally.added,
                   tally.skipped, tally.users_made);
        if (!tally.is_stopped) return;
        throw Error{ErrorCode::unavailable,
                    fmt::format("stopped at {} of {} tasks: the same command goes on from there",
                                tally.added + tally.skipped, plan.tasks)};
    }

private:
    static base::TimeZone find_zone(const std::string& name)
    {
        if (const auto zone = base::TimeZone::find(name)) return *zone;
        throw Error{ErrorCode::bad_request, fmt::format("there is no time zone '{}'", name)};
    }

    std::unique_ptr<transfer::Source> open(Faults& faults) const
    {
        return transfer::open_source(format_, text_, source_, faults);
    }

    ImportPlan check(Faults& faults)
    {
        try {
            if (!options_.user.empty() || !open(faults)->names_users()) {
                source_.user_id =
                    here_.loop.run(choose_user(*here_.accounts, options_.user, refuse_lonely));
            }
            const auto source = open(faults);
            return here_.loop.run(importer_.check(*source, faults));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::bad_request) throw;
            faults.add(error.message());
            return {};
        }
    }

    ImportTally write(const ImportPlan& plan)
    {
        Faults none;
        const auto source = open(none);
        ProgressLine line{plan.tasks};
        return here_.loop.run(importer_.run(*source, plan, [&](const ImportTally& tally) {
            line.show(tally);
            return !signals_.has_come();
        }));
    }

    void check_goes_on() const
    {
        if (!signals_.has_come()) return;
        throw Error{ErrorCode::unavailable,
                    "stopped: the same command goes on with what is not there yet"};
    }

    const ImportOptions& options_;
    const std::string bytes_;
    /// From here on, not while somebody types: before the first other thread.
    const StopSignals signals_;
    LocalServices here_;
    std::string_view text_;
    Format format_{};
    transfer::SourceOptions source_;
    const std::unique_ptr<store::Imports> imports_ = here_.database->imports();
    transfer::Importer importer_{*here_.accounts, *imports_, here_.clock,
                                 [this](std::chrono::milliseconds time) {
                                     check_goes_on();
                                     pause(time);
                                 }};
};

}  // namespace

void import_data(const ImportOptions& options)
{
    Import{options}.run();
}

}  // namespace todod::cli
