# Sourced by `servers`: an ssh server of the user's own, with keys of its own, that runs git's programs and what hosts
# provide beside them.

# Clients that log in get at `serve` alone. Only on the first port does the server hear which protocol git speaks.
write_ssh_configuration() {
  local ssh=$state/ssh port
  [ -s "$ssh/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C 'lfsfetch test server' -f "$ssh/host_key"
  [ -s "$ssh/key" ] || ssh-keygen -q -t ed25519 -N '' -C 'lfsfetch tests' -f "$ssh/key"
  cp "$ssh/key.pub" "$ssh/authorized_keys"
  cat >"$ssh/sshd_config" <<CONF
ListenAddress 127.0.0.1:$ssh_port
ListenAddress 127.0.0.1:$ssh_v0_port
HostKey $ssh/host_key
PidFile none
AuthorizedKeysFile $ssh/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
ForceCommand $ssh/serve
Match LocalPort $ssh_port
  AcceptEnv GIT_PROTOCOL
CONF
  for port in "$ssh_port" "$ssh_v0_port"; do
    echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$ssh/host_key.pub")"
  done >"$ssh/known_hosts"
  cat >"$ssh/config" <<CONF
Host *
  User $(id -un)
  IdentityFile $ssh/key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile $ssh/known_hosts
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
CONF
  write_ssh_programs
}

# `serve` notes each command, after the protocol that was asked for. `git-lfs-authenticate` gives the address of the
# repository behind a password, and the password; a repository that has a program of that name says something else.
write_ssh_programs() {
  cat >"$state/ssh/serve" <<SCRIPT
#!/bin/sh
echo "\${GIT_PROTOCOL:--} \$SSH_ORIGINAL_COMMAND" >>"$state/log/ssh.log"
export PATH="$state/ssh/bin:$PATH" HOME="$state/home" GIT_CONFIG_NOSYSTEM=1
cd "$state/repositories" || exit
exec sh -c "\$SSH_ORIGINAL_COMMAND"
SCRIPT
  cat >"$state/ssh/bin/git-lfs-authenticate" <<SCRIPT
#!/bin/sh
[ ! -x "\$1/git-lfs-authenticate" ] || exec "\$1/git-lfs-authenticate" "\$@"
[ -d "\$1" ] || { echo "no repository \$1" >&2; exit 1; }
name=\${1#"$state/repositories/"}
cat <<JSON
{"href": "http://127.0.0.1:$http_port/private/\${name%.git}.git/info/lfs",
 "header": {"Authorization": "Basic $(printf alice:secret | base64)"}, "expires_in": 600}
JSON
SCRIPT
  chmod +x "$state/ssh/serve" "$state/ssh/bin/git-lfs-authenticate"
}
