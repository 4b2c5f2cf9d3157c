// The class of JavaScript that holds an index: build, search, save, look at.
#pragma once
#include <napi.h>

#include <functional>
#include <memory>

#include "search.h"

class NativeIndex : public Napi::ObjectWrap<NativeIndex> {
   public:
    std::shared_ptr<Held> held;

    static Napi::Function Define(Napi::Env env);

    /// Nothing, or (factory, dim).
    explicit NativeIndex(const Napi::CallbackInfo& info);

    /// A new object that holds this index.
    static Napi::Value Wrap(Napi::Env env, std::shared_ptr<Held> held);

   private:
    using Use = std::function<void(faiss::Index&, idx_t, const float*, idx_t)>;

    std::shared_ptr<Held> open(Napi::Env env) const;
    Napi::Value fill(const Napi::CallbackInfo& info, Use use);

    /// (rows: Float32Array, { threads, pointsPerCentroid })
    Napi::Value Train(const Napi::CallbackInfo& info);
    Napi::Value Add(const Napi::CallbackInfo& info);
    /// (query: Float32Array, { k, effort, filter?, exact? }) → { rows: Uint32Array, similarities: Float32Array }
    Napi::Value Search(const Napi::CallbackInfo& info);
    Napi::Value Save(const Napi::CallbackInfo& info);
    Napi::Value Reconstruct(const Napi::CallbackInfo& info);
    Napi::Value Close(const Napi::CallbackInfo& info);
    Napi::Value Rows(const Napi::CallbackInfo& info);
    Napi::Value Dim(const Napi::CallbackInfo& info);
    Napi::Value Memory(const Napi::CallbackInfo& info);
    Napi::Value Lists(const Napi::CallbackInfo& info);
};

/// (path, mmap) → a promise of a NativeIndex. The caller has checked that every length in the file fits in it.
Napi::Value Load(const Napi::CallbackInfo& info);
