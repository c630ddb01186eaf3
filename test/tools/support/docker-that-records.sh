#!/bin/sh
# A docker for the real kind: answers what kind asks before it makes a node, and fails at the node itself.
# What it was asked stands in $DOCKER_LOG.
printf '%s\n' "$*" >> "$DOCKER_LOG"
case "$1 $2" in
  '-v ') echo 'Docker version 28.2.2, build e6534b4' ;;
  'info --format') echo '{"SecurityOptions":["name=cgroupns"],"CgroupDriver":"systemd","CgroupVersion":"2","MemoryLimit":true,"PidsLimit":true,"CPUShares":true,"OSType":"linux","ServerVersion":"28.2.2"}' ;;
  'network ls') echo 4f1c0e5d0a9b ;;
  'network inspect') echo '[{"Id":"4f1c0e5d0a9b","Containers":{},"Options":{}}]' ;;
  run*) echo 'docker: no node is made here.' >&2; exit 125 ;;
esac
