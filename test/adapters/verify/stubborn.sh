#!/bin/sh
# Ignores SIGTERM, as does the grandchild that it starts, and prints both process ids.
trap '' TERM
sleep 300 &
echo "child $$"
echo "grandchild $!"
wait
sleep 300
