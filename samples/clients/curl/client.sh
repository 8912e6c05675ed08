#!/usr/bin/env bash
# A client of bash and curl: client.sh chat TEXT | stream TEXT | models | embed TEXT
# It prints JSON as it comes; `| jq -r '.choices[0].message.content'` makes text of it.
set -euo pipefail

base_url=${OPENAI_BASE_URL:-http://127.0.0.1:8000/v1}
base_url=${base_url%/}
chat_model=${CHAT_MODEL:-switchboard-tiny}
embedding_model=${EMBEDDING_MODEL:-switchboard-tiny-embed}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# curl itself tries again after 408, 429 and most of 5xx, and waits as long as Retry-After asks for.
curl=(curl -sS --retry "${OPENAI_MAX_RETRIES:-2}" --retry-connrefused -D "$scratch/head"
  -H "Authorization: Bearer ${OPENAI_API_KEY:-any}" -H "Content-Type: application/json")

json() { # a text as JSON has it
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  printf '"%s"' "${text//$'\t'/\\t}"
}

question() { printf '{"model":%s,"messages":[{"role":"user","content":%s}]%s}' "$(json "$chat_model")" "$(json "$1")" "${2:-}"; }

header() { tr -d '\r' <"$scratch/head" | sed -n "s/^$1: *//Ip" | tail -n 1; }

status() { sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$scratch/head" | tail -n 1; }

refuse() { # STATUS BODY
  local id
  id=$(header x-request-id)
  printf '%s - -: %s (request %s)\n' "$1" "$2" "${id:--}" >&2
  exit 1
}

whole() { # PATH [BODY]
  "${curl[@]}" -o "$scratch/body" ${2:+-d "$2"} "$base_url$1"
  (($(status) < 400)) || refuse "$(status)" "$(<"$scratch/body")"
  cat "$scratch/body"
  echo
}

# Each event's JSON, a line each. What ends without [DONE] has failed.
stream() { # PATH BODY
  local line other=
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    case $line in
      'data: [DONE]') return ;;
      'data: {"error"'*) refuse - "${line#data: }" ;;
      'data: '*) printf '%s\n' "${line#data: }" ;;
      '' | :* | event:*) ;;
      *) other+=$line ;;
    esac
  done < <("${curl[@]}" -N -d "$2" "$base_url$1")
  [[ $(status) == 200 ]] || refuse "$(status)" "$other"
  echo "The stream ended too early." >&2
  exit 1
}

case "${1:-} $#" in
  'chat 2') whole /chat/completions "$(question "$2")" ;;
  'stream 2') stream /chat/completions "$(question "$2" ',"stream":true,"stream_options":{"include_usage":true}')" ;;
  'models 1') whole /models ;;
  'embed 2') whole /embeddings "{\"model\":$(json "$embedding_model"),\"input\":$(json "$2")}" ;;
  *)
    echo "client.sh chat TEXT | stream TEXT | models | embed TEXT" >&2
    exit 1
    ;;
esac
