# Sourced by the server and seed scripts: takes the caller's git, proxy and certificate settings out of the
# environment, so that what a machine is set to cannot change what the tests see.

while IFS= read -r name; do
  unset "$name"
done < <(compgen -e | grep -iE '^(GIT_.*|GIT|SSL_CERT_.*|CURL_.*|.*_CA_BUNDLE|(http|https|all|no|ftp)_proxy|LFS_.*|GIFTLESS_.*)$')

# Debian keeps nginx and fcgiwrap where only root looks.
export PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C TZ=UTC GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
umask 022
