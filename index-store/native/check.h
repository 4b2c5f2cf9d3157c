// Checks an index that was read from a file, before it is searched.
#pragma once
#include <faiss/Index.h>

#include <cstddef>

/// Throws std::invalid_argument with the reason where it does not hold.
void require(bool holds, const char* otherwise);

/// Throws std::invalid_argument where sizes, links or lists of the index contradict each other.
void check(const faiss::Index& index);

/// Bytes of memory that the index holds.
size_t bytesOf(const faiss::Index& index);
