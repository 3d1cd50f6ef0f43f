#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>

#include "types/task_input.hpp"

namespace todod {
namespace {

constexpr std::string_view body =
    R"({"title":"Buy groceries 1","description":"Milk, eggs, bread","priority":"MEDIUM",)"
    R"("tags":["shopping","personal"]})";

types::Task make_task()
{
    types::Task task;
    task.user_id = "00000000-0000-4000-8000-000000000001";
    task.title = "Buy groceries 1";
    task.description = "Milk, eggs, bread";
    task.tags = {"shopping", "personal"};
    return task;
}

void read_a_body(benchmark::State& state)
{
    const auto& type = schema::type_of<types::CreateTask>();
    for (auto _ : state) {
        const auto parsed = boost::json::parse(body);
        types::CreateTask input;
        schema::Reader reader;
        benchmark::DoNotOptimize(schema::read_object(parsed, &input, type, reader));
    }
}
BENCHMARK(read_a_body);

void write_a_task(benchmark::State& state)
{
    const types::Task task = make_task();
    std::string out;
    for (auto _ : state) {
        out.clear();
        schema::Codec<types::Task>::write(task, out, schema::Dialect::scoped);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(write_a_task);

}  // namespace
}  // namespace todod
