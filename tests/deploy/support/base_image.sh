#!/usr/bin/env bash
# base_image.sh FOLDER: what stands in for debian:bookworm-slim where no registry is asked. Makes,
# where they are not there, FOLDER/root (what debootstrap makes, as a fresh machine) and FOLDER/slim
# (the same without what the image of that name leaves out, and so that dpkg goes on leaving it
# out).
set -euo pipefail

mkdir -p "$1"
cd "$1"
if [[ ! -e root ]]; then
    rm -rf root.new
    debootstrap --variant=minbase bookworm root.new > debootstrap.log
    mv root.new root
fi
if [[ ! -e slim ]]; then
    rm -rf slim.new
    cp -a root slim.new
    rm -rf slim.new/usr/share/{man,info,locale,groff,lintian}/* slim.new/var/lib/apt/lists/* \
        slim.new/var/cache/apt/* slim.new/var/log/*
    find slim.new/usr/share/doc ! -type d ! -name copyright -delete
    {
        printf 'path-exclude /usr/share/%s/*\n' man info locale groff lintian doc
        echo 'path-include /usr/share/doc/*/copyright'
    } > slim.new/etc/dpkg/dpkg.cfg.d/docker
    mv slim.new slim
fi
