#ifndef LFSFETCH_CCURL_H
#define LFSFETCH_CCURL_H

/* The type-checking macros of curl.h expand to GCC statement expressions that Swift's importer cannot read. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, which Swift cannot call: one function for
   each type of argument. */

static inline CURLcode lf_setopt_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lf_setopt_off(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lf_setopt_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lf_setopt_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode lf_setopt_slist(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLSHcode lf_share_cookies(CURLSH *share) {
  return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
}

typedef size_t (*lf_data_callback)(char *data, size_t size, size_t count, void *context);

static inline CURLcode lf_setopt_write(CURL *easy, lf_data_callback callback, void *context) {
  CURLcode status = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
  return status ? status : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode lf_setopt_header(CURL *easy, lf_data_callback callback, void *context) {
  CURLcode status = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
  return status ? status : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

/* What curl does on a connection, told as it happens. */
static inline CURLcode lf_setopt_debug(CURL *easy, curl_debug_callback callback) {
  CURLcode status = curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, callback);
  return status ? status : curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

static inline long lf_getinfo_long(CURL *easy, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(easy, info, &value);
  return value;
}

static inline curl_off_t lf_getinfo_off(CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, info, &value);
  return value;
}

static inline CURLMcode lf_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/* CURLMsg's result sits in an anonymous union. */
static inline CURLcode lf_message_result(const CURLMsg *message) {
  return message->data.result;
}

#endif
