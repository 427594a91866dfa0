# Sourced by `servers`: nginx's configuration, printed by write_nginx_configuration.

# Whole-request forwarding to git http-backend. Arguments: prefix, further fastcgi_param lines.
git_backend() {
  cat <<CONF
      include fastcgi.conf;
      fastcgi_split_path_info ^($1)(/.+)\$;
      fastcgi_param PATH_INFO \$fastcgi_path_info;
      $2
CONF
}

# A location with git and LFS under prefix.
#   repositories_under PREFIX [FASTCGI_PARAMS [ACCESS_RULES [PROXY_RULES]]]
repositories_under() {
  cat <<CONF
    location $1/ {
      ${3:-}
      location ~ \.git/info/lfs/ {
        include proxy.conf;
        proxy_set_header X-Forwarded-Prefix $1;
        ${4:-}
        rewrite ^$1(/.*)\$ \$1 break;
        proxy_pass http://lfs;
      }
$(git_backend "$1" "${2:-}")
    }

CONF
}

# git_settings KEY=VALUE…: what git's configuration is behind one prefix, passed in http-backend's environment.
git_settings() {
  local setting count=0
  for setting in "$@"; do
    echo "fastcgi_param GIT_CONFIG_KEY_$count \"${setting%%=*}\"; fastcgi_param GIT_CONFIG_VALUE_$count \"${setting#*=}\";"
    count=$((count + 1))
  done
  echo "fastcgi_param GIT_CONFIG_COUNT \"$count\";"
}

# fastcgi_param lines by which a server speaks protocol v0: http-backend never sees the client's Git-Protocol header.
protocol_v0='fastcgi_param HTTP_GIT_PROTOCOL ""; fastcgi_param GIT_PROTOCOL "";'

# objects_under PREFIX [RULES]: the objects, by URLs that the LFS server signed.
objects_under() {
  cat <<CONF
    location $1/ {
      secure_link \$arg_signature,\$arg_expires;
      secure_link_md5 "\$secure_link_expires\$uri $secret";
      if (\$secure_link != 1) { return 403; }
      ${2:-}
      alias $state/objects/;
    }
CONF
}

# Lets in who sends a cookie.
wants_cookie='if ($cookie_pass != letmein) { return 403; }'

# hub_under PREFIX [ACCESS_RULES [PROXY_RULES]]: as Hugging Face has it, repositories whose addresses have no `.git`, but
# LFS's have; and each file by `resolve/REVISION/PATH`, where those of LFS are a redirect to the object host.
hub_under() {
  cat <<CONF
    location $1/ {
      ${2:-}
      location ~ \.git/info/lfs/|/resolve/ {
        include proxy.conf;
        proxy_set_header X-Forwarded-Prefix $1;
        ${3:-}
        rewrite ^$1(/.*)\$ \$1 break;
        proxy_pass http://lfs;
      }
      rewrite ^($1/.+)(/info/refs|/git-upload-pack)\$ \$1.git\$2 break;
$(git_backend "$1" "")
    }

CONF
}

write_git_include() {
  cat >"$state/fastcgi.conf" <<CONF
fastcgi_pass unix:$state/fcgiwrap.sock;
fastcgi_buffering off;
fastcgi_request_buffering off;
fastcgi_read_timeout 600;
gzip off;
fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
fastcgi_param GIT_PROJECT_ROOT $state/repositories;
fastcgi_param GIT_HTTP_EXPORT_ALL 1;
fastcgi_param GIT_CONFIG_NOSYSTEM 1;
fastcgi_param HOME $state/home;
fastcgi_param PATH $PATH;
fastcgi_param QUERY_STRING \$query_string;
fastcgi_param REQUEST_METHOD \$request_method;
fastcgi_param CONTENT_TYPE \$content_type;
fastcgi_param CONTENT_LENGTH \$content_length;
fastcgi_param SERVER_PROTOCOL \$server_protocol;
fastcgi_param REMOTE_ADDR \$remote_addr;
fastcgi_param REMOTE_USER \$remote_user;
CONF
}

write_proxy_include() {
  cat >"$state/proxy.conf" <<'CONF'
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_read_timeout 600;
CONF
}

write_nginx_configuration() {
  write_git_include
  write_proxy_include
  # One worker: then a line in the log for /ready proves that every earlier answer has its line there too.
  cat <<CONF
$([ "$(id -u)" != 0 ] || echo "user root;")
daemon off;
worker_processes 1;
pid $state/nginx.pid;
error_log $state/log/nginx-error.log warn;
events { worker_connections 1024; }

http {
  default_type application/octet-stream;
  client_body_temp_path $state/tmp/body;
  proxy_temp_path $state/tmp/proxy;
  fastcgi_temp_path $state/tmp/fastcgi;
  uwsgi_temp_path $state/tmp/uwsgi;
  scgi_temp_path $state/tmp/scgi;
  client_max_body_size 0;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 60;
  keepalive_requests 100000;

  map \$http_authorization \$authorization_scheme {
    "" -;
    "~^(?<credentials_kind>[A-Za-z]+) " \$credentials_kind;
    default other;
  }
  map \$http_range \$requested_range { "" -; default \$http_range; }
  # The fields are listed in CONTRIBUTING.md.
  log_format request '\$msec \$server_port \$request_method \$request_uri \$status \$requested_range '
                     '\$bytes_sent \$body_bytes_sent \$connection.\$connection_requests \$authorization_scheme';
  access_log $state/log/access.log request;

  map \$status \$lfs_challenge { 401 'Basic realm="lfsfetch tests"'; default ""; }
  upstream lfs { server unix:$state/gunicorn.sock; }

  ssl_certificate $state/tls/server.crt;
  ssl_certificate_key $state/tls/server.key;

  server {
    listen 127.0.0.1:$http_port;
    listen 127.0.0.1:$https_port ssl http2;

    location = /ready { return 204; }

$(repositories_under /git)
$(repositories_under /stream)
$(repositories_under /shortlived)
$(repositories_under /capped)
$(repositories_under /slow)
$(repositories_under /nofilter "$(git_settings uploadpack.allowFilter=false)")
$(repositories_under /blobnone "$(git_settings uploadpackfilter.allow=false uploadpackfilter.blob:none.allow=true)")
$(repositories_under /v0 "$protocol_v0")
$(repositories_under /v0nofilter "$protocol_v0 $(git_settings uploadpack.allowFilter=false)")
$(repositories_under /private "" \
  "auth_basic 'lfsfetch tests'; auth_basic_user_file $state/passwords;
      add_header LFS-Authenticate \$lfs_challenge always;" \
  'proxy_set_header Authorization "";')
    location /files/ { alias $state/files/; }
    location /slowfiles/ { alias $state/files/; limit_rate 2m; }
    location /privatefiles/ {
      auth_basic 'lfsfetch tests'; auth_basic_user_file $state/passwords;
      alias $state/files/;
    }
    location /movedfiles/ { rewrite ^/movedfiles/(.*)$ http://127.0.0.1:$objects_port/files/\$1?signature=x redirect; }
$(hub_under /hub)
$(hub_under /gatedhub \
  "auth_basic 'lfsfetch tests'; auth_basic_user_file $state/passwords;
      add_header X-Error-Code GatedRepo always; add_header X-Error-Message 'Access to this model is restricted.' always;" \
  'proxy_set_header Authorization "";')
$(hub_under /quotahub "" 'if ($uri ~ /info/lfs/) { return 403; }')
$(repositories_under /cookies "" "$wants_cookie" "$wants_cookie")
$(repositories_under /sessions "" \
  'add_header Set-Cookie "pass=letmein; Path=/sessions"; set $session $uri$http_cookie;
      if ($session !~ "/info/refs$|pass=letmein") { return 403; }' "$wants_cookie")
    location /forbidden/ { return 403; }
    location /downgrade/ { rewrite ^/downgrade(/.*)$ http://127.0.0.1:$http_port/git\$1 redirect; }
    location / { return 404; }
  }

  # The object host: files, with ranges, by URLs that the LFS server signed and that expire.
  server {
    listen 127.0.0.1:$objects_port;
    listen 127.0.0.1:$objects_tls_port ssl http2;

$(objects_under /objects)
$(objects_under /capped "limit_rate 20m;")
$(objects_under /slow "limit_rate 2m;")
$(objects_under /cookieless 'if ($http_cookie) { return 400; }')
    location /files/ { alias $state/files/; }
    location / { return 404; }
  }

  # Ends each connection after five requests, which HTTP/2 calls GOAWAY.
  server {
    listen 127.0.0.1:$impatient_port ssl http2;
    keepalive_requests 5;
    location / { return 200 "impatient"; }
  }
}
CONF
}
