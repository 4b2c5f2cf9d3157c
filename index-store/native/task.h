// Work off the main thread as a promise, and the checks of what JavaScript hands over.
#pragma once
#include <napi.h>

#include <functional>
#include <utility>

/// Runs `work` on a thread of the pool, then makes the answer on the main thread; `keep` stays alive meanwhile.
class Task : public Napi::AsyncWorker {
   public:
    using Work = std::function<void()>;
    using Answer = std::function<Napi::Value(Napi::Env)>;

    static Napi::Value Run(Napi::Env env, int threads, Work work, Answer answer, Napi::Value keep);

   protected:
    void Execute() override;
    void OnOK() override { deferred_.Resolve(answer_(Env())); }
    void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

   private:
    Task(Napi::Env env, int threads, Work work, Answer answer)
            : Napi::AsyncWorker(env),
              deferred_(Napi::Promise::Deferred::New(env)),
              threads_(threads),
              work_(std::move(work)),
              answer_(std::move(answer)) {}
    Napi::Promise::Deferred deferred_;
    Napi::ObjectReference keep_;
    int threads_;
    Work work_;
    Answer answer_;
};

Napi::Float32Array floatsOf(const Napi::Value& value);

/// A whole number from `least` to `most`. Throws a RangeError that names `what` otherwise.
int64_t numberOf(const Napi::Value& value, int64_t least, int64_t most, const char* what);

/// A number of the options; `otherwise` where it is not given.
int64_t optionOf(const Napi::Object& options, const char* name, int64_t otherwise, int64_t least, int64_t most);
