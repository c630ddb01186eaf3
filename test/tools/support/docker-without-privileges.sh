#!/bin/bash
# docker, for a machine that may not have all capabilities to give: a node gets those it needs instead of --privileged.
# What it was asked stands in $DOCKER_LOG.
args=()
for word in "$@"; do
  if [[ $word != --privileged ]]; then args+=("$word")
  elif [[ $1 == run ]]; then args+=(--cap-add SYS_ADMIN --cap-add NET_ADMIN)
  fi
done
echo "${args[*]}" >> "$DOCKER_LOG"
exec "$REAL_DOCKER" "${args[@]}"
