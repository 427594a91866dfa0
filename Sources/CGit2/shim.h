#ifndef LFSFETCH_CGIT2_H
#define LFSFETCH_CGIT2_H

#include <git2.h>
#include <git2/sys/repository.h>
#include <string.h>

/* git_libgit2_opts is variadic, which Swift cannot call: one function for each option that is set. */

static inline int lf_set_extensions(const char **names, size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

static inline int lf_set_pack_max_objects(size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, count);
}

/* An index names objects that a partial clone does not have. */
static inline int lf_allow_missing_objects(void) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
}

/* The GIT_*_INIT macros are brace initialisers, which Swift does not import. */

static inline git_indexer_options lf_indexer_options(void) {
  git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;
  return options;
}

#endif
