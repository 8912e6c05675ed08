#!/usr/bin/env bash
# Installs Switchboard on this machine as systemd services, or puts another version in the place of the one that runs:
#   deploy/deploy.sh [--from FOLDER] [--ports "8000 8001"] [--ready-seconds N] [--root FOLDER]
# --from takes what `./up --publish FOLDER` made; without it that is done first. A gateway runs on each port, and they
# are restarted one after the other: with nginx in front of two, no request fails. A version that is not ready in time is
# taken back. What is as it should be is left alone, so it may be run again at any time. --root is a folder in the place of /.
set -euo pipefail

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
from='' ports=8000 ready_seconds=60 root=''

fail() { echo "deploy: $1" >&2; exit 1; }
say() { echo "deploy: $1"; }

while (($# > 0)); do
  (($# > 1)) || fail "$1 needs a value, or is not known."
  case $1 in
    --from) from=$2 ;;
    --ports) ports=$2 ;;
    --ready-seconds) ready_seconds=$2 ;;
    --root) root=${2%/} ;;
    *) fail "$1 is not known." ;;
  esac
  shift 2
done

read -ra ports <<<"$ports"
((${#ports[@]} > 0)) || fail "at least one port is needed."
for port in "${ports[@]}"; do
  [[ $port =~ ^[0-9]{1,5}$ ]] || fail "'$port' is no port."
done
[[ $ready_seconds =~ ^[0-9]+$ ]] || fail "'$ready_seconds' is no number of seconds."
[[ -n $root || $(id -u) == 0 ]] || fail "this needs root."
command -v systemctl >/dev/null || fail "systemd is not here."

installed=$root/opt/switchboard
releases=$installed/releases
current=$installed/current
running=$installed/running
unit=$root/etc/systemd/system/switchboard@.service
configuration=$root/etc/switchboard

mkdir -p "$releases" "$running" "$configuration" "$(dirname "$unit")"
exec 9>"$installed/.lock"
flock -n 9 || fail "another deployment is running."

# A release is the program and its unit; it is named by what is in it, so the same one is known again.
take_release() {
  local id folder
  [[ -x $from/switchboard ]] || fail "$from holds no program: make one with ./up --publish FOLDER."
  id=$({ (cd "$from" && find . -type f -print0 | sort -z | xargs -0 sha256sum); sha256sum <"$source_root/deploy/systemd/switchboard@.service"; } | sha256sum)
  folder=$releases/${id:0:16}
  if [[ ! -d $folder ]]; then
    rm -rf "$releases/.new"
    cp -R "$from" "$releases/.new"
    cp "$source_root/deploy/systemd/switchboard@.service" "$releases/.new/"
    chmod -R a+rX,go-w "$releases/.new"
    mv "$releases/.new" "$folder"
  fi
  release=$folder
}

# What the owner of the machine may have changed is not touched.
write_configuration() {
  if [[ ! -e $configuration/switchboard.yaml ]]; then
    install -m 644 "$source_root/deploy/systemd/switchboard.yaml" "$configuration/switchboard.yaml"
  fi
  if [[ ! -e $configuration/switchboard.env ]]; then
    # With a proxy in front, every request comes from this machine: without a key it would be everybody's gateway.
    (umask 077; echo "SWITCHBOARD_MASTER_KEY=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >"$configuration/switchboard.env")
    say "a master key was made; it is in $configuration/switchboard.env"
  fi
}

activate() {
  ln -sfn "releases/$(basename "$1")" "$current.new"
  mv -T "$current.new" "$current"
  install -m 644 "$1/switchboard@.service" "$unit"
  systemctl daemon-reload
}

# A busy gateway may be slow to answer; one that has ended is not waited for.
becomes_ready() {
  local until=$((SECONDS + ready_seconds))
  until "$current/switchboard" health "http://127.0.0.1:$1" >/dev/null 2>&1; do
    if ((SECONDS >= until)) || systemctl is-failed --quiet "switchboard@$1"; then
      return 1
    fi
    sleep 0.5
  done
}

# SIGTERM, and what runs may end first; then the other version starts. What each port runs is noted when it is ready:
# a deployment that was cut short is known by that, and goes on.
restart() {
  rm -f "$running/$1"
  systemctl restart "switchboard@$1" && becomes_ready "$1" && basename "$(readlink -f "$current")" >"$running/$1"
}

is_as_it_should_be() {
  [[ -f $running/$1 && $(<"$running/$1") == "$(basename "$release")" ]] && systemctl is-active --quiet "switchboard@$1" && becomes_ready "$1"
}

roll_back() {
  local failed=$1 port
  [[ -n $previous && $previous != "$(readlink -f "$release")" ]] ||
    fail "port $failed is not ready, and there is no version before it. See: journalctl -u switchboard@$failed"
  say "port $failed is not ready; going back to $(basename "$previous")" >&2
  activate "$previous"
  for port in "${ports[@]}"; do
    restart "$port" || fail "port $port is not ready with the version before either. See: journalctl -u switchboard@$port"
    [[ $port == "$failed" ]] && break
  done
  fail "the new version was taken back. See: journalctl -u switchboard@$failed"
}

if [[ -z $from ]]; then
  "$source_root/up" --publish
  from=$source_root/artifacts/publish
fi

previous=''
[[ -L $current ]] && previous=$(readlink -f "$current")
take_release
write_configuration

activate "$release"

for port in "${ports[@]}"; do
  systemctl enable --quiet "switchboard@$port"
  if is_as_it_should_be "$port"; then
    say "port $port is as it should be"
  else
    restart "$port" || roll_back "$port"
    say "port $port runs $(basename "$release")"
  fi
done

# The three newest are kept, and whatever is or was in use.
find "$releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | tail -n +4 | cut -d' ' -f2- | while read -r folder; do
  case $(readlink -f "$folder") in
    "$(readlink -f "$release")" | "$previous") ;;
    *) rm -rf "$folder" ;;
  esac
done
