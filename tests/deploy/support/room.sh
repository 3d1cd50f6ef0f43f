#!/bin/bash
# room.sh FROM: a room that is like the root folder FROM and is gone, with all that was done in it,
# when standard input ends. Prints where it is once it is there. To be started in a mount namespace
# of its own (unshare --mount), so that nobody else sees anything of it: who enters that, by the id
# of this process, finds it.
set -euo pipefail

mount --make-rprivate /
room=$(mktemp -d -t todod-room.XXXXXX)
# What is written is written into memory: an overlay cannot have its own kind for that.
mount -t tmpfs -o mode=0755 room "$room"
leave() { umount --recursive --lazy "$room" && rmdir "$room"; }
trap leave EXIT
mkdir "$room"/{upper,work,root}
mount -t overlay -o "lowerdir=$1,upperdir=$room/upper,workdir=$room/work" room "$room/root"
mount -t proc proc "$room/root/proc"
mount --rbind /dev "$room/root/dev"
# Nothing of what runs outside, which systemctl would take for its own.
mount -t tmpfs -o mode=0755 run "$room/root/run"
mount -t tmpfs -o mode=1777 tmp "$room/root/tmp"
echo "$room/root"
cat > /dev/null
