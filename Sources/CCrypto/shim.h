#ifndef LFSFETCH_CCRYPTO_H
#define LFSFETCH_CCRYPTO_H

/* Nothing here is variadic or a macro, so OpenSSL's own names are used from Swift. */
#include <openssl/evp.h>

#endif
