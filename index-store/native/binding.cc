// The N-API binding to FAISS: what the module exports. Every failure of its functions is an exception or a rejected promise.
#include <faiss/Index.h>
#include <napi.h>

#include <string>

#include "kmeans.h"
#include "native-index.h"

/// OpenBLAS's own; absent where another BLAS is linked.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
    // OpenBLAS ends its threads before every fork, and waits for ever for one that is at work: a process that trains an index
    // while it starts git would hang. With one thread OpenBLAS has none at work; FAISS's own loops use OpenMP, and k-means of
    // 20,000 x 256 takes the same time on two cores.
    if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
    Napi::Function type = NativeIndex::Define(env);
    // Kept per JavaScript thread that loads the binding: a static variable would be that of the last one.
    env.SetInstanceData(new Napi::FunctionReference(Napi::Persistent(type)));
    exports.Set("NativeIndex", type);
    exports.Set("load", Napi::Function::New(env, Load));
    exports.Set("kmeans", Napi::Function::New(env, Kmeans));
    exports.Set("faissVersion", Napi::String::New(env, std::to_string(FAISS_VERSION_MAJOR) + "." +
                                                             std::to_string(FAISS_VERSION_MINOR) + "." +
                                                             std::to_string(FAISS_VERSION_PATCH)));
    return exports;
}

}  // namespace

NODE_API_MODULE(faiss, Init)
