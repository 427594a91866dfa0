// Tells ThreadSanitizer what it cannot see of Swift's own libraries on Linux; linked into what `make sanitize` builds.
//
// The Mutex of Synchronization: its fast path is inlined into our code, where the sanitizer sees its atomic operations. Its slow path, which is
// taken when two threads want it at once, is in a library that is not instrumented, and takes the lock in the kernel:
// without these functions every handing over of a contended lock looks like a race. They stand in for the library's,
// do what those do, and say what was locked and unlocked. So no race has to be suppressed.
//
// Continuations that are resumed before the task has come to wait for them: what was done before the one is seen after
// the other, by atomic operations of the same kind.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void (*lock_function)(uint32_t thread, SELF);
typedef SWIFT bool (*try_lock_function)(SELF);
typedef SWIFT void (*unlock_function)(SELF);

SWIFT void lock_slowly(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool try_lock_slowly(SELF) __asm__(TRY_LOCK);
SWIFT void unlock_slowly(SELF) __asm__(UNLOCK);

SWIFT void lock_slowly(uint32_t thread, SELF) {
  ((lock_function)dlsym(RTLD_NEXT, LOCK))(thread, self);
  __tsan_acquire(self);
}

SWIFT bool try_lock_slowly(SELF) {
  bool is_locked = ((try_lock_function)dlsym(RTLD_NEXT, TRY_LOCK))(self);
  if (is_locked) __tsan_acquire(self);
  return is_locked;
}

SWIFT void unlock_slowly(SELF) {
  __tsan_release(self);
  ((unlock_function)dlsym(RTLD_NEXT, UNLOCK))(self);
}

#define RESUME "swift_continuation_resume"
#define THROWING_RESUME "swift_continuation_throwingResume"
#define THROWING_RESUME_WITH_ERROR "swift_continuation_throwingResumeWithError"
#define AWAIT "swift_continuation_await"

typedef SWIFT void (*resume_function)(void *task);
typedef SWIFT void (*resume_with_error_function)(void *task, void *error);

SWIFT void *swift_task_getCurrent(void);

SWIFT void swift_continuation_resume(void *task) {
  __tsan_release(task);
  ((resume_function)dlsym(RTLD_NEXT, RESUME))(task);
}

SWIFT void swift_continuation_throwingResume(void *task) {
  __tsan_release(task);
  ((resume_function)dlsym(RTLD_NEXT, THROWING_RESUME))(task);
}

SWIFT void swift_continuation_throwingResumeWithError(void *task, void *error) {
  __tsan_release(task);
  ((resume_with_error_function)dlsym(RTLD_NEXT, THROWING_RESUME_WITH_ERROR))(task, error);
}

#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context)) void *context

typedef ASYNC void (*await_function)(void *continuation, CONTEXT);

ASYNC void swift_continuation_await(void *continuation, CONTEXT) {
  __tsan_acquire(swift_task_getCurrent());
  await_function library = (await_function)dlsym(RTLD_NEXT, AWAIT);
  __attribute__((musttail)) return library(continuation, context);
}
