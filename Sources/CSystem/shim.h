#ifndef LFSFETCH_CSYSTEM_H
#define LFSFETCH_CSYSTEM_H

/* What Swift cannot reach: variadic functions, and Linux calls that the C library declares only under _GNU_SOURCE,
   which a module cannot switch on for the headers of another one; hence the system calls by number. */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/ioctl.h>
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <sys/clonefile.h>
#endif

/* open, which is variadic. */
static inline int lf_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int lf_openat(int folder, const char *path, int flags, mode_t mode) {
  return openat(folder, path, flags, mode);
}

/* A pipe whose ends no program inherits that is started meanwhile. */
static inline int lf_pipe(int ends[2]) {
#if defined(__linux__)
  return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
#else
  if (pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}

#if defined(__linux__)
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int) __attribute__((weak));

/* Lets a program that is started have the standard descriptors alone, whatever else is open here, by libraries too.
   What a server inherits would stay open as long as it runs. Before glibc 2.34 nothing can do that in time. */
static inline void lf_close_others(posix_spawn_file_actions_t *actions) {
  if (posix_spawn_file_actions_addclosefrom_np) (void)posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
#endif

/* Locks (or unlocks) one byte for the open file itself, not for the process, as POSIX locks would: two users in one
   process exclude each other, and closing another descriptor of the file frees nothing. */
static inline int lf_lock_byte(int file, int64_t offset, int locks) {
#if defined(__linux__) && !defined(F_OFD_SETLK)
#define F_OFD_SETLK 37
#endif
  struct flock range = {0};
  range.l_type = locks ? F_WRLCK : F_UNLCK;
  range.l_whence = SEEK_SET;
  range.l_start = (off_t)offset;
  range.l_len = 1;
  return fcntl(file, F_OFD_SETLK, &range);
}

/* Reserves the blocks of [0, size), so that later writes neither fail for want of space nor fragment the file. */
static inline int lf_reserve(int file, int64_t size) {
#if defined(__linux__)
  return (int)syscall(SYS_fallocate, file, 0, (off_t)0, (off_t)size);
#elif defined(__APPLE__)
  fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, size, 0};
  if (fcntl(file, F_PREALLOCATE, &store) != 0) return -1;
  return ftruncate(file, size);
#endif
}

/* Makes the empty file `to` share the blocks of `from` until one of them is written to. */
static inline int lf_reflink(int from, int to) {
#if defined(__linux__)
  return ioctl(to, _IOW(0x94, 9, int), from); /* FICLONE */
#else
  (void)from;
  (void)to;
  errno = ENOTSUP;
  return -1;
#endif
}

#if defined(__APPLE__)
/* On macOS a clone is made by name and must not exist yet. */
static inline int lf_clone_at(const char *from, int folder, const char *to) {
  return clonefileat(AT_FDCWD, from, folder, to, CLONE_NOFOLLOW);
}
#endif

/* Copies inside the kernel, where the file system can share or move blocks by itself. */
static inline ssize_t lf_copy_range(int from, int to, size_t count) {
#if defined(__linux__)
  return syscall(SYS_copy_file_range, from, NULL, to, NULL, count, 0);
#else
  (void)from;
  (void)to;
  (void)count;
  errno = ENOTSUP;
  return -1;
#endif
}

/* Lets the system begin to write out what it holds back of the file, and does not wait for it. */
static inline void lf_start_write_back(int file) {
#if defined(__linux__)
  (void)syscall(SYS_sync_file_range, file, (off_t)0, (off_t)0, 2u); /* SYNC_FILE_RANGE_WRITE */
#else
  (void)file;
#endif
}

/* Writes out everything the file system of `file` holds back: one call for many small files. */
static inline int lf_sync_file_system(int file) {
#if defined(__linux__)
  return (int)syscall(SYS_syncfs, file);
#else
  (void)file;
  sync();
  return 0;
#endif
}

#endif
