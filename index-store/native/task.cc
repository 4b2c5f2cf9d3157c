// Runs tasks and reads numbers and arrays that JavaScript hands over.
#include "task.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <string>

Napi::Value Task::Run(Napi::Env env, int threads, Work work, Answer answer, Napi::Value keep) {
    auto* task = new Task(env, threads, std::move(work), std::move(answer));
    if (keep.IsObject()) task->keep_ = Napi::Persistent(keep.As<Napi::Object>());
    Napi::Promise promise = task->deferred_.Promise();
    task->Queue();
    return promise;
}

void Task::Execute() {
    // OpenMP keeps the number per calling thread, so that no other search is slowed down or sped up by it.
    omp_set_num_threads(std::max(1, threads_));
    try {
        work_();
    } catch (const std::exception& error) {
        SetError(error.what());
    } catch (...) {
        SetError("FAISS failed without saying why.");
    }
}

Napi::Float32Array floatsOf(const Napi::Value& value) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
        throw Napi::TypeError::New(value.Env(), "A Float32Array is expected.");
    return value.As<Napi::Float32Array>();
}

int64_t numberOf(const Napi::Value& value, int64_t least, int64_t most, const char* what) {
    if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string(what) + " must be a number.");
    const double number = value.As<Napi::Number>().DoubleValue();
    if (!(number >= double(least) && number <= double(most)) || number != std::floor(number))
        throw Napi::RangeError::New(value.Env(), std::string(what) + " is out of range.");
    return int64_t(number);
}

int64_t optionOf(const Napi::Object& options, const char* name, int64_t otherwise, int64_t least, int64_t most) {
    const Napi::Value value = options.Get(name);
    return value.IsUndefined() ? otherwise : numberOf(value, least, most, name);
}
