// k-means for JavaScript.
#pragma once
#include <napi.h>

/// (rows, dim, k, { seed, niter, nredo, spherical, pointsPerCentroid, threads, initial }) → a promise of { centroids, assignments, inertia }
/// `initial`: k × dim numbers to start from; random rows without it.
Napi::Value Kmeans(const Napi::CallbackInfo& info);
