#ifndef LFSFETCH_CSYSTEM_H
#define LFSFETCH_CSYSTEM_H
#include <errno.h>
#include <sys/ioctl.h>
static inline int x(void){return ioctl(0, _IOW(0x94, 9, int), 1);}
#endif
