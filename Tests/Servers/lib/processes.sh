# Sourced by `servers`: background services, each in a process group of its own, known by STATE/services/NAME.pid.

# start_service NAME COMMAND…
start_service() {
  local name=$1
  shift
  set -m # job control gives the service its own process group
  "$@" </dev/null >"$state/log/$name.log" 2>&1 &
  echo $! >"$state/services/$name.pid"
  disown
  set +m
}

# Whether any process of the group still lives and bears the name: after a reboot the number may be someone else's.
is_running() {
  local group
  group=$(cat "$state/services/$1.pid" 2>/dev/null) || return 1
  ps -A -o pgid=,stat=,args= | awk -v group="$group" -v name="$1" \
    '$1 == group && $2 !~ /^Z/ && index($0, name) { found = 1 } END { exit !found }'
}

# Whether the group that was just started has ended. Its name tells nothing yet: until the new process has become the
# service, it bears the name of this script.
has_ended() {
  ! ps -A -o pgid=,stat= | awk -v group="$(cat "$state/services/$1.pid")" \
    '$1 == group && $2 !~ /^Z/ { found = 1 } END { exit !found }'
}

stop_service() {
  local name=$1 group _
  is_running "$name" || { rm -f "$state/services/$name.pid"; return 0; }
  group=$(cat "$state/services/$name.pid")
  kill -TERM -- "-$group" 2>/dev/null || true
  for _ in $(seq 50); do
    is_running "$name" || break
    sleep 0.05
  done
  kill -KILL -- "-$group" 2>/dev/null || true
  rm -f "$state/services/$name.pid"
}

# wait_for NAME COMMAND…: until the command succeeds, as long as the service lives, 30 seconds at most.
wait_for() {
  local name=$1 _
  shift
  for _ in $(seq 600); do
    "$@" && return
    if has_ended "$name"; then return 1; fi
    sleep 0.05
  done
  return 1
}
