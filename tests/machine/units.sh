#!/bin/sh
# A hook of mmdebstrap, whose $1 is the root of a system that systemd runs: our units,
# and nothing that an emulated processor would be kept busy by for no test.
set -eu
root=$1
units=$(dirname "$0")/units
cp "$units"/*.service "$root/etc/systemd/system/"
cp "$units/orders" "$root/usr/local/sbin/"
systemctl --quiet --root="$root" set-default multi-user.target
systemctl --quiet --root="$root" enable card.service orders.service
# What a step is to bring about is not there before.
systemctl --quiet --root="$root" disable cups.service cups.socket cups.path
needless="apt-daily.timer apt-daily-upgrade.timer dev-hugepages.mount dev-mqueue.mount
  dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer getty.target
  ModemManager.service modprobe@.service NetworkManager.service NetworkManager-wait-online.service
  proc-sys-fs-binfmt_misc.automount rebond-agent-host-keys.service sys-fs-fuse-connections.mount
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount
  systemd-firstboot.service systemd-hwdb-update.service systemd-journal-catalog-update.service
  systemd-journal-flush.service systemd-logind.service systemd-machine-id-commit.service
  systemd-pcrphase-sysinit.service systemd-pcrphase.service systemd-pstore.service
  systemd-random-seed.service systemd-remount-fs.service systemd-sysusers.service
  systemd-tmpfiles-clean.timer systemd-update-done.service systemd-update-utmp.service
  systemd-update-utmp-runlevel.service ldconfig.service"
# shellcheck disable=SC2086  # the units are words
systemctl --quiet --root="$root" mask $needless
